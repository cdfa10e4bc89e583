import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { AudienceContent, SampleRow } from '../db/stores/audience-store';
import type { AudienceId } from '../domain/ids';
import type { Channel } from '../domain/lane';
import type { FileStore } from '../storage/file-store';
import { removeOld } from '../storage/remove-old';
import { createRowCheck, type GoodRow } from './check-row';
import { decodeText } from './decode-text';
import { detectDelimiter } from './detect-delimiter';
import type { Encoding } from '../domain/encoding';
import { FileFaultError, type FileFault } from './file-fault';
import { AUDIENCE_FILES } from './file-names';
import { createRepeatFinder, type RepeatFinder } from './find-repeats';
import type { AudienceLimits } from './limits';
import { createProgress, type Progress } from './progress';
import { readColumns, TIMEZONE_COLUMN, type Columns } from './read-columns';
import { readRecords } from './read-records';
import { receiveFile, type ReceivedFile } from './receive-file';
import { createRowSpool, type RowSpool } from './row-spool';

export interface ImportOptions {
  readonly id: AudienceId;
  readonly channel: Channel;
  readonly addressColumn: string;
  /** Default: found out. */
  readonly encoding: Encoding | undefined;
  /** Region in which a phone number without country code is read. */
  readonly region: string;
  /** Told about once a second; what it throws ends the import. */
  readonly onProgress: (progress: Progress) => Promise<void>;
}

export interface ImportParts {
  readonly files: FileStore;
  /** Made when needed. Takes up to twice the size of a file for each import that runs. */
  readonly tempFolder: string;
  readonly limits: AudienceLimits;
}

const SCRATCH = 'audience-';
const SAMPLE_ROWS = 5;
/** Some of them may turn out to be duplicates. */
const SAMPLE_CANDIDATES = 25;
const SAMPLE_CELL_CHARS = 200;
const HEAD_BYTES = 256 * 1024;
/** After so many rows others get their turn: a row of SMS takes some ten microseconds. */
const ROWS_PER_TURN = 250;

type Told = ReturnType<typeof createProgress>;
interface Scratch {
  readonly spool: RowSpool;
  readonly repeats: RepeatFinder;
}

