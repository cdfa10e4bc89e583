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

export interface WaitingStore {
  /** Messages of an app and lane that wait for this reason, with ids above `after`, oldest first. */
  list(
    of: { appId: AppId; lane: Lane; reason: DeferReason },
    after: MessageId | undefined,
    limit: number,
  ): Promise<WaitingMessage[]>;
  /** Brings messages that still wait for this reason forward to new times; returns how many. It never puts one off. */
  hasten(reason: DeferReason, messages: readonly Pick<WaitingMessage, 'id' | 'dueAt'>[]): Promise<number>;
}

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
  };
}
