import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTwilioSandbox, type TwilioSandboxOptions } from '../../sandbox/create-twilio-sandbox';

/** Serves an app on a free port of the loopback interface. */
export async function listen(app: RequestListener) {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** Credentials of the sandboxes that tests start. */
export const SANDBOX_ACCOUNT = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'a-token-for-tests' };

/** A running SMS sandbox with quick receipts. */
export async function startSandbox(options: Partial<TwilioSandboxOptions> = {}) {
  const sandbox = createTwilioSandbox({ ...SANDBOX_ACCOUNT, stepMs: 5, ...options });
  const { url, close } = await listen(sandbox.app);
  return {
    url,
    messages: () => sandbox.messages(),
    async close(): Promise<void> {
      sandbox.close();
      await close();
    },
  };
}

export type RunningSandbox = Awaited<ReturnType<typeof startSandbox>>;
