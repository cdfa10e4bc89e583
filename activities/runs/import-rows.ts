import type { NewChunk, RunRow } from '../../db/stores/chunk-store';
import { groupBy } from '../../domain/group-by';
import type { RunId } from '../../domain/ids';
import { hasEnded, IMPORTING, type Run } from '../../domain/run';
import { policyOf } from '../../domain/policy';
import { momentOfTime } from '../../domain/firing';
import { chunked } from '../slots';
import type { RunDeps, RowPage } from './deps';

/** How far the import of a run is. */
export interface Imported {
  readonly imported: number;
  /** Nothing is left to import, or nothing more is wanted. */
  readonly done: boolean;
}

/** The most messages that one workflow drives. */
const CHUNK = 2_000;
/** Rows of one call: short enough to go on soon after a crash, and few calls in the history. */
const ROWS_PER_CALL = 20_000;
/** The first call ends early, so that the first messages go while the others are imported. */
const FIRST_ROWS = CHUNK;
/** With a time in each recipient's zone, so many rows are sorted into chunks by their time together. */
const ROWS_TO_SORT = 20_000;
/** All is imported. */
const END = -1;

/**
 * Makes the next rows of a run into messages: each transaction one chunk, or one for each time zone. What a crash leaves undone is
 * done by the next call, from the row where it stopped.
 */
export async function importRows(deps: RunDeps, id: RunId): Promise<Imported> {
  const run = await deps.stores.runs.get(id);
  if (!run || hasEnded(run) || run.state === 'cancelling' || run.importCursor === END) {
    return { imported: run?.imported ?? 0, done: true };
  }
  const together = run.recipientTime === null ? CHUNK : ROWS_TO_SORT;
  const wanted = run.imported === 0 ? FIRST_ROWS : ROWS_PER_CALL;
  let { importCursor: from, imported } = run;
  const start = imported;
  const timezone = await zoneOf(deps, run);
  for await (const { rows, nextByte } of inPortions(pagesOf(deps, run), together)) {
    const added = await deps.stores.chunks.add(run, chunksOf(run, timezone, rows), from, nextByte);
    // Somebody else has imported them, or the run was cancelled: the next call looks where it is.
    if (!added) {
      await requireProgress(deps, id, from);
      return { imported, done: false };
    }
    imported += rows.length;
    from = nextByte;
    if (imported - start >= wanted) return { imported, done: false };
  }
  const ended = await deps.stores.chunks.add(run, [], from, END);
  return { imported, done: ended };
}

/** Throws when nobody has imported the rows that could not be added: their ids are taken, and asking again at once would go on for ever. */
async function requireProgress({ stores }: RunDeps, id: RunId, from: number): Promise<void> {
  const run = await stores.runs.get(id);
  if (run?.importCursor !== from || !IMPORTING.includes(run.state)) return;
  throw new Error(`The rows of run ${id} from ${from} on cannot become messages: their ids are those of others.`);
}

/** Several pages as one, until there are so many rows. */
async function* inPortions(pages: AsyncIterable<RowPage>, size: number): AsyncIterable<RowPage> {
  let rows: RunRow[] = [];
  let last: RowPage | undefined;
  for await (const page of pages) {
    if (rows.length > 0 && rows.length + page.rows.length > size && last) {
      yield { rows, nextByte: last.nextByte };
      rows = [];
    }
    rows.push(...page.rows);
    last = page;
  }
  if (rows.length > 0 && last) yield { rows, nextByte: last.nextByte };
}

function pagesOf(deps: RunDeps, run: Run): AsyncIterable<RowPage> {
  if (run.retryOf === null) return deps.audienceRows(run.audienceId, run.importCursor);
  return retriedRows(deps, run.retryOf, run);
}

/** The messages of an earlier run that are to be sent again; their row numbers are where the import goes on. */
async function* retriedRows({ stores }: RunDeps, retryOf: RunId, run: Run): AsyncIterable<RowPage> {
  for (let after = run.importCursor; ;) {
    const rows = await stores.runMessages.rows(retryOf, run.retryStatuses ?? [], after, CHUNK / 2);
    const last = rows.at(-1);
    if (!last) return;
    after = last.row;
    yield { rows, nextByte: after };
  }
}

/** The zone of recipients of whom none is known: that of the template, else that of the rule `defaults`. */
async function zoneOf({ stores, rules }: RunDeps, { templateId }: Run): Promise<string> {
  const [template] = await stores.templates.getMany([templateId]);
  return template ? policyOf(template, rules.current()).timezone : rules.current().defaults.timezone;
}

function chunksOf({ recipientTime }: Run, timezone: string, rows: readonly RunRow[]): NewChunk[] {
  if (recipientTime === null) return chunked(rows, CHUNK).map((some) => ({ dueAt: null, rows: some }));
  const times = new Map<string, number>();
  const timeOf = (zone: string): number => {
    const known = times.get(zone);
    if (known !== undefined) return known;
    const fresh = momentOfTime(recipientTime, zone);
    times.set(zone, fresh);
    return fresh;
  };
  const groups = groupBy(rows, (row) => timeOf(row.timezone ?? timezone));
  return [...groups].flatMap(([dueAt, group]) =>
    chunked(group, CHUNK).map((some) => ({ dueAt: new Date(dueAt), rows: some })),
  );
}
