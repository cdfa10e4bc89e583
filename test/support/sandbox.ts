import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSmsSandbox, type SmsSandboxOptions } from '../../sandbox/create-sms-sandbox';

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

export const SANDBOX_API_KEY = { sid: `SK${'0123456789abcdef'.repeat(2)}`, secret: 'a-secret-for-tests' };
export const SANDBOX_ALIYUN_KEY = { accessKeyId: 'LTAIforTests', accessKeySecret: 'a-secret-for-aliyun' };

/** A running SMS sandbox with quick receipts, for Twilio and Aliyun. */
export async function startSandbox(options: Partial<Omit<SmsSandboxOptions, 'twilio' | 'aliyun'>> = {}) {
  const sandbox = createSmsSandbox({
    twilio: { ...SANDBOX_ACCOUNT, apiKey: SANDBOX_API_KEY },
    aliyun: { ...SANDBOX_ALIYUN_KEY, reportRetryMs: [20, 20, 20] },
    stepMs: 5,
    ...options,
  });
  const { url, close } = await listen(sandbox.app);
  return {
    url,
    messages: () => sandbox.messages(),
    script: sandbox.script,
    async close(): Promise<void> {
      sandbox.close();
      await close();
    },
  };
}

export type RunningSandbox = Awaited<ReturnType<typeof startSandbox>>;
