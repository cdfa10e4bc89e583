import type { LookupAddress } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { LookupFunction } from 'node:net';
import { contentTypeOf } from '../../domain/attachment';

/** How names become addresses, and which may be connected to. */
export interface FileNetwork {
  /** Every address of a name; rejects when there is none just now. */
  readonly resolve: (hostname: string) => Promise<readonly LookupAddress[]>;
  readonly isPublic: (address: string) => boolean;
  /** Certificates to trust instead of those that Node brings. */
  readonly ca?: string;
}

export interface FetchedFile {
  readonly content: Buffer;
  /** What the host said, if a file can be that. */
  readonly contentType: string | undefined;
}

/** The file; or `refused`: no use in asking again; or `away`: later, perhaps. `words` say why, without the URL. */
export type FileAnswer =
  | { readonly state: 'fetched'; readonly file: FetchedFile }
  | { readonly state: 'refused' | 'away'; readonly words: string };

/** A name, or a literal address, that must not be connected to. */
export class NotPublicError extends Error {}

/**
 * The look-up of a connection. What it answers is what is connected to, so a name cannot lead elsewhere after the check. One
 * address that is not public refuses them all: such a name is not to be trusted.
 */
export function guardedLookup({ resolve, isPublic }: Pick<FileNetwork, 'resolve' | 'isPublic'>): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) done(new Error('the name of the host has no address'), '', 0);
        else if (!addresses.every(({ address }) => isPublic(address))) done(new NotPublicError(), '', 0);
        else if (options.all) done(null, [...addresses]);
        else done(null, first.address, first.family);
      },
      (error: unknown) => {
        done(error as NodeJS.ErrnoException, '', 0);
      },
    );
  };
}

const open = (url: string, network: FileNetwork, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { ca } = network;
    // No agent: a connection that is kept would be used again without a look-up.
    const options = { agent: false, lookup: guardedLookup(network), signal, ...(ca === undefined ? {} : { ca }) };
    const headers = { 'User-Agent': 'Luminate', Accept: '*/*', 'Accept-Encoding': 'identity' };
    get(url, { ...options, headers }, resolve).on('error', reject);
  });

/** Refusals that end by themselves: request timeout, too early, too many requests. */
const PASSING = [408, 425, 429];

/** Why an answer is not the file; `undefined`: it is. Redirects are not followed: the URL that was checked is the one that counts. */
function problemOf({ statusCode = 0, headers }: IncomingMessage): FileAnswer | undefined {
  const words = `the host answered ${statusCode}`;
  if (statusCode >= 500 || PASSING.includes(statusCode)) return { state: 'away', words };
  if (statusCode >= 300 && statusCode < 400) {
    return { state: 'refused', words: `${words}, a redirect, which is not followed: give the final URL` };
  }
  if (statusCode !== 200) return { state: 'refused', words };
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding === 'identity') return undefined;
  return { state: 'refused', words: 'the host answered with a compressed file, although not asked to' };
}

async function read(response: IncomingMessage, maxBytes: number): Promise<FileAnswer> {
  const tooLarge: FileAnswer = { state: 'refused', words: `larger than the ${maxBytes} bytes that are left for it` };
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return tooLarge;
    chunks.push(chunk);
  }
  const contentType = contentTypeOf(response.headers['content-type']);
  return { state: 'fetched', file: { content: Buffer.concat(chunks), contentType } };
}

/** Network errors by code only: their words repeat addresses of ours. */
function failed(error: unknown, signal: AbortSignal): FileAnswer {
  if (error instanceof NotPublicError) {
    return { state: 'refused', words: 'the name of the host leads to an address that is not public' };
  }
  if (signal.aborted) return { state: 'away', words: 'not complete in time' };
  const { code } = (error ?? {}) as { code?: unknown };
  return { state: 'away', words: `no connection, or it broke off: ${typeof code === 'string' ? code : 'no reason'}` };
}

/**
 * Gets a file of at most `maxBytes` over https from a public address, without redirects. An aborted signal ends it as
 * `away`. Never rejects.
 */
export async function fetchFile(
  url: string,
  maxBytes: number,
  signal: AbortSignal,
  network: FileNetwork,
): Promise<FileAnswer> {
  try {
    const response = await open(url, network, signal);
    try {
      return problemOf(response) ?? (await read(response, maxBytes));
    } finally {
      response.destroy();
    }
  } catch (error) {
    return failed(error, signal);
  }
}
