import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FileNetwork } from '../../channels/email/fetch-file';
import { isPublicAddress } from '../../channels/email/public-address';
import { createSelfSigned, type SelfSigned } from './self-signed';

const NAME = 'files.example.test';
/** One key per test file: making it takes a while. */
let certificate: SelfSigned | undefined;

/** An https server on the loopback that has files, under a name and a certificate of its own. */
export interface FileHost {
  /** `files.example.test:PORT`, as the rule `attachments` names it. */
  readonly host: string;
  readonly port: number;
  /** The requests that came, `/path` each, in order. */
  readonly requests: string[];
  /** Headers of the latest request. */
  readonly latest: () => IncomingMessage['headers'];
  /** What `/path` is answered with from now on: content, status or a listener of its own. Default: 404. */
  on(path: string, answer: Buffer | number | RequestListener, headers?: Record<string, string>): void;
  url(path: string): string;
  /** Knows only the host, trusts only its certificate, and takes its address, besides public ones, for a public one. */
  readonly network: FileNetwork;
  close(): Promise<void>;
}

export async function startFileHost(): Promise<FileHost> {
  certificate ??= createSelfSigned(NAME);
  const { pem, privateKey } = certificate;
  const answers = new Map<string, RequestListener>();
  const requests: string[] = [];
  let headersOfLatest: IncomingMessage['headers'] = {};
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createServer({ cert: pem, key }, (request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    headersOfLatest = request.headers;
    const answer = answers.get(path);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `${NAME}:${port}`;
  const resolve = async (hostname: string): Promise<LookupAddress[]> => {
    if (hostname === NAME) return [{ address: '127.0.0.1', family: 4 }];
    throw Object.assign(new Error('unknown name'), { code: 'ENOTFOUND' });
  };
  const isPublic = (address: string): boolean => address === '127.0.0.1' || isPublicAddress(address);
  return {
    host,
    port,
    requests,
    latest: () => headersOfLatest,
    on(path, answer, headers = {}) {
      if (typeof answer === 'function') answers.set(path, answer);
      else if (typeof answer === 'number') {
        answers.set(path, (_, response) => void response.writeHead(answer, headers).end());
      } else answers.set(path, (_, response) => void response.writeHead(200, headers).end(answer));
    },
    url: (path) => `https://${host}${path}`,
    network: { resolve, isPublic, ca: pem },
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}
