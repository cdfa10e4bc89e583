import type { Knex } from 'knex';
import type { AppId, DispatchId, MessageId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { DeferReason } from '../../domain/message-status';
import { joinedUpdate } from './joined-update';

/** A message that waits for its time. */
export interface WaitingMessage {
  readonly id: MessageId;
  readonly dispatchId: DispatchId;
  readonly dueAt: Date;
}

/** What waits for one limit of flow control, and how much sooner it comes. */
export interface Sooner {
  readonly appId: AppId;
  /** Key of the limit, as in the detail of the wait. */
  readonly limit: string;
  /** The rest of each wait becomes this part of itself: 0 means now. */
  readonly factor: number;
  readonly now: Date;
}

/** Waiting messages, and how their waits end sooner when what they wait for changes. */
export interface WaitingStore {
  /** Messages of an app and lane that wait for this reason, with ids above `after`, oldest first. */
  list(
    of: { appId: AppId; lane: Lane; reason: DeferReason },
    after: MessageId | undefined,
    limit: number,
  ): Promise<WaitingMessage[]>;
  /** Brings messages that still wait for this reason forward to new times; returns how many. It never puts one off. */
  hasten(reason: DeferReason, messages: readonly Pick<WaitingMessage, 'id' | 'dueAt'>[]): Promise<number>;
  /**
   * Goes through the deferred messages of the app after `after`, at most `limit` of them, and shortens the waits for that limit.
   * `last` is the id at which to go on, `undefined` at the end; `dispatches` are those whose messages come sooner.
   */
  shorten(
    sooner: Sooner,
    after: MessageId | undefined,
    limit: number,
  ): Promise<{
    readonly last: MessageId | undefined;
    readonly dispatches: readonly DispatchId[];
    readonly messages: number;
  }>;
}

interface Row {
  id: MessageId;
  dispatch_id: DispatchId | null;
  waits: 0 | 1 | null;
}

/** Waits for this limit that have not ended. The row decides again when it is written. */
const WAITS = `reason = 'rate_limited' AND JSON_UNQUOTE(JSON_EXTRACT(detail, '$.limit')) = ? AND due_at > ?`;

export function createWaitingStore(knex: Knex): WaitingStore {
  return {
    async list({ appId, lane, reason }, after, limit) {
      // By app and status there is an index that ends with the id: pages read on from where the last one ended.
      const rows: unknown = await knex(knex.raw('messages FORCE INDEX (messages_status)'))
        .where({ app_id: appId, status: 'deferred' })
        .where('id', '>', after ?? '')
        .where({ lane, reason })
        .whereNotNull('dispatch_id')
        .orderBy('id')
        .limit(limit)
        .select('id', 'dispatch_id', 'due_at');
      return (rows as { id: MessageId; dispatch_id: DispatchId; due_at: Date }[]).map((row) => ({
        id: row.id,
        dispatchId: row.dispatch_id,
        dueAt: row.due_at,
      }));
    },
    hasten: (reason, messages) =>
      joinedUpdate(
        knex,
        messages.map(({ id, dueAt }) => ({ id, due_at: dueAt })),
        {
          set: {},
          where: (query) => {
            void query.where({ 'm.status': 'deferred', 'm.reason': reason }).whereRaw('m.due_at > c.due_at');
          },
        },
      ),
    async shorten({ appId, limit: key, factor, now }, after, limit) {
      const [rows] = (await knex.raw(
        `SELECT id, dispatch_id, (${WAITS}) AS waits FROM messages FORCE INDEX (messages_status)
         WHERE app_id = ? AND status = 'deferred' AND id > ? ORDER BY id LIMIT ?`,
        [key, now, appId, after ?? '', limit],
      )) as [Row[]];
      const waiting = rows.filter((row) => row.waits === 1);
      const ids = waiting.map(({ id }) => id);
      if (ids.length > 0) {
        await knex.raw(
          `UPDATE messages SET updated_at = ?,
             due_at = TIMESTAMPADD(MICROSECOND, FLOOR(TIMESTAMPDIFF(MICROSECOND, ?, due_at) * ?), ?)
           WHERE id IN (${ids.map(() => '?').join(', ')}) AND status = 'deferred' AND ${WAITS}`,
          [now, now, factor, now, ...ids, key, now],
        );
      }
      const dispatches = [...new Set(waiting.flatMap(({ dispatch_id }) => dispatch_id ?? []))];
      const last = rows.length === limit ? rows[rows.length - 1]?.id : undefined;
      return { last, dispatches, messages: ids.length };
    },
  };
}
