import { lookup } from 'node:dns/promises';
import { createBoundedCache } from '../../domain/bounded-cache';
import { fetchFile, type FetchedFile, type FileAnswer, type FileNetwork } from './fetch-file';
import { isPublicAddress } from './public-address';

/** Where the files of attachments come from; one per process. */
export interface FileSource {
  /**
   * The file of a URL of at most `maxBytes`. One that was fetched within the last minutes is not fetched again, and who asks
   * while it is being fetched gets the same. Never rejects.
   */
  fetch(url: string, maxBytes: number): Promise<FileAnswer>;
  /** Gives up what is being fetched. */
  close(): void;
}

export interface FileSourceOptions extends Partial<FileNetwork> {
  /** Longest time for one file, in milliseconds; default 20,000. */
  readonly timeoutMs?: number;
  /** For how long a file is kept, in milliseconds; default 5 minutes. A change at its host is seen after that. */
  readonly keptMs?: number;
  /** Bytes kept in all; default 64 MB. */
  readonly keptBytes?: number;
}

/** By default names are looked up as the machine does, and only public addresses are connected to. */
export function createFileSource(options: FileSourceOptions = {}): FileSource {
  const { timeoutMs = 20_000, keptMs = 300_000, keptBytes = 64 * 1024 * 1024 } = options;
  const { resolve = (hostname: string) => lookup(hostname, { all: true }), isPublic = isPublicAddress, ca } = options;
  const network: FileNetwork = { resolve, isPublic, ...(ca === undefined ? {} : { ca }) };
  const kept = createBoundedCache<FetchedFile>({
    max: keptBytes,
    ttlMs: keptMs,
    sizeOf: ({ content }) => content.length,
  });
  const underWay = new Map<string, Promise<FileAnswer>>();
  const stops = new Set<AbortController>();

  async function fetchAndKeep(url: string, maxBytes: number): Promise<FileAnswer> {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      stop.abort();
    }, timeoutMs);
    stops.add(stop);
    try {
      const answer = await fetchFile(url, maxBytes, stop.signal, network);
      if (answer.state === 'fetched') kept.set(url, answer.file);
      return answer;
    } finally {
      clearTimeout(timer);
      stops.delete(stop);
    }
  }

  return {
    async fetch(url, maxBytes) {
      const file = kept.get(url);
      if (file && file.content.length <= maxBytes) return { state: 'fetched', file };
      const key = `${maxBytes} ${url}`;
      const known = underWay.get(key);
      if (known) return known;
      const work = fetchAndKeep(url, maxBytes).finally(() => underWay.delete(key));
      underWay.set(key, work);
      return work;
    },
    close() {
      for (const stop of stops) stop.abort();
    },
  };
}
