import type { Knex } from 'knex';
import {
  firstIdAt,
  messageOfRow,
  type MessageId,
  type RunId,
  type SendId,
  type WebhookDeliveryId,
  type WebhookEventId,
} from '../../domain/ids';
import { addCounts, type Counts } from '../../domain/maintenance';
import { isFinal, OPEN, type MessageStatus } from '../../domain/message-status';
import { OPEN_RUN_STATES } from '../../domain/run';
import { keepCampaigns, keepStatistics } from './stat-rows';

/** What is left over when messages are gone, in the order in which it is looked for. */
export const LEFTOVERS = ['runs', 'sends', 'dispatches', 'receipts', 'webhook_deliveries', 'webhook_events'] as const;
export type Leftover = (typeof LEFTOVERS)[number];

export interface Forgotten {
  /** Where to go on; `null`: there is no more. */
  readonly after: string | null;
  /** Rows deleted, by table. */
  readonly counts: Counts;
}

/**
 * Deletes what is old, a batch at a time. What is decided together goes together: a send with all its messages, once each of
 * them has ended and nothing has happened to any of them since `before`. Locks only the rows that it deletes.
 */
export interface RetentionStore {
  /** Looks at the next `limit` messages that were made before `before`; deletes those that may go, with their receipts. */
  messages(before: Date, after: string | null, limit: number): Promise<Forgotten>;
  /** The same for rows of a table that no message belongs to any more. */
  leftovers(table: Leftover, before: Date, after: string | null, limit: number): Promise<Forgotten>;
}

interface MessageBit {
  id: MessageId;
  send_id: SendId;
  status: MessageStatus;
  updated_at: Date;
}

const runOfSend = (id: SendId): RunId => `run_${id.slice(4)}` as RunId;
const LAST_ROW = 32 ** 7 - 1;

export function createRetentionStore(knex: Knex): RetentionStore {
  return {
    messages: (before, after, limit) => forgetMessages(knex, before, after, limit),
    async leftovers(table, before, after, limit) {
      const page = await LOOKS[table](knex, before, after, limit);
      const deleted = await deleteBy(knex, table, 'id', page.unused);
      return { after: page.after, counts: { [table]: deleted } };
    },
  };
}

async function forgetMessages(knex: Knex, before: Date, after: string | null, limit: number): Promise<Forgotten> {
  const page = await knex<MessageBit>('messages')
    .where('id', '>', after ?? '')
    .where('id', '<', firstIdAt('msg', before.getTime()))
    .orderBy('id')
    .limit(limit)
    .select('id', 'send_id');
  const sends = [...new Set(page.map(({ send_id }) => send_id))];
  const [first] = sends;
  if (!first) return { after: null, counts: {} };
  const { whole, pieces, keptRun } = await decide(knex, sends, before);
  const next = page.length < limit ? null : (page.at(-1)?.id ?? null);
  if (keptRun && sends.length === 1) return { after: messageOfRow(keptRun, LAST_ROW), counts: {} };
  const ofWhole = await knex<MessageBit>('messages').whereIn('send_id', whole).pluck('id');
  const ofPieces = page.filter(({ send_id }) => pieces.has(send_id)).map(({ id }) => id);
  const counts = addCounts(
    await forgetRuns(knex, [...pieces], before),
    await knex.transaction((trx) => forgetLocked(trx, ofWhole, ofPieces, before)),
  );
  return { after: next, counts };
}

