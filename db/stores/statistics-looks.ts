import type { Knex } from 'knex';
import { firstIdAt, timeOfId, type MessageId, type RunId } from '../../domain/ids';
import { IMPORTING } from '../../domain/run';
import { COMMIT_MS, HOUR_MS, hourOf } from '../../domain/statistics';

/** Where a look at receipts goes on: in the order in which they were applied. */
export interface ReceiptCursor {
  readonly appliedAt: Date;
  readonly id: string;
}

interface Applied {
  readonly first: Date;
  readonly last: Date;
}

/** Digits of the time in an id that stand for a span of this length: 17.5 minutes. */
const SPAN_DIGITS = 6;
const SPAN_MS = 32 ** (10 - SPAN_DIGITS);
/** Of a DATETIME(3) as text. */
const TIME_DIGITS = 23;

/** Until when receipts have been looked at: the hours of all that were applied by then are due, or have counted them. */
export async function receiptsLookedAt(knex: Knex): Promise<Date | undefined> {
  const row: unknown = await knex('stat_looks').where({ what: 'receipts' }).first('looked_until');
  return (row as { looked_until: Date } | undefined)?.looked_until;
}

/** Where to begin with the receipts that were applied since the last look, and some before. */
export async function receiptsFrom(knex: Knex, now: Date): Promise<ReceiptCursor> {
  const until = (await receiptsLookedAt(knex)) ?? now;
  // A mark in the future, left by a clock that was wrong, would hide all receipts until then.
  return { appliedAt: new Date(Math.min(until.getTime(), now.getTime()) - COMMIT_MS), id: '' };
}

/**
 * Makes hours due whose messages got one of the next `limit` receipts after their last computation, and notes how far this is. Tells
 * where to go on; `null`: there are no more.
 */
export async function lookAtReceipts(
  knex: Knex,
  after: ReceiptCursor,
  now: Date,
  limit: number,
): Promise<ReceiptCursor | null> {
  const [spans] = (await knex.raw(
    `SELECT SUBSTR(r.message_id, 5, ?) AS span, MIN(r.applied_at) AS first, MAX(r.applied_at) AS last, COUNT(*) AS n,
       MAX(CONCAT(r.applied_at, r.id)) AS place
     FROM (SELECT id, message_id, applied_at FROM receipts FORCE INDEX (receipts_applied)
       WHERE applied_at >= ? AND (applied_at > ? OR id > ?) ORDER BY applied_at, id LIMIT ?) r
     GROUP BY span`,
    [SPAN_DIGITS, after.appliedAt, after.appliedAt, after.id, limit],
  )) as [(Applied & { span: string | null; n: number; place: string })[]];
  for (const [hour, applied] of byHour(spans)) await makeDue(knex, hour, applied, now);
  const looked = spans.reduce((sum, { n }) => sum + n, 0);
  const place = spans.map((span) => span.place).sort();
  const next = looked < limit ? null : cursorOf(place.at(-1));
  const until = new Date(Math.min(next?.appliedAt.getTime() ?? Infinity, now.getTime()));
  await knex('stat_looks').insert({ what: 'receipts', looked_until: until }).onConflict().merge();
  return next;
}

function cursorOf(place: string | undefined): ReceiptCursor | null {
  if (place === undefined) return null;
  const time = place.slice(0, TIME_DIGITS).replace(' ', 'T');
  return { appliedAt: new Date(`${time}Z`), id: place.slice(TIME_DIGITS) };
}

function byHour(spans: readonly (Applied & { span: string | null })[]): Map<number, Applied> {
  const hours = new Map<number, Applied>();
  for (const { span, first, last } of spans) {
    if (span === null) continue;
    const begin = timeOfId(`msg_${span}${'0'.repeat(10 - SPAN_DIGITS)}` as MessageId);
    // An id that a provider made up may lie beyond what a DATETIME can hold.
    if (!(begin <= Date.now())) continue;
    for (const hour of new Set([hourOf(begin), hourOf(begin + SPAN_MS - 1)])) {
      const known = hours.get(hour) ?? { first, last };
      hours.set(hour, {
        first: known.first < first ? known.first : first,
        last: known.last > last ? known.last : last,
      });
    }
  }
  return hours;
}

/** What was applied before the hour was computed is counted; of the others it is known from now on that they are not. */
async function makeDue(knex: Knex, hour: number, { first, last }: Applied, now: Date): Promise<void> {
  await knex('stat_states')
    .where({ hour: new Date(hour) })
    .where('computed_at', '<=', new Date(last.getTime() + COMMIT_MS))
    .where((either) => void either.where('due_at', '>', now).orWhereNull('counted_until'))
    .update({
      counted_until: knex.raw('COALESCE(counted_until, GREATEST(computed_at, CAST(? AS DATETIME(3))))', [first]),
      due_at: knex.raw('LEAST(due_at, CAST(? AS DATETIME(3)))', [now]),
    });
}

interface ImportingRun {
  readonly hour: number;
  /** Time of its id, and so of its messages. */
  readonly at: number;
  readonly changedAt: number;
}

/** The runs of which not all rows are messages yet, and may still be, oldest first; of one hour, if it is given. */
export async function importingRuns(knex: Knex, hour?: number): Promise<ImportingRun[]> {
  const query = knex('runs').whereIn('state', IMPORTING).where('import_cursor', '>=', 0).orderBy('id');
  if (hour !== undefined) {
    void query.where('id', '>=', firstIdAt('run', hour)).where('id', '<', firstIdAt('run', hour + HOUR_MS));
  }
  const rows: unknown = await query.select('id', 'updated_at');
  return (rows as { id: RunId; updated_at: Date }[]).map(({ id, updated_at }) => {
    const at = timeOfId(id);
    return { hour: hourOf(at), at, changedAt: updated_at.getTime() };
  });
}

/** Makes hours due of whose runs some rows became messages since, and once more those whose runs have all their messages by now. */
export async function lookAtRuns(knex: Knex, now: Date): Promise<void> {
  const changed = new Map<number, number>();
  for (const { hour, changedAt } of await importingRuns(knex)) {
    changed.set(hour, Math.max(changedAt, changed.get(hour) ?? 0));
  }
  const states = (): Knex.QueryBuilder => knex('stat_states').where('due_at', '>', now);
  for (const [hour, at] of changed) {
    await states()
      .where({ hour: new Date(hour) })
      .where((any) => void any.whereNull('imports_from').orWhere('computed_at', '<=', new Date(at + COMMIT_MS)))
      .update({ due_at: now });
  }
  await states()
    .whereNotNull('imports_from')
    .whereNotIn(
      'hour',
      [...changed.keys()].map((hour) => new Date(hour)),
    )
    .update({ due_at: now });
}
