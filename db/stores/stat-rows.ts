import type { Knex } from 'knex';
import { groupBy } from '../../domain/group-by';
import { firstIdAt, timeOfId, type MessageId, type RunId } from '../../domain/ids';
import { partsOfLane, type Lane } from '../../domain/lane';
import type { MessageStatus } from '../../domain/message-status';
import {
  addMeasures,
  bucketOf,
  CHARGED,
  COMMIT_MS,
  countOf,
  HOUR_MS,
  hourOf,
  LATENCIES,
  LATENCY_BOUNDS_MS,
  MEASURES,
  sumOf,
  type Measures,
} from '../../domain/statistics';

/** What the messages of a row of statistics have in common. */
interface StatKey {
  readonly app_id: string;
  readonly template_id: number;
  readonly lane: Lane;
  readonly account_id: string;
  readonly run_id: string;
}

/** Rows of statistics of one hour, by their key. */
export type StatRows = Map<string, StatKey & { readonly measures: Measures }>;

/** Messages that are alike in everything that is counted, save the milliseconds. */
interface Alike extends StatKey {
  readonly status: MessageStatus;
  readonly last_id: MessageId;
  readonly n: number | string;
  readonly accept: number;
  readonly deliver: number;
  readonly accept_ms: number | string | null;
  readonly deliver_ms: number | string | null;
  readonly segments: number | string | null;
  readonly unsized: number | string;
}

/** Columns of `messages` as they are counted. A clock that was put back makes no negative times. */
const COUNTED = `id, app_id, template_id, lane, status, send_at, segments, segments IS NULL AS unsized,
  COALESCE(account_id, '') AS account_id,
  IF(SUBSTR(dispatch_id, 6, 4) = 'run_', SUBSTR(dispatch_id, 6, 30), '') AS run_id,
  GREATEST(0, TIMESTAMPDIFF(MICROSECOND, GREATEST(created_at, COALESCE(send_at, created_at)), handed_at) DIV 1000)
    AS accept_ms,
  IF(status = 'delivered', GREATEST(0, TIMESTAMPDIFF(MICROSECOND, handed_at, updated_at) DIV 1000), NULL)
    AS deliver_ms`;
const bucketSql = (column: string): string => `INTERVAL(${column}, ${LATENCY_BOUNDS_MS.join(', ')})`;
const KEY = 'app_id, template_id, lane, account_id, run_id, status';
const BUCKETS = LATENCIES.map((latency) => `${bucketSql(`m.${latency}_ms`)} AS ${latency}`).join(', ');

/** A part of an hour. */
export interface ScannedPart {
  readonly messages: number;
  /** Where to go on; `null`: that was the last of them. */
  readonly after: MessageId | null;
  /** Providers hold some of them for later: they may give them back, and no receipt tells that. */
  readonly held: boolean;
}

/** Counts the next `limit` messages of an hour (epoch milliseconds) into `rows`. They are grouped by the database, in one statement. */
export async function scanHour(
  knex: Knex,
  hour: number,
  rows: StatRows,
  after: MessageId | null,
  limit: number,
): Promise<ScannedPart> {
  const end = firstIdAt('msg', hour + HOUR_MS);
  const [groups] = (await knex.raw(
    `SELECT ${KEY}, ${BUCKETS}, COUNT(*) AS n, MAX(m.id) AS last_id, SUM(m.accept_ms) AS accept_ms,
       SUM(m.deliver_ms) AS deliver_ms, SUM(m.segments) AS segments, SUM(m.unsized) AS unsized,
       MAX(m.status = 'sent' AND m.send_at > ?) AS held
     FROM (SELECT ${COUNTED} FROM messages FORCE INDEX (PRIMARY)
       WHERE id ${after === null ? '>=' : '>'} ? AND id < ? ORDER BY id LIMIT ?) m
     GROUP BY ${KEY}, accept, deliver`,
    [new Date(Date.now() - COMMIT_MS), after ?? firstIdAt('msg', hour), end, limit],
  )) as [(Alike & { readonly held: number | null })[]];
  let [messages, last] = [0, '' as MessageId];
  for (const group of groups) {
    add(rows, group);
    messages += Number(group.n);
    if (group.last_id > last) last = group.last_id;
  }
  return { messages, after: messages < limit ? null : last, held: groups.some(({ held }) => held === 1) };
}