/** Which sends go as a whole, and which are of ended runs, whose many messages go a piece at a time. */
async function decide(knex: Knex, sends: readonly SendId[], before: Date) {
  const ofSends = (): Knex.QueryBuilder => knex('messages as m').whereIn('m.send_id', sends).distinct('m.send_id');
  const ids = (query: Knex.QueryBuilder): Promise<SendId[]> => query.pluck('m.send_id') as Promise<SendId[]>;
  const runs = await runsOf(knex, sends, before);
  const known = new Set(await knex('sends').whereIn('id', sends).pluck<SendId[]>('id'));
  const open = new Set(await ids(ofSends().whereIn('m.status', OPEN)));
  const candidates = sends.filter((id) => !open.has(id) && runs.get(runOfSend(id)) !== 'kept');
  // The run of an orphan was deleted before it, by a call that did not come to its end.
  const pieces = new Set(candidates.filter((id) => runs.has(runOfSend(id)) || !known.has(id)));
  const small = candidates.filter((id) => !pieces.has(id));
  const of = (): Knex.QueryBuilder => knex('messages as m').whereIn('m.send_id', small).distinct('m.send_id');
  const lately = await ids(of().where('m.updated_at', '>=', before));
  const waiting = await ids(of().join('receipts as r', 'r.message_id', 'm.id').whereNotNull('r.due_at'));
  const busy = new Set([...lately, ...waiting]);
  const kept = sends.find((id) => runs.has(runOfSend(id)) && !pieces.has(id));
  return { whole: small.filter((id) => !busy.has(id)), pieces, keptRun: kept && runOfSend(kept) };
}

/** The runs among these sends; a run is kept while it is open, young, or the source of another one that is open. */
async function runsOf(knex: Knex, sends: readonly SendId[], before: Date): Promise<Map<RunId, 'kept' | 'old'>> {
  const ids = sends.map(runOfSend);
  const rows = await knex('runs').whereIn('id', ids).pluck<RunId[]>('id');
  const old = new Set((await oldRuns(knex, before).whereIn('id', ids).pluck('id')) as RunId[]);
  return new Map(rows.map((id) => [id, old.has(id) ? 'old' : 'kept']));
}

function oldRuns(knex: Knex, before: Date): Knex.QueryBuilder {
  const sources = knex('runs').whereIn('state', OPEN_RUN_STATES).whereNotNull('retry_of').select('retry_of');
  return knex('runs')
    .whereNotIn('state', OPEN_RUN_STATES)
    .where('finished_at', '<', before)
    .whereRaw('id NOT IN (SELECT retry_of FROM (?) AS sources)', [sources]);
}

/** Run and send first: numbers that no longer add up must not be seen. */
async function forgetRuns(knex: Knex, sends: readonly SendId[], before: Date): Promise<Counts> {
  if (sends.length === 0) return {};
  return knex.transaction(async (trx) => {
    await keepCampaigns(trx, oldRuns(trx, before).whereIn('id', sends.map(runOfSend)));
    const runs = await oldRuns(trx, before).whereIn('id', sends.map(runOfSend)).delete();
    return { runs, sends: await deleteBy(trx, 'sends', 'id', sends) };
  });
}

/** Deletes these messages, those of `whole` only if all of their send may go; what has changed meanwhile is left for next time. */
async function forgetLocked(
  trx: Knex.Transaction,
  whole: readonly MessageId[],
  pieces: readonly MessageId[],
  before: Date,
): Promise<Counts> {
  const rows = await trx('messages')
    .whereIn('id', [...whole, ...pieces])
    .orderBy('id')
    .forUpdate()
    .select<MessageBit[]>('id', 'send_id', 'status', 'updated_at');
  const waiting = new Set(
    await trx('receipts').whereIn('message_id', pieces).whereNotNull('due_at').pluck<MessageId[]>('message_id'),
  );
  const ofWhole = new Set(whole);
  const stays = (row: MessageBit): boolean =>
    !isFinal(row.status) || (ofWhole.has(row.id) && row.updated_at >= before) || waiting.has(row.id);
  const stayingSends = new Set(rows.filter((row) => ofWhole.has(row.id) && stays(row)).map(({ send_id }) => send_id));
  const going = rows.filter((row) => !stays(row) && !stayingSends.has(row.send_id));
  const ids = going.map(({ id }) => id);
  const receipts = await trx('receipts').whereIn('message_id', ids).whereNull('due_at').pluck<string[]>('id');
  await keepStatistics(trx, ids);
  const sends = going.filter(({ id }) => ofWhole.has(id)).map(({ send_id }) => send_id);
  return {
    receipts: await deleteBy(trx, 'receipts', 'id', receipts),
    messages: await deleteBy(trx, 'messages', 'id', ids),
    sends: await deleteBy(trx, 'sends', 'id', [...new Set(sends)]),
  };
}

