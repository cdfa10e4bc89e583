import type { Knex } from 'knex';
import { firstIdAt, timeOfId, type MessageId } from '../../domain/ids';
import { OPEN } from '../../domain/message-status';
import { COMMIT_MS, countOf, HOUR_MS, hourOf, nextComputation } from '../../domain/statistics';
import { insertStats, keepCampaigns, mergeInto, readGone, scanHour, type StatRows } from './stat-rows';
import { importingRuns, lookAtReceipts, lookAtRuns, receiptsFrom, type ReceiptCursor } from './statistics-looks';

/** An hour that is to be computed, epoch milliseconds, and how often messages of it had been deleted by then. */
export interface DueHour {
  readonly hour: number;
  readonly forgotten: number;
}

/** An hour that is being counted, and what it has come to so far. */
export interface HourScan extends DueHour {
  readonly begunAt: Date;
  /** The time of its oldest run of which not all rows are messages; `null`: there is none. */
  readonly importsFrom: Date | null;
  /** Added to in place. */
  readonly rows: StatRows;
  /** How many are counted, and the last of them. */
  readonly messages: number;
  readonly after: MessageId | null;
  /** Providers hold some of them for later, and may give them back. */
  readonly held: boolean;
  readonly done: boolean;
}

/** Makes the read model of statistics from the messages, an hour at a time. */
export interface StatisticsStore {
  /** Makes every hour known from the oldest message to `now`, but none before `since`. */
  findHours(now: Date, since: Date): Promise<void>;
  /** Makes hours due of whose runs rows became messages since their last computation. */
  lookAtRuns(now: Date): Promise<void>;
  /** Where to begin with the receipts that were applied since the last look. */
  receiptsFrom(now: Date): Promise<ReceiptCursor>;
  /**
   * Makes hours due whose messages got one of the next `limit` receipts after their last computation, and remembers how far it is.
   * Tells where to go on; `null`: there are no more.
   */
  lookAtReceipts(after: ReceiptCursor, now: Date, limit: number): Promise<ReceiptCursor | null>;
  /** Hours that are due and not before `since`, newest first. */
  due(now: Date, since: Date, limit: number): Promise<DueHour[]>;
  /** Begins to count an hour. */
  begin(due: DueHour): Promise<HourScan>;
  /** Counts the next `limit` messages. */
  scan(hour: HourScan, limit: number): Promise<HourScan>;
  /**
   * Replaces the figures of an hour by what a scan came to and by those of messages deleted before, all or nothing; but not those of a
   * scan that began later. False: messages were deleted during the scan; it is repeated some minutes later.
   */
  replace(hour: HourScan): Promise<boolean>;
  /** Deletes up to `limit` rows of each table of hours before this time; returns how many. */
  forget(before: Date, limit: number): Promise<number>;
}

interface StateRow {
  hour: Date;
  computed_at: Date | null;
  due_at: Date;
  counted_until: Date | null;
  imports_from: Date | null;
  forgotten: number;
}

const hourBegin = (at: Date): Date => new Date(hourOf(at.getTime()));
const oldest = (...times: (Date | null | undefined)[]): Date | undefined =>
  times.filter((time) => time instanceof Date).sort((a, b) => a.getTime() - b.getTime())[0];

/** After a scan that met a deletion, in milliseconds. */
const AGAIN_MS = 240_000;

export function createStatisticsStore(knex: Knex): StatisticsStore {
  return {
    findHours: (now, since) => findHours(knex, now, since),
    lookAtRuns: (now) => lookAtRuns(knex, now),
    receiptsFrom: (now) => receiptsFrom(knex, now),
    lookAtReceipts: (after, now, limit) => lookAtReceipts(knex, after, now, limit),
    async due(now, since, limit) {
      const rows = await knex<StateRow>('stat_states')
        .where('due_at', '<=', now)
        .where('hour', '>=', hourBegin(since))
        .orderBy('hour', 'desc')
        .limit(limit)
        .select('hour', 'forgotten');
      return rows.map(({ hour, forgotten }) => ({ hour: hour.getTime(), forgotten }));
    },
    async begin(due) {
      const begunAt = new Date();
      // Before the messages are read: those of a run that has ended its import by now are all there.
      const [oldestRun] = await importingRuns(knex, due.hour);
      const importsFrom = oldestRun ? new Date(oldestRun.at) : null;
      return { ...due, begunAt, importsFrom, rows: new Map(), messages: 0, after: null, held: false, done: false };
    },
    async scan(scan, limit) {
      const part = await scanHour(knex, scan.hour, scan.rows, scan.after, limit);
      const messages = scan.messages + part.messages;
      return { ...scan, messages, after: part.after, held: scan.held || part.held, done: part.after === null };
    },
    replace: (scan) => knex.transaction((trx) => replace(trx, scan)),
    async forget(before, limit) {
      let deleted = 0;
      for (const table of ['stat_hours', 'stat_gone', 'stat_states']) {
        deleted += await knex(table).where('hour', '<', hourBegin(before)).limit(limit).delete();
      }
      const runs = knex('stat_runs').where('run_id', '<', firstIdAt('run', hourOf(before.getTime())));
      return deleted + (await runs.limit(limit).delete());
    },
  };
}

