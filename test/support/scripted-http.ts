import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './sandbox';

/** A request as it came. */
export interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request; `destroy()` of the response closes the socket without an answer. */
export type Turn = (response: ServerResponse, heard: Heard) => void | Promise<void>;

/** A server that answers each request by the next turn, and every later one by the last; `heard` has them all. */
export async function startScriptedHttp(turns: readonly Turn[]) {
  const heard: Heard[] = [];
  const { url, close } = await listen((request, response) => {
    const turn = turns[Math.min(heard.length, turns.length - 1)]!;
    const { method, url: target, headers } = request;
    const one = { method, url: target, headers, body: '' };
    heard.push(one);
    void text(request)
      .catch(() => '')
      .then((body) => turn(response, Object.assign(one, { body })));
  });
  return { url, heard, close };
}

/** An answer as JSON; problems as `application/problem+json`. */
export const answer =
  (status: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Turn =>
  (response) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
  };

/** Closes the connection instead of an answer. */
export const hangUp: Turn = (response) => {
  response.destroy();
};

/** Never answers. */
export const silence: Turn = () => undefined;
