import type { Answer } from './exchange';
import type { WaitSettings } from './follow';
import type {
  CallArguments,
  CallSettings,
  DataOf,
  FilePath,
  ItemOf,
  ListPath,
  PathOf,
  Schemas,
  UploadOptions,
  UploadPath,
} from './operations';

/** What a client is made of. */
export interface ClientOptions {
  /** Of the API, e.g. `https://luminate.example.com`; it may have a path. */
  readonly url: string;
  /** An API key. Only health and the ways to sign in go without one. */
  readonly key?: string;
  /** Makes the requests, save uploads; default: the fetch of Node. */
  readonly fetch?: typeof globalThis.fetch;
  /** Of each attempt, in milliseconds; default 60,000. Uploads have none unless the call names it; files and events until they begin. */
  readonly timeoutMs?: number;
  /** Attempts after the first one, where repeating is safe; default 3. */
  readonly retries?: number;
}

/** A file that comes in: `body` is read by the caller, or cancelled. */
export interface FileAnswer {
  readonly body: ReadableStream<Uint8Array>;
  readonly status: number;
  readonly headers: Headers;
}

type Call<M extends 'get' | 'post' | 'put' | 'patch' | 'delete'> = <P extends PathOf<M>>(
  path: P,
  ...options: CallArguments<M, P>
) => Promise<Answer<DataOf<M, P>>>;

/**
 * The REST API, typed by method and path as its document has them. Everything rejects with `LuminateProblem` when the API refuses,
 * fails or does not answer, and with the reason of the signal when that is aborted.
 */
export interface LuminateClient {
  /** Without a slash at the end. */
  readonly url: string;
  readonly get: Call<'get'>;
  /** With an Idempotency-Key of its own, the same for every attempt, where the operation takes one and none is given. */
  readonly post: Call<'post'>;
  readonly put: Call<'put'>;
  readonly patch: Call<'patch'>;
  readonly delete: Call<'delete'>;
  /** As `get`; `undefined` when it is still what had this ETag. */
  getIfChanged<P extends PathOf<'get'>>(
    path: P,
    etag: string,
    ...options: CallArguments<'get', P>
  ): Promise<Answer<DataOf<'get', P>> | undefined>;
  /** Every entry of a list, page by page as they are asked for; `query.limit` is the size of the pages, default 200. */
  items<P extends ListPath>(path: P, ...options: CallArguments<'get', P>): AsyncGenerator<ItemOf<P>, void>;
  /** A file as a web stream; an error answer rejects before any of it. */
  file<P extends FilePath>(path: P, ...options: CallArguments<'get', P>): Promise<FileAnswer>;
  /** Sends a file of any size. A stream is sent once; anything else is sent again as `post` would. */
  upload<P extends UploadPath>(path: P, options: UploadOptions<P>): Promise<Answer<DataOf<'post', P>>>;
  /** A run now and whenever it changes, until it has ended; goes on through restarts of the API. */
  watchRun(id: string, settings?: CallSettings): AsyncGenerator<Schemas['Run'], void>;
  /** A message once its status is final: it was handed over, or will not be. Goes on while the API is away, until patience is over. */
  waitForMessage(id: string, settings?: WaitSettings<Schemas['Message']>): Promise<Schemas['Message']>;
  /** A send once the statuses of all its messages are final; goes on in the same way. */
  waitForSend(id: string, settings?: WaitSettings<Schemas['Send']>): Promise<Schemas['Send']>;
}
