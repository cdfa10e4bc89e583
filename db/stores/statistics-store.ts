import type { Knex } from 'knex';
import { firstIdAt, timeOfId, type MessageId } from '../../domain/ids';
import { OPEN } from '../../domain/message-status';
import { countOf, HOUR_MS, hourOf, nextComputation } from '../../domain/statistics';
import {
  insertStats,
  keepCampaigns,
  mergeInto,
  readGone,
  scanHour,
  type ScannedPart,
  type StatRows,
} from './stat-rows';

/** An hour that is to be computed, epoch milliseconds, and how often messages of it had been deleted by then. */
export interface DueHour {
  readonly hour: number;
  readonly forgotten: number;
}

/** What a look at receipts came to. */
export interface LookedAt {
  /** Where to go on; `null`: there are no more. */
  readonly after: string | null;
  /** Hours that are due because of them. */
  readonly hours: number;
}

/** Makes the read model of statistics from the messages, an hour at a time. */
export interface StatisticsStore {
  /** Makes every hour known from the oldest message to `now`, but none before `since`. */
  findHours(now: Date, since: Date): Promise<void>;
  /** Where to begin with the receipts that came since the last computation, and some before; `undefined`: nothing was computed yet. */
  receiptsSince(): Promise<string | undefined>;
  /** Makes hours due whose messages got one of the next `limit` receipts after their last computation. */
  lookAtReceipts(after: string, now: Date, limit: number): Promise<LookedAt>;
  /** Hours that are due and not before `since`, newest first. */
  due(now: Date, since: Date, limit: number): Promise<DueHour[]>;
  /** Counts the next `limit` messages of an hour into `rows`. */
  scan(hour: number, rows: StatRows, after: MessageId | null, limit: number): Promise<ScannedPart>;
  /**
   * Replaces the figures of an hour by the rows of its messages and of those deleted before, all or nothing. Rows of a scan that began
   * at `begunAt` do not replace those of a later one. False: messages were deleted during the scan; it is repeated some minutes later.
   */
  replace(hour: DueHour, begunAt: Date, rows: StatRows): Promise<boolean>;
  /** Deletes up to `limit` rows of each table of hours before this time; returns how many. */
  forget(before: Date, limit: number): Promise<number>;
}

interface StateRow {
  hour: Date;
  computed_at: Date | null;
  due_at: Date;
  forgotten: number;
}

const hourBegin = (at: Date): Date => new Date(hourOf(at.getTime()));
const oldest = (...times: (Date | null | undefined)[]): Date | undefined =>
  times.filter((time) => time instanceof Date).sort((a, b) => a.getTime() - b.getTime())[0];

/** Receipts are looked at again for so long, because they are applied some time after they came. */
const RECEIPTS_AGAIN_MS = 1_800_000;
/** A receipt counts as applied somewhat later than it says: its transaction ended after that. */
const COMMIT_MS = 10_000;
/** After a scan that met a deletion, in milliseconds. */
const AGAIN_MS = 240_000;

export function createStatisticsStore(knex: Knex): StatisticsStore {
  return {
    findHours: (now, since) => findHours(knex, now, since),
    async receiptsSince() {
      const row = (await knex('stat_states').max({ at: 'computed_at' }).first()) as { at: Date | null } | undefined;
      return row?.at ? firstIdAt('rcp', row.at.getTime() - RECEIPTS_AGAIN_MS) : undefined;
    },
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
    scan: (hour, rows, after, limit) => scanHour(knex, hour, rows, after, limit),
    replace: (hour, begunAt, rows) => knex.transaction((trx) => replace(trx, hour, begunAt, rows)),
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
  const first = oldest(message?.id ? new Date(timeOfId(message.id)) : null, gone?.hour, known?.hour, now) ?? now;
  const from = hourOf(Math.max(first.getTime(), since.getTime()));
  const there = new Set(
    (await knex<StateRow>('stat_states').where('hour', '>=', new Date(from)).select('hour')).map(({ hour }) =>
      hour.getTime(),
    ),
  );
  const missing: number[] = [];
  for (let hour = from; hour <= now.getTime(); hour += HOUR_MS) if (!there.has(hour)) missing.push(hour);
  const full = await hoursWithMessages(knex, missing);
  const rows = missing.map((hour) => {
    const isEmpty = !full.has(hour) && hour < now.getTime() - EMPTY_AFTER_MS;
    const due = isEmpty ? new Date(nextComputation(hour, now.getTime(), false)) : now;
    return { hour: new Date(hour), computed_at: isEmpty ? now : null, due_at: due };
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

/** Digits of the time in an id that stand for a span of this length: 17.5 minutes. */
const SPAN_DIGITS = 6;
const SPAN_MS = 32 ** (10 - SPAN_DIGITS);

async function lookAtReceipts(knex: Knex, after: string, now: Date, limit: number): Promise<LookedAt> {
  const [spans] = (await knex.raw(
    `SELECT SUBSTR(r.message_id, 5, ?) AS span, MAX(r.applied_at) AS applied_at, MAX(r.id) AS last_id, COUNT(*) AS n
     FROM (SELECT id, message_id, applied_at FROM receipts WHERE id > ? ORDER BY id LIMIT ?) r GROUP BY span`,
    [SPAN_DIGITS, after, limit],
  )) as [{ span: string | null; applied_at: Date | null; last_id: string; n: number }[]];
  const applied = new Map<number, number>();
  for (const { span, applied_at } of spans) {
    if (span === null || applied_at === null) continue;
    const begin = timeOfId(`msg_${span}${'0'.repeat(10 - SPAN_DIGITS)}` as MessageId);
    for (const hour of [hourOf(begin), hourOf(begin + SPAN_MS - 1)]) {
      applied.set(hour, Math.max(applied.get(hour) ?? 0, applied_at.getTime()));
    }
  }
  let hours = 0;
  for (const [hour, at] of applied) {
    hours += await knex('stat_states')
      .where({ hour: new Date(hour) })
      .where('computed_at', '<=', new Date(at + COMMIT_MS))
      .where('due_at', '>', now)
      .update({ due_at: now });
  }
  const looked = spans.reduce((sum, { n }) => sum + n, 0);
  const last = spans.map(({ last_id }) => last_id).sort();
  return { after: looked < limit ? null : (last.at(-1) ?? null), hours };
}

async function replace(
  trx: Knex.Transaction,
  { hour, forgotten }: DueHour,
  begunAt: Date,
  rows: StatRows,
): Promise<boolean> {
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
  const open = [...rows.values()].some(({ measures }) =>
    [...OPEN, 'unknown' as const].some((status) => (measures[countOf(status)] ?? 0) > 0),
  );
  const all: StatRows = new Map();
  mergeInto(all, rows.values());
  mergeInto(all, await readGone(trx, hour));
  await trx('stat_hours').where(ofHour).delete();
  await insertStats(trx, 'stat_hours', hour, all);
  const runs = [...new Set([...all.values()].flatMap(({ run_id }) => (run_id === '' ? [] : [run_id])))];
  if (runs.length > 0) await keepCampaigns(trx, trx('runs').whereIn('id', runs));
  await trx('stat_states')
    .where(ofHour)
    .update({ computed_at: begunAt, due_at: new Date(nextComputation(hour, begunAt.getTime(), open)) });
  return true;
}
