import type { AudienceId } from '../domain/ids';
import type { FileStore } from '../storage/file-store';
import { AUDIENCE_FILES } from './file-names';
import { readLines } from './read-lines';
import { toAudienceRow, toReject, type AudienceRow, type Reject } from './stored-row';

export type { AudienceRow, Reject } from './stored-row';

/** Consecutive accepted rows, and the byte from which the next page is read. */
export interface AudiencePage {
  readonly rows: readonly AudienceRow[];
  readonly nextByte: number;
}

/** A page is full with so many rows, or so many bytes of them. */
const PAGE_ROWS = 1_000;
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * The accepted rows of an audience in the order of its file, in pages of up to 1,000, from a byte that is 0 or the `nextByte` of a
 * page; the same byte gives the same rows whenever it is asked. No page after the last row. Throws `FileMissingError`.
 */
export async function* readRows(
  files: Pick<FileStore, 'read'>,
  audienceId: AudienceId,
  fromByte = 0,
): AsyncGenerator<AudiencePage> {
  const content = await files.read(AUDIENCE_FILES.rows(audienceId), fromByte);
  let rows: AudienceRow[] = [];
  let pageByte = fromByte;
  let nextByte = fromByte;
  for await (const line of readLines(content as AsyncIterable<Buffer>)) {
    rows.push(toAudienceRow(line.toString()));
    nextByte += line.length + 1;
    if (rows.length === PAGE_ROWS || nextByte - pageByte >= PAGE_BYTES) {
      yield { rows, nextByte };
      rows = [];
      pageByte = nextByte;
    }
  }
  if (rows.length > 0) yield { rows, nextByte };
}

/** The rows of an audience that were not taken, in the order of its file. Throws `FileMissingError`. */
export async function* readRejects(files: Pick<FileStore, 'read'>, audienceId: AudienceId): AsyncGenerator<Reject> {
  const content = await files.read(AUDIENCE_FILES.rejects(audienceId));
  for await (const line of readLines(content as AsyncIterable<Buffer>)) yield toReject(line.toString());
}
