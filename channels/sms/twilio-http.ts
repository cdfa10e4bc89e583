import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import TwilioSdk from 'twilio';
import type { Silence } from '../http/silence';
import { watchOpening } from '../http/watch-opening';
import type { TwilioAnswer } from './twilio-reply';

/** Why a request to Twilio brought nothing: it was answered otherwise, or not at all. */
export interface TwilioFailure extends Error {
  readonly answer?: TwilioAnswer;
  readonly silence?: Silence;
}

/** axios puts the request on its errors; a request without a socket still waited for one. */
function isUnsent(error: unknown, unopened: readonly WeakSet<Duplex>[]): boolean {
  const request = (error as { request?: unknown }).request;
  if (!(request instanceof http.ClientRequest)) return false;
  const socket = request.socket as Duplex | null;
  return !socket || unopened.some((sockets) => sockets.has(socket));
}

function toFailure(error: unknown, unopened: readonly WeakSet<Duplex>[]): TwilioFailure {
  const { message, code } = error as NodeJS.ErrnoException;
  const silence = { message: message || String(code), code, unsent: isUnsent(error, unopened) };
  return Object.assign(new Error(message, { cause: error }), { silence });
}

/** A message or an account has a `sid`, a list of messages has `messages`. */
const isTwilios = (status: number, body: unknown): boolean =>
  status >= 200 && status < 300 && typeof body === 'object' && body !== null && ('sid' in body || 'messages' in body);

/**
 * The HTTP client that the twilio library is given: its own, with the origin exchanged for `baseUrl`. Rejects with a
 * TwilioFailure for whatever is not an answer of Twilio's, so that headers and doubt are not lost in the library's errors.
 */
export function createTwilioHttp(options: { baseUrl: string; timeoutMs: number; concurrency: number }) {
  const { baseUrl, timeoutMs, concurrency } = options;
  const client = new TwilioSdk.RequestClient({
    timeout: timeoutMs,
    maxSockets: concurrency,
    maxTotalSockets: concurrency,
    maxFreeSockets: concurrency,
  });
  const openTimeoutMs = Math.min(5000, Math.ceil(timeoutMs / 2));
  const plainAgent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  client.axios.defaults.httpAgent = plainAgent;
  const unopened = [watchOpening(plainAgent, 'connect', openTimeoutMs)];
  const tlsAgent: unknown = client.axios.defaults.httpsAgent;
  // Behind HTTP_PROXY the library puts a proxy agent here, whose sockets tell nothing: then every silence is a doubt.
  if (tlsAgent instanceof https.Agent) unopened.push(watchOpening(tlsAgent, 'secureConnect', openTimeoutMs));

  const request = client.request.bind(client);
  client.request = async (call) => {
    const { pathname, search } = new URL(call.uri);
    const answer = await request({ ...call, uri: new URL(pathname + search, baseUrl).href }).catch((error: unknown) => {
      throw toFailure(error, unopened);
    });
    if (isTwilios(answer.statusCode, answer.body)) return answer;
    const headers = answer.headers as Readonly<Record<string, string | undefined>>;
    throw Object.assign(new Error(`HTTP ${answer.statusCode}`), {
      answer: { status: answer.statusCode, body: answer.body, retryAfter: headers['retry-after'] },
    });
  };
  return {
    client,
    close(): void {
      plainAgent.destroy();
      if (tlsAgent instanceof https.Agent) tlsAgent.destroy();
    },
  };
}
