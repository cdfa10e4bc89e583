import { addressOf, baseOf } from './address';
import type { ClientOptions, FileAnswer, LuminateClient } from './client';
import { exchange, readAnswer, type Answer, type Outgoing } from './exchange';
import { waitForMessage, waitForSend, watchRun } from './follow';
import { IDEMPOTENT_POSTS } from './generated/idempotent-posts';
import type { CallSettings, UploadContent } from './operations';
import { unexpectedAnswer } from './problem';
import { upload } from './upload';

/** The options of any call, with the types of their parts forgotten. */
interface AnyCall extends CallSettings {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}
interface AnyUpload extends AnyCall {
  readonly content: UploadContent;
  readonly contentType?: string;
  readonly size?: number;
  readonly onSent?: (bytes: number) => void;
}
/** What some bodies have instead of `If-Match`. */
interface Expecting {
  readonly expectedVersion?: unknown;
}
interface Page {
  readonly items: readonly unknown[];
  readonly pageInfo: { readonly after: string | null; readonly hasMore: boolean };
}

const TIMEOUT_MS = 60_000;
const RETRIES = 3;
const PAGE_SIZE = 200;

/** A client of the API at `url`. Keeps nothing open. Throws `TypeError` for an address that is none. */
export function createLuminateClient(options: ClientOptions): LuminateClient {
  const request = requestsTo(options);
  const fetch: typeof globalThis.fetch = (...all) => (options.fetch ?? globalThis.fetch)(...all);
  const call =
    (method: string) =>
    async (path: string, how: AnyCall = {}): Promise<Answer<unknown>> =>
      exchange(fetch, request(method, path, how), readAnswer);
  const get = call('GET');
  const file = async (path: string, how: AnyCall = {}): Promise<FileAnswer> =>
    exchange(fetch, request('GET', path, how), fileOf);
  const client = {
    url: baseOf(options.url),
    get,
    post: call('POST'),
    put: call('PUT'),
    patch: call('PATCH'),
    delete: call('DELETE'),
    async getIfChanged(path: string, etag: string, how: AnyCall = {}) {
      const answer = await get(path, { ...how, headers: { ...how.headers, 'If-None-Match': etag } });
      return answer.status === 304 ? undefined : answer;
    },
    items: (path: string, how: AnyCall = {}) => itemsOf(get, path, how),
    file,
    upload: async (path: string, how: AnyUpload) => uploadTo(request('POST', path, how), how),
    watchRun: (id: string, how: CallSettings = {}) =>
      watchRun(() => file('/v1/runs/{id}/events', { ...how, path: { id } }), how.signal),
    waitForMessage: (...all: Rest<typeof waitForMessage>) => waitForMessage(typed, ...all),
    waitForSend: (...all: Rest<typeof waitForSend>) => waitForSend(typed, ...all),
  };
  // The types of its methods come from the document, which only the compiler has read.
  const typed = client as unknown as LuminateClient;
  return typed;
}

type Rest<F> = F extends (client: never, ...rest: infer R) => unknown ? R : never;

/** How the calls of one client become requests. */
function requestsTo({ url, key, timeoutMs = TIMEOUT_MS, retries = RETRIES }: ClientOptions) {
  const base = baseOf(url);
  const known = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return (method: string, path: string, how: AnyCall): Outgoing => {
    const form = how.body instanceof FormData ? how.body : undefined;
    const json = form ?? (how.body === undefined ? undefined : JSON.stringify(how.body));
    const given = lowerCase(how.headers);
    const idempotencyKey = keyOf(method, path, given, how.query);
    const headers = {
      ...known,
      ...(typeof json === 'string' ? { 'content-type': 'application/json' } : {}),
      ...given,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
    return {
      method,
      base,
      target: addressOf(path, how.path, how.query),
      headers,
      body: json,
      timeoutMs: how.timeoutMs ?? timeoutMs,
      retries: how.retries ?? retries,
      signal: how.signal,
      repeatable: method === 'POST' ? idempotencyKey !== undefined : isRepeatable(method, headers, how.body),
    };
  };
}

/** Where the operation takes one: as given, else a new one. The id of an upload is the same thing. */
function keyOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  query: AnyCall['query'],
): string | undefined {
  if (method !== 'POST' || !IDEMPOTENT_POSTS.has(path)) return undefined;
  const uploadId = query?.['uploadId'];
  return headers['idempotency-key'] ?? (typeof uploadId === 'string' ? uploadId : crypto.randomUUID());
}

/** An edit with a condition that was made, and whose answer is lost, would be refused the second time as if somebody else had made it. */
const isRepeatable = (method: string, headers: Readonly<Record<string, string>>, body: unknown): boolean =>
  method !== 'PATCH' && !('if-match' in headers) && (Object(body) as Expecting).expectedVersion === undefined;

const lowerCase = (headers: AnyCall['headers'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  );

async function* itemsOf(
  get: (path: string, how: AnyCall) => Promise<Answer<unknown>>,
  path: string,
  how: AnyCall,
): AsyncGenerator<unknown, void> {
  let after = how.query?.['after'];
  for (;;) {
    const answer = await get(path, { ...how, query: { limit: PAGE_SIZE, ...how.query, after } });
    const { items, pageInfo } = answer.data as Page;
    yield* items;
    if (!pageInfo.hasMore) return;
    after = pageInfo.after;
  }
}

async function fileOf({ body, status, headers }: Response): Promise<FileAnswer> {
  if (!body) throw unexpectedAnswer(status, headers, undefined);
  return { body: body as FileAnswer['body'], status, headers };
}

function uploadTo({ headers, ...request }: Outgoing, how: AnyUpload): Promise<Answer<unknown>> {
  return upload({
    ...request,
    headers: { ...headers, 'content-type': how.contentType ?? 'text/csv' },
    content: how.content,
    size: how.size,
    onSent: how.onSent,
    timeoutMs: how.timeoutMs,
  });
}
