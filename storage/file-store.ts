import type { Readable } from 'node:stream';

/** Files by name, in a folder or a bucket. Names are paths such as `audiences/<id>/rows.jsonl`; a wrong one is a TypeError. */
export interface FileStore {
  /** Keeps what the stream gives, in place of an older file. It is there when whole, or not at all: an error of the stream rejects. */
  write(name: string, content: Readable): Promise<{ bytes: number }>;
  /** The content from a byte on; nothing from the end on. Throws `FileMissingError`. */
  read(name: string, fromByte?: number): Promise<Readable>;
  /** Removes a file; one that is not there is fine. */
  remove(name: string): Promise<void>;
}

/** There is no file of this name. */
export class FileMissingError extends Error {
  constructor(
    readonly fileName: string,
    options?: ErrorOptions,
  ) {
    super(`There is no file ${fileName}.`, options);
    this.name = 'FileMissingError';
  }
}

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const LONGEST = 300;

/** The name, if it is one: parts of letters, digits, `.`, `_` and `-` that do not begin with a dot. Throws a TypeError. */
export function checkedName(name: string): string {
  if (name.length <= LONGEST && NAME.test(name)) return name;
  throw new TypeError(`${JSON.stringify(name.slice(0, LONGEST))} is not a name of a file.`);
}
