import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Silence } from './silence';
import { watchOpening } from './watch-opening';

export interface HttpCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: http.IncomingHttpHeaders;
  /** The first 64 KB, read as UTF-8. */
  readonly body: string;
}

/** Exactly one of the two: somebody answered, or nobody did. */
export type HttpOutcome = { readonly answer: HttpAnswer } | { readonly silence: Silence };

/** Makes requests over connections that are kept. Never repeats one, never follows a redirect. */
export interface HttpClient {
  /** Never rejects: a network's failure is an outcome. */
  request(call: HttpCall): Promise<HttpOutcome>;
  close(): void;
}

const BODY_LIMIT = 64 * 1024;

async function readBody(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection: nobody sends that much to say yes or no.
    if (size >= BODY_LIMIT) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8');
}

/** `timeoutMs` is for the whole exchange; a connection must be open within half of it, 5 s at the most. */
export function createHttpClient(options: { timeoutMs: number; concurrency: number }): HttpClient {
  const { timeoutMs, concurrency } = options;
  const openTimeoutMs = Math.min(5000, Math.ceil(timeoutMs / 2));
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: concurrency }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: concurrency }),
  };
  const unopened = [
    watchOpening(agents['http:'], 'connect', openTimeoutMs),
    watchOpening(agents['https:'], 'secureConnect', openTimeoutMs),
  ];
  const isUnsent = (request: http.ClientRequest): boolean => {
    const socket = request.socket as Duplex | null;
    return !socket || unopened.some((sockets) => sockets.has(socket));
  };

  function exchange({ method, url, headers, body }: HttpCall): Promise<HttpOutcome> {
    return new Promise((resolve) => {
      const secure = url.protocol === 'https:';
      const agent = agents[secure ? 'https:' : 'http:'];
      const request = (secure ? https : http).request(url, { method, headers, agent });
      const timer = setTimeout(() => {
        request.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
      }, timeoutMs);
      const done = (outcome: HttpOutcome): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const fail = (error: unknown): void => {
        const { message, code } = error as NodeJS.ErrnoException;
        done({ silence: { message: message || String(code), code, unsent: isUnsent(request) } });
      };
      // Not once: a request may fail again after its answer began, and nobody else listens.
      request.on('error', fail);
      request.once('response', (response) => {
        const { statusCode = 0, headers: received } = response;
        readBody(response).then((text) => {
          done({ answer: { status: statusCode, headers: received, body: text } });
        }, fail);
      });
      request.end(body);
    });
  }

  return {
    request: exchange,
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
