import { LuminateProblem, noAnswer, problemOf, unexpectedAnswer } from './problem';
import { withRetries, type RetrySettings } from './retries';

/** A request as it is sent, each time anew. */
export interface Outgoing extends RetrySettings {
  readonly method: string;
  /** The base address, for errors. */
  readonly base: string;
  /** What follows it: path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormData | undefined;
  /** Of each attempt, in milliseconds, until `read` has ended. */
  readonly timeoutMs: number;
}

/** Sends a request, and reads its answer within the same time. Rejects with `LuminateProblem`, or with the reason of the signal. */
export async function exchange<T>(
  fetch: typeof globalThis.fetch,
  request: Outgoing,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  return withRetries(request, () => attempt(fetch, request, read));
}

async function attempt<T>(
  fetch: typeof globalThis.fetch,
  { method, base, target, headers, body, timeoutMs, signal }: Outgoing,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, timeoutMs);
  try {
    const response = await fetch(`${base}${target}`, {
      ...{ method, headers, body: body ?? null },
      // Followed, a POST would become a GET.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
    });
    const isGood = response.ok || (response.status === 304 && 'if-none-match' in headers);
    if (!isGood) throw problemOf(response.status, response.headers, await response.text());
    return await read(response);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof LuminateProblem) throw error;
    throw noAnswer(base, error, late.signal.aborted ? timeoutMs : undefined);
  } finally {
    clearTimeout(timer);
  }
}

/** What the API answered. */
export interface Answer<T> {
  readonly data: T;
  readonly status: number;
  /** For `If-Match` of an edit, or for `getIfChanged`; where the operation has one. */
  readonly etag: string | undefined;
  /** It is the answer that an earlier request with the same Idempotency-Key got. */
  readonly replayed: boolean;
  readonly headers: Headers;
}

/** The whole answer, its body read as JSON. */
export const readAnswer = async (response: Response): Promise<Answer<unknown>> =>
  answerOf(response.status, response.headers, await response.text());

/** An answer whose body has been read. Throws `LuminateProblem` unless that is JSON. */
export function answerOf(status: number, headers: Headers, body: string): Answer<unknown> {
  const replayed = headers.get('idempotent-replayed') === 'true';
  return { data: parse(body, status, headers), status, headers, replayed, etag: headers.get('etag') ?? undefined };
}

function parse(body: string, status: number, headers: Headers): unknown {
  if (body === '' && !headers.has('content-type')) return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw unexpectedAnswer(status, headers, error);
  }
}
