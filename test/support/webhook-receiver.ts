import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedEvent {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** What a request is answered with: a status, or a listener of the test's own. */
type Answer = number | RequestListener;

/** An app's receiver of webhooks on the loopback. */
export interface WebhookReceiver {
  readonly port: number;
  url(path?: string): string;
  /** Every request that came, also those that were refused. */
  readonly requests: ReceivedEvent[];
  /** Those that were answered 2xx. */
  readonly taken: ReceivedEvent[];
  /** From now on; default: 204. */
  answer(how: (event: ReceivedEvent) => Answer): void;
  /** Nobody listens on the port. */
  down(): Promise<void>;
  /** Harmless while it listens. */
  up(): Promise<void>;
  /** Waits until `enough`; fails after 30 s, telling what came. */
  until(enough: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  let answer: (event: ReceivedEvent) => Answer = () => 204;
  const requests: ReceivedEvent[] = [];
  const taken: ReceivedEvent[] = [];
  let port = 0;
  let server: Server | undefined;
  const serve: RequestListener = (req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (part: string) => (body += part));
    req.on('end', () => {
      const { type, data } = JSON.parse(body) as Pick<ReceivedEvent, 'type' | 'data'>;
      const event = { headers: req.headers, body, id: String(req.headers['webhook-id']), type, data };
      requests.push(event);
      const how = answer(event);
      if (typeof how === 'function') {
        how(req, res);
        return;
      }
      if (how < 300) taken.push(event);
      res.writeHead(how).end();
    });
  };
  const up = async (): Promise<void> => {
    if (server) return;
    server = createServer(serve).listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const down = async (): Promise<void> => {
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    server = undefined;
    await closed;
  };
  await up();
  return {
    port,
    url: (path = '/hooks') => `http://127.0.0.1:${port}${path}`,
    requests,
    taken,
    answer(how) {
      answer = how;
    },
    down,
    up,
    async until(enough) {
      const deadline = Date.now() + 30_000;
      while (!enough()) {
        if (Date.now() > deadline) {
          throw new Error(`too little came: ${JSON.stringify(requests.map(({ type, data }) => [type, data]))}`);
        }
        await sleep(50);
      }
    },
    close: down,
  };
}