const HOURS_PER_INSERT = 1_000;
/** An hour that nobody has seen, and that ended so long ago without a message, is believed to have none. */
const EMPTY_AFTER_MS = 24 * HOUR_MS;

async function findHours(knex: Knex, now: Date, since: Date): Promise<void> {
  const message = (await knex('messages').min({ id: 'id' }).first()) as { id: MessageId | null } | undefined;
  const gone = (await knex('stat_gone').min({ hour: 'hour' }).first()) as { hour: Date | null } | undefined;
  const known = (await knex('stat_states').min({ hour: 'hour' }).first()) as { hour: Date | null } | undefined;
  const runs = await importingRuns(knex);
  const ofMessage = message?.id ? new Date(timeOfId(message.id)) : null;
  const ofRun = runs[0] ? new Date(runs[0].at) : null;
  const first = oldest(ofMessage, ofRun, gone?.hour, known?.hour, now) ?? now;
  const from = hourOf(Math.max(first.getTime(), since.getTime()));
  const there = new Set(
    (await knex<StateRow>('stat_states').where('hour', '>=', new Date(from)).select('hour')).map(({ hour }) =>
      hour.getTime(),
    ),
  );
  const missing: number[] = [];
  for (let hour = from; hour <= now.getTime(); hour += HOUR_MS) if (!there.has(hour)) missing.push(hour);
  const full = new Set([...(await hoursWithMessages(knex, missing)), ...runs.map(({ hour }) => hour)]);
  const rows = missing.map((hour) => {
    const isEmpty = !full.has(hour) && hour < now.getTime() - EMPTY_AFTER_MS;
    const due = isEmpty ? new Date(nextComputation(hour, now.getTime(), false)) : now;
    const counted_until = isEmpty ? null : new Date(hour);
    return { hour: new Date(hour), computed_at: isEmpty ? now : null, due_at: due, counted_until };
  });
  for (let i = 0; i < rows.length; i += HOURS_PER_INSERT) {
    await knex('stat_states')
      .insert(rows.slice(i, i + HOURS_PER_INSERT))
      .onConflict()
      .ignore();
  }
}

/** Those of these hours that have messages; the empty ones between two of them are passed over. */
async function hoursWithMessages(knex: Knex, hours: readonly number[]): Promise<Set<number>> {
  const found = new Set<number>();
  const end = firstIdAt('msg', (hours.at(-1) ?? 0) + HOUR_MS);
  for (let next = 0; ;) {
    const hour = hours.find((one) => one >= next);
    if (hour === undefined) return found;
    const first = knex<{ id: MessageId }>('messages').where('id', '>=', firstIdAt('msg', hour)).where('id', '<', end);
    const message = await first.orderBy('id').first('id');
    if (!message) return found;
    const at = hourOf(timeOfId(message.id));
    found.add(at);
    next = at + HOUR_MS;
  }
}

async function replace(trx: Knex.Transaction, scan: HourScan): Promise<boolean> {
  const { hour, forgotten, begunAt, rows, importsFrom } = scan;
  const ofHour = { hour: new Date(hour) };
  const state = await trx<StateRow>('stat_states').where(ofHour).forUpdate().first();
  // Deleted as too old meanwhile.
  if (!state) return true;
  if (state.forgotten !== forgotten) {
    await trx('stat_states')
      .where(ofHour)
      .update({ due_at: new Date(Date.now() + AGAIN_MS) });
    return false;
  }
  if (state.computed_at && state.computed_at >= begunAt) return true;
  const all: StatRows = new Map();
  mergeInto(all, rows.values());
  mergeInto(all, await readGone(trx, hour));
  await trx('stat_hours').where(ofHour).delete();
  await insertStats(trx, 'stat_hours', hour, all);
  const runs = [...new Set([...all.values()].flatMap(({ run_id }) => (run_id === '' ? [] : [run_id])))];
  if (runs.length > 0) await keepCampaigns(trx, trx('runs').whereIn('id', runs));
  const open = isOpen(scan);
  // Somebody looked at a receipt that came during the scan.
  const again = state.due_at > begunAt && state.due_at.getTime() <= Date.now();
  await trx('stat_states')
    .where(ofHour)
    .update({
      computed_at: begunAt,
      due_at: again ? state.due_at : new Date(nextComputation(hour, begunAt.getTime(), open)),
      counted_until: open || again || begunAt.getTime() < hour + HOUR_MS + COMMIT_MS ? begunAt : null,
      imports_from: importsFrom,
    });
  return true;
}

/** Whether anything but a receipt may change it once it has ended. */
function isOpen({ rows, held, importsFrom }: HourScan): boolean {
  if (held || importsFrom !== null) return true;
  return [...rows.values()].some(({ measures }) =>
    [...OPEN, 'unknown' as const].some((status) => (measures[countOf(status)] ?? 0) > 0),
  );
}