/** What these messages count for, by hour (epoch milliseconds). */
export async function scanMessages(knex: Knex, ids: readonly MessageId[]): Promise<Map<number, StatRows>> {
  if (ids.length === 0) return new Map();
  const messages: unknown = await knex
    .from(knex('messages').whereIn('id', ids).select(knex.raw(COUNTED)).as('m'))
    .select(knex.raw(`m.*, ${BUCKETS}, 1 AS n, m.id AS last_id`));
  const hours = groupBy(messages as Alike[], ({ last_id }) => hourOf(timeOfId(last_id)));
  return new Map(
    [...hours].map(([hour, group]) => {
      const rows: StatRows = new Map();
      for (const message of group) add(rows, message);
      return [hour, rows];
    }),
  );
}

function add(rows: StatRows, alike: Alike): void {
  const { app_id, template_id, lane, account_id, run_id } = alike;
  mergeInto(rows, [{ app_id, template_id, lane, account_id, run_id, measures: measuresOf(alike) }]);
}

/** Adds rows to others, in place. */
export function mergeInto(rows: StatRows, more: Iterable<StatKey & { readonly measures: Measures }>): void {
  for (const row of more) {
    const key = [row.app_id, row.template_id, row.lane, row.account_id, row.run_id].join(' ');
    const known = rows.get(key);
    if (known) addMeasures(known.measures, row.measures);
    else rows.set(key, { ...row, measures: { ...row.measures } });
  }
}

function measuresOf(alike: Alike): Measures {
  const n = Number(alike.n);
  const measures: Measures = { [countOf(alike.status)]: n };
  if (CHARGED.includes(alike.status)) {
    const isEmail = partsOfLane(alike.lane).channel === 'email';
    const sms = { segments: Number(alike.segments ?? 0), unsized: Number(alike.unsized) };
    addMeasures(measures, isEmail ? { emails: n } : sms);
  }
  for (const latency of LATENCIES) {
    const bucket = alike[latency];
    // -1: there is no time.
    if (bucket < 0) continue;
    measures[bucketOf(latency, bucket)] = n;
    measures[sumOf(latency)] = Number(alike[`${latency}_ms`] ?? 0);
  }
  return measures;
}

const ROWS_PER_INSERT = 200;

/** Writes the rows of an hour; into `stat_gone` they are added to what is there. */
export async function insertStats(
  knex: Knex,
  table: 'stat_hours' | 'stat_gone',
  hour: number,
  rows: StatRows,
): Promise<void> {
  const all = [...rows.values()].map(({ measures, ...key }) => ({
    ...{ hour: new Date(hour), ...key },
    ...Object.fromEntries(MEASURES.map((name) => [name, measures[name] ?? 0])),
  }));
  for (let i = 0; i < all.length; i += ROWS_PER_INSERT) {
    const insert = knex(table).insert(all.slice(i, i + ROWS_PER_INSERT));
    const added = Object.fromEntries(MEASURES.map((name) => [name, knex.raw(`${table}.${name} + VALUES(${name})`)]));
    await (table === 'stat_gone' ? insert.onConflict().merge(added) : insert);
  }
}

type StoredRow = StatKey & Readonly<Record<string, number | string>>;

/** What messages of an hour that were deleted counted for. */
export async function readGone(knex: Knex, hour: number): Promise<(StatKey & { readonly measures: Measures })[]> {
  const rows: unknown = await knex('stat_gone').where({ hour: new Date(hour) });
  return (rows as StoredRow[]).map(({ app_id, template_id, lane, account_id, run_id, ...row }) => ({
    ...{ app_id, template_id, lane, account_id, run_id },
    measures: Object.fromEntries(MEASURES.map((name) => [name, Number(row[name])])),
  }));
}

/**
 * Keeps what these messages count for; to be called in the transaction that deletes them. The hours keep their figures, which
 * from then on are made of what is left and of this.
 */
export async function keepStatistics(trx: Knex.Transaction, ids: readonly MessageId[]): Promise<void> {
  const now = new Date();
  for (const [hour, rows] of await scanMessages(trx, ids)) {
    await trx('stat_states')
      .insert({ hour: new Date(hour), due_at: now, counted_until: new Date(hour), forgotten: 1 })
      .onConflict()
      .merge({ forgotten: trx.raw('stat_states.forgotten + 1') });
    await insertStats(trx, 'stat_gone', hour, rows);
  }
}

/** Keeps the campaigns of runs, for statistics that outlive them. */
export async function keepCampaigns(knex: Knex, runs: Knex.QueryBuilder): Promise<void> {
  const found: unknown = await runs.select('id', 'campaign_id');
  const rows = (found as { id: RunId; campaign_id: string }[]).map(({ id, campaign_id }) => ({
    run_id: id,
    campaign_id,
  }));
  if (rows.length > 0) await knex('stat_runs').insert(rows).onConflict().ignore();
}
