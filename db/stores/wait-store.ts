import type { Knex } from 'knex';
import type { AppId, DispatchId, MessageId } from '../../domain/ids';

/** What waits for one limit of flow control, and how much sooner it comes. */
export interface Sooner {
  readonly appId: AppId;
  /** Key of the limit, as in the detail of the wait. */
  readonly limit: string;
  /** The rest of each wait becomes this part of itself: 0 means now. */
  readonly factor: number;
  readonly now: Date;
}

/** The waits of messages, when what they wait for changes. */
export interface WaitStore {
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

export function createWaitStore(knex: Knex): WaitStore {
  return {
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
