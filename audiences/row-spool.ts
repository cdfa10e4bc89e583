import { open } from 'node:fs/promises';
import type { CheckedRow } from './check-row';
import type { Bits } from './find-repeats';
import { readLines } from './read-lines';
import type { StoredReject } from './stored-row';

/** The rows of a file while it is not known yet which of them are repeats, set down in one local file. */
export interface RowSpool {
  /** Rows in order, from number 1, none left out. A promise when it has to be waited for. */
  add(row: CheckedRow): Promise<void> | undefined;
  /** Lines of rows.jsonl: the good rows but for the repeats. After the last `add`. */
  rows(repeats: Bits): AsyncGenerator<Buffer>;
  /** Lines of rejects.jsonl: the others. */
  rejects(repeats: Bits): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

const PIECE = 256 * 1024;
const GOOD = 0x2b; // +
/** Between the JSON of a good row and its address as written, where that is another text; JSON has no bare tab. */
const TAB = 9;
const NEWLINE = Buffer.from('\n');

function lineOf(row: CheckedRow): string {
  if ('reject' in row) return `-${JSON.stringify(row.reject)}\n`;
  const { address, written, json } = row.good;
  return written === address ? `+${json}\n` : `+${json}\t${JSON.stringify(written)}\n`;
}

function repeatOf(line: Buffer): Buffer {
  const tab = line.indexOf(TAB);
  const { r, a } = JSON.parse(line.toString('utf8', 1, tab === -1 ? line.length : tab)) as { r: number; a: string };
  const written = tab === -1 ? a : (JSON.parse(line.toString('utf8', tab + 1)) as string);
  const reject: StoredReject = {
    r,
    code: 'duplicate',
    detail: 'the same address came before in this file',
    a: written,
  };
  return Buffer.from(JSON.stringify(reject));
}

function goodOf(line: Buffer): Buffer {
  const tab = line.indexOf(TAB);
  return line.subarray(1, tab === -1 ? line.length : tab);
}

/** Lines together in pieces: streams are slow with many small chunks. */
async function* inPieces(lines: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const line of lines) {
    parts.push(line, NEWLINE);
    size += line.length + 1;
    if (size < PIECE) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}

/** One in a new file at `path`, which is not cleaned up. */
export async function createRowSpool(path: string): Promise<RowSpool> {
  const file = await open(path, 'wx+', 0o600);
  let pending = '';
  const flush = async (): Promise<void> => {
    const text = pending;
    pending = '';
    await file.appendFile(text);
  };
  async function* select(pick: (line: Buffer, n: number) => Buffer | undefined): AsyncGenerator<Buffer> {
    await flush();
    let n = 0;
    const content = file.createReadStream({ start: 0, autoClose: false, highWaterMark: PIECE });
    for await (const line of readLines(content as AsyncIterable<Buffer>)) {
      const picked = pick(line, ++n);
      if (picked) yield picked;
    }
  }
  return {
    add(row) {
      pending += lineOf(row);
      return pending.length < PIECE ? undefined : flush();
    },
    rows: (repeats) => inPieces(select((line, n) => (line[0] === GOOD && !repeats.has(n) ? goodOf(line) : undefined))),
    rejects: (repeats) =>
      inPieces(
        select((line, n) => {
          if (line[0] !== GOOD) return line.subarray(1);
          return repeats.has(n) ? repeatOf(line) : undefined;
        }),
      ),
    close: () => file.close(),
  };
}