async function deleteBy(knex: Knex, table: string, column: string, values: readonly string[]): Promise<number> {
  return values.length === 0 ? 0 : knex(table).whereIn(column, values).delete();
}

interface Look {
  readonly after: string | null;
  readonly unused: readonly string[];
}
type LookFor = (knex: Knex, before: Date, after: string | null, limit: number) => Promise<Look>;

const LOOKS: Record<Leftover, LookFor> = {
  async sends(knex, before, after, limit) {
    const ids = await pageOf<SendId>(knex('sends'), firstIdAt('snd', before.getTime()), after, limit);
    const used = new Set(await knex('messages').whereIn('send_id', ids).distinct('send_id').pluck<SendId[]>('send_id'));
    const runs = new Set(await knex('runs').whereIn('id', ids.map(runOfSend)).pluck<RunId[]>('id'));
    return lookOf(ids, limit, (id) => !used.has(id) && !runs.has(runOfSend(id)));
  },
  async dispatches(knex, before, _after, limit) {
    // Unconfirmed ones are the relay's. What stays is passed over in the query, so each call finds others.
    const ids = await knex('dispatches as d')
      .where('d.confirmed_at', '<', before)
      .whereNotExists(knex('messages as m').select(knex.raw('1')).whereRaw('m.dispatch_id = d.id'))
      .limit(limit)
      .pluck<string[]>('d.id');
    return { after: ids.length < limit ? null : '', unused: ids };
  },
  async runs(knex, before, after, limit) {
    const bound = firstIdAt('run', before.getTime());
    const ids = await pageOf<RunId>(oldRuns(knex, before), bound, after, limit);
    const sends = ids.map((id) => `snd_${id.slice(4)}`);
    const used = new Set(
      await knex('messages').whereIn('send_id', sends).distinct('send_id').pluck<SendId[]>('send_id'),
    );
    const usedRuns = new Set([...used].map(runOfSend));
    return lookOf(ids, limit, (id) => !usedRuns.has(id));
  },
  async receipts(knex, before, after, limit) {
    const bound = firstIdAt('rcp', before.getTime());
    const old = knex('receipts').whereNull('due_at').orderBy('id').limit(limit).where('id', '<', bound);
    const rows = await old
      .where('id', '>', after ?? '')
      .select<{ id: string; message_id: string | null }[]>('id', 'message_id');
    const named = rows.flatMap(({ message_id }) => message_id ?? []);
    const there = new Set(await knex('messages').whereIn('id', named).pluck<string[]>('id'));
    const unused = rows.filter(({ message_id }) => message_id === null || !there.has(message_id)).map(({ id }) => id);
    return { after: rows.length < limit ? null : (rows.at(-1)?.id ?? null), unused };
  },
  async webhook_deliveries(knex, before, after, limit) {
    const ended = knex('webhook_deliveries').whereNot({ state: 'pending' }).where('updated_at', '<', before);
    const ids = await pageOf<WebhookDeliveryId>(ended, firstIdAt('whd', before.getTime()), after, limit);
    return lookOf(ids, limit, () => true);
  },
  async webhook_events(knex, before, after, limit) {
    const told = knex('webhook_events').whereNotNull('published_at');
    const ids = await pageOf<WebhookEventId>(told, firstIdAt('evt', before.getTime()), after, limit);
    const used = new Set(await knex('webhook_deliveries').whereIn('event_id', ids).pluck<string[]>('event_id'));
    return lookOf(ids, limit, (id) => !used.has(id));
  },
};

const pageOf = <I extends string>(query: Knex.QueryBuilder, bound: I, after: string | null, limit: number) =>
  query
    .where('id', '>', after ?? '')
    .where('id', '<', bound)
    .orderBy('id')
    .limit(limit)
    .pluck('id') as Promise<I[]>;

const lookOf = <I extends string>(ids: readonly I[], limit: number, isUnused: (id: I) => boolean): Look => ({
  after: ids.length < limit ? null : (ids.at(-1) ?? null),
  unused: ids.filter(isUnused),
});
