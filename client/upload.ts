import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { answerOf, type Answer } from './exchange';
import type { Pieces, UploadContent } from './operations';
import { LuminateProblem, noAnswer, problemOf } from './problem';
import { withRetries } from './retries';

/** A file that is to be sent. */
export interface Upload {
  readonly base: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: UploadContent;
  readonly size: number | undefined;
  readonly onSent: ((bytes: number) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly retries: number;
  /** See `RetrySettings`; pieces are never sent twice. */
  readonly repeatable: boolean;
}

/**
 * Sends a file of any size, and takes the answer also before all of it is sent. Not by fetch, which waits for five minutes for an
 * answer, and loses one that comes early. Rejects with `LuminateProblem`, with what the stream failed with, or with the reason of the signal.
 */
export async function upload(file: Upload): Promise<Answer<unknown>> {
  const retries = isPieces(file.content) ? 0 : file.retries;
  return withRetries({ ...file, retries }, () => attempt(file));
}

async function attempt(file: Upload): Promise<Answer<unknown>> {
  const { base, timeoutMs } = file;
  const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signals = [file.signal, late].filter((signal) => signal !== undefined);
  const source = Readable.from(piecesOf(file.content, file.onSent));
  let broken: { readonly error: unknown } | undefined;
  source.on('error', (error) => {
    broken = { error };
  });
  try {
    const response = await send(file, source, AbortSignal.any(signals));
    const body = await text(response);
    response.destroy();
    const headers = headersOf(response);
    const { statusCode: status = 0 } = response;
    if (status < 200 || status > 299) throw problemOf(status, headers, body);
    return answerOf(status, headers, body);
  } catch (error) {
    file.signal?.throwIfAborted();
    if (error instanceof LuminateProblem) throw error;
    if (broken) throw broken.error;
    throw noAnswer(base, error, late?.aborted ? timeoutMs : undefined);
  } finally {
    source.destroy();
  }
}

function send(
  { base, target, headers, ...file }: Upload,
  source: Readable,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const size = sizeOf(file.content) ?? file.size;
  const all = { ...headers, ...(size === undefined ? {} : { 'content-length': String(size) }) };
  return new Promise((resolve, reject) => {
    const request = (base.startsWith('https:') ? overHttps : overHttp)(`${base}${target}`, {
      ...{ method: 'POST', headers: all, signal },
    });
    request.on('response', (response) => {
      source.destroy();
      // A request that is not finished leaves a connection that nobody can use.
      if (!request.writableEnded) response.once('end', () => request.destroy());
      resolve(response);
    });
    request.on('error', reject);
    source.on('error', (error) => {
      request.destroy(error);
    });
    source.pipe(request);
  });
}

const isPieces = (content: UploadContent): content is Pieces =>
  typeof content === 'object' && Symbol.asyncIterator in content;

function sizeOf(content: UploadContent): number | undefined {
  if (typeof content === 'string') return Buffer.byteLength(content);
  if (content instanceof Uint8Array) return content.byteLength;
  return content instanceof Blob ? content.size : undefined;
}

async function* piecesOf(
  content: UploadContent,
  onSent?: (bytes: number) => void,
): AsyncGenerator<Uint8Array | string> {
  let sent = 0;
  for await (const piece of iterableOf(content)) {
    yield piece;
    sent += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength;
    onSent?.(sent);
  }
}

function iterableOf(content: UploadContent): Pieces | readonly (Uint8Array | string)[] {
  if (typeof content === 'function') return content();
  if (typeof content === 'string' || content instanceof Uint8Array) return content.length === 0 ? [] : [content];
  return content instanceof Blob ? content.stream() : content;
}

function headersOf({ headers }: IncomingMessage): Headers {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => (one === undefined ? [] : [[name, one]])),
  );
  return new Headers(pairs);
}
