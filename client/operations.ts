import type { components, paths } from './generated/paths';

/** What the API takes and gives, by the names of its document: `Schemas['Message']`. */
export type Schemas = components['schemas'];

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Success = 200 | 201 | 202 | 204;

/** The contents of an answer by media type; `undefined` where it has none. */
type ContentOf<O> = O extends { readonly responses: infer R }
  ? { [S in keyof R & Success]: R[S] extends { readonly content: infer C } ? C : undefined }[keyof R & Success]
  : never;
type IsJson<O> = [ContentOf<O>] extends [never]
  ? false
  : ContentOf<O> extends { readonly 'application/json': unknown } | undefined
    ? true
    : false;
type IsUpload<O> = O extends { readonly requestBody: { readonly content: { readonly 'text/csv': unknown } } }
  ? true
  : false;

/** The addresses whose operation takes and gives JSON, or a form, or nothing. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: IsUpload<paths[P][M]> extends true ? never : IsJson<paths[P][M]> extends true ? P : never;
}[keyof paths];
/** The addresses that take a file as their body. */
export type UploadPath = { [P in keyof paths]: IsUpload<paths[P]['post']> extends true ? P : never }[keyof paths];
/** The addresses that answer with a file. */
export type FilePath = {
  [P in keyof paths]: ContentOf<paths[P]['get']> extends { readonly 'text/csv': unknown } ? P : never;
}[keyof paths];
/** The addresses of lists that come in pages. */
export type ListPath = {
  [P in PathOf<'get'>]: paths[P]['get'] extends {
    readonly parameters: { readonly query?: { readonly after?: string } };
  }
    ? DataOf<'get', P> extends { readonly items: readonly unknown[]; readonly pageInfo: unknown }
      ? P
      : never
    : never;
}[PathOf<'get'>];

/** What an operation answers with; `undefined` for no content. */
export type DataOf<M extends Method, P extends keyof paths> =
  ContentOf<paths[P][M]> extends { readonly 'application/json': infer T } ? T : undefined;
/** What a list is of. */
export type ItemOf<P extends keyof paths> =
  DataOf<'get', P> extends { readonly items: readonly (infer T)[] } ? T : never;

type BodyIn<O> = O extends { readonly requestBody?: { readonly content: infer C } }
  ? C extends { readonly 'application/json': infer B }
    ? B
    : C extends { readonly 'multipart/form-data': unknown }
      ? FormData
      : never
  : never;
/** What an operation takes. */
export type BodyOf<M extends Method, P extends keyof paths> = BodyIn<paths[P][M]>;
type Body<O> = [BodyIn<O>] extends [never]
  ? unknown
  : O extends { readonly requestBody: unknown }
    ? { readonly body: BodyIn<O> }
    : { readonly body?: BodyIn<O> };

/** One group of parameters under the name it has in the options; optional where every parameter of it is. */
type Part<A, K extends string, Name extends string> = K extends keyof A
  ? [NonNullable<A[K]>] extends [never]
    ? unknown
    : Pick<A, K> extends Required<Pick<A, K>>
      ? { readonly [N in Name]: A[K] }
      : { readonly [N in Name]?: NonNullable<A[K]> }
  : unknown;
type Parameters<O> = O extends { readonly parameters: infer A }
  ? Part<A, 'path', 'path'> & Part<A, 'query', 'query'> & Part<WithoutNoneMatch<A>, 'header', 'headers'>
  : unknown;
/** `getIfChanged` gives that header. */
type WithoutNoneMatch<A> = A extends { readonly header?: infer H }
  ? [NonNullable<H>] extends [never]
    ? unknown
    : [Exclude<keyof NonNullable<H>, 'If-None-Match'>] extends [never]
      ? unknown
      : { readonly header?: Omit<NonNullable<H>, 'If-None-Match'> }
  : unknown;

/** How one call is made. */
export interface CallSettings {
  /** Gives the call up; it rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Of each attempt, in milliseconds; default: that of the client. */
  readonly timeoutMs?: number;
  /** Attempts after the first one; default: that of the client. */
  readonly retries?: number;
}

/** `path`, `query`, `headers` and `body`, as the operation has them in the document, and how the call is made. */
export type CallOptions<M extends Method, P extends keyof paths> = Parameters<paths[P][M]> &
  Body<paths[P][M]> &
  CallSettings;
/** The options as the last argument, which may be left out where nothing in them is needed. */
export type CallArguments<M extends Method, P extends keyof paths> =
  CallSettings extends CallOptions<M, P> ? [options?: CallOptions<M, P>] : [options: CallOptions<M, P>];

/** A file as it is read: a stream of Node or of the web, or what a generator gives. */
export type Pieces = AsyncIterable<Uint8Array | string>;
/** What an upload sends. Pieces can be sent only once; anything else, and what opens pieces, again. */
export type UploadContent = string | Uint8Array | Blob | Pieces | (() => Pieces);
/** Of an upload: its file, and the parameters of the operation. */
export type UploadOptions<P extends UploadPath> = Parameters<paths[P]['post']> &
  CallSettings & {
    readonly content: UploadContent;
    /** Default `text/csv`. */
    readonly contentType?: ContentTypeOf<paths[P]['post']>;
    /** In bytes, where `content` does not tell. */
    readonly size?: number;
    /** Told how many bytes have been sent so far. */
    readonly onSent?: (bytes: number) => void;
  };
type ContentTypeOf<O> = O extends { readonly requestBody: { readonly content: infer C } } ? keyof C & string : never;