/** A folder for one import, gone when `work` has ended, however it ends. */
async function withScratch<T>({ tempFolder, limits }: ImportParts, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const parent = resolve(tempFolder);
  await mkdir(parent, { recursive: true });
  await removeOld(parent, SCRATCH);
  const folder = await mkdtemp(join(parent, SCRATCH));
  let spool: RowSpool | undefined;
  let repeats: RepeatFinder | undefined;
  try {
    spool = await createRowSpool(join(folder, 'rows'));
    repeats = await createRepeatFinder(folder, limits.rows);
    return await work({ spool, repeats });
  } finally {
    await spool?.close();
    await repeats?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function readHead(text: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of text) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= HEAD_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8', 0, HEAD_BYTES);
}

function toSample({ json }: GoodRow): SampleRow {
  const { r, a, z, v } = JSON.parse(json) as { r: number; a: string; z?: string; v: Record<string, string> };
  const variables = Object.entries(v).map(([name, value]) => [name, value.slice(0, SAMPLE_CELL_CHARS)] as const);
  return { row: r, address: a, timezone: z ?? null, variables: Object.fromEntries(variables) };
}

interface CheckedRows {
  readonly columns: Columns;
  readonly rows: number;
  readonly invalid: number;
  readonly sample: SampleRow[];
}

/** Sets every row down, checked, with its address in the partitions. */
async function checkRows(
  records: AsyncIterable<string[]>,
  { spool, repeats }: Scratch,
  options: ImportOptions,
  limits: AudienceLimits,
  told: Told,
): Promise<CheckedRows> {
  let columns: Columns | undefined;
  let check: ReturnType<typeof createRowCheck> | undefined;
  let rows = 0;
  let invalid = 0;
  const sample: SampleRow[] = [];
  for await (const cells of records) {
    if (!columns || !check) {
      columns = readColumns(cells, options.addressColumn, limits);
      check = createRowCheck({ columns, channel: options.channel, region: options.region, limits });
      continue;
    }
    rows++;
    if (rows > limits.rows) throw new FileFaultError('too_many_rows', `has more than ${limits.rows} rows: split it.`);
    const checked = check(rows, cells);
    await spool.add(checked);
    if ('good' in checked) {
      await repeats.add(rows, checked.good.address);
      if (sample.length < SAMPLE_CANDIDATES) sample.push(toSample(checked.good));
    } else invalid++;
    if (rows % ROWS_PER_TURN === 0) {
      await told.rows(rows);
      await setImmediate();
    }
  }
  if (!columns) throw new FileFaultError('empty_file', 'has nothing but blank lines.');
  if (rows === 0) throw new FileFaultError('no_rows', 'has a line of column names, but no rows.');
  return { columns, rows, invalid, sample };
}

/** From the file as it was received to the two files that are read later. */
async function sortRows(
  parts: ImportParts,
  options: ImportOptions,
  received: ReceivedFile,
  told: Told,
): Promise<AudienceContent> {
  const { files, limits } = parts;
  const { id, addressColumn } = options;
  const open = async (): Promise<AsyncIterable<Buffer>> =>
    decodeText((await files.read(AUDIENCE_FILES.original(id))) as AsyncIterable<Buffer>, received);
  const delimiter = detectDelimiter(await readHead(await open()), addressColumn);
  return withScratch(parts, async (scratch) => {
    const records = readRecords(open, delimiter, limits);
    const { columns, rows, invalid, sample } = await checkRows(records, scratch, options, limits, told);
    const repeats = await scratch.repeats.find();
    const write = (name: string, lines: AsyncIterable<Buffer>) =>
      files.write(name, Readable.from(told.alive(lines), { objectMode: false }));
    await write(AUDIENCE_FILES.rows(id), scratch.spool.rows(repeats));
    await write(AUDIENCE_FILES.rejects(id), scratch.spool.rejects(repeats));
    const { bytes, checksum, encoding } = received;
    return {
      columns: columns.names,
      timezoneColumn: columns.timezoneAt === -1 ? null : TIMEZONE_COLUMN,
      encoding,
      delimiter,
      bytes,
      rows,
      accepted: rows - invalid - repeats.count,
      duplicates: repeats.count,
      invalid,
      checksum,
      sample: sample.filter(({ row }) => !repeats.has(row)).slice(0, SAMPLE_ROWS),
    };
  });
}

/** Removes every file of an audience; what is not there is fine. */
export async function removeAudienceFiles(files: Pick<FileStore, 'remove'>, id: AudienceId): Promise<void> {
  for (const nameOf of Object.values(AUDIENCE_FILES)) await files.remove(nameOf(id));
}

/**
 * Reads a file of recipients from a stream into the file store, in memory that does not grow with it: every row is accepted, a
 * duplicate or invalid. A file that is wrong as a whole is a fault; then, and when anything is thrown, none of its files stays.
 */
export async function importAudience(
  parts: ImportParts,
  content: AsyncIterable<Buffer>,
  options: ImportOptions,
): Promise<AudienceContent | { readonly fault: FileFault }> {
  const told = createProgress(options.onProgress);
  const name = AUDIENCE_FILES.original(options.id);
  try {
    const receiving = { name, encoding: options.encoding, limits: parts.limits, onBytes: told.bytes };
    const received = await receiveFile(parts.files, content, receiving);
    return await sortRows(parts, options, received, told);
  } catch (error) {
    await removeAudienceFiles(parts.files, options.id);
    if (!(error instanceof FileFaultError)) throw error;
    const { code, detail, line } = error;
    return { fault: { code, detail, ...(line === undefined ? {} : { line }) } };
  }
}
