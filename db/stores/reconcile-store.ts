import type { Knex } from 'knex';
import { groupBy } from '../../domain/group-by';
import { firstIdAt, type AppId, type MessageId } from '../../domain/ids';
import { sourcesOf, TRANSITIONS } from '../../domain/message-status';
import { toDueMessage, type DueMessage, type DueRow } from './delivery-store';
import { joinedUpdate } from './joined-update';
import type { MessageRow } from './message-store';
import { createWebhookOutbox, type WebhookOutbox } from './webhook-outbox';

/** A doubt that a provider has cleared up. */
export interface FoundMessage {
  readonly id: MessageId;
  readonly providerMessageId: string | undefined;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ReconcileStore {
  /** Unknown messages of an app that nothing has happened to before `since`, by id, with what their sends share. */
  unknown(appId: AppId, since: Date, after: MessageId | null, limit: number): Promise<DueMessage[]>;
  /** Their providers have them: `sent`. Only those that are still unknown change; returns their ids. */
  settleSent(found: readonly FoundMessage[]): Promise<Set<MessageId>>;
  /** Receipts that wait for a message which is known by now are looked at next; returns how many. */
  hastenReceipts(now: Date, limit: number): Promise<number>;
}

/** No message is open for longer: older ids cannot be of a doubt of the last days. */
const OLDEST_MS = 40 * 86_400_000;

export function createReconcileStore(knex: Knex, outbox: WebhookOutbox = createWebhookOutbox()): ReconcileStore {
  return {
    async unknown(appId, since, after, limit) {
      const rows: unknown = await knex
        .from(knex.raw('messages AS m FORCE INDEX (messages_status)'))
        .leftJoin('sends as s', 's.id', 'm.send_id')
        .where({ 'm.app_id': appId, 'm.status': 'unknown' })
        .where('m.id', '>', after ?? firstIdAt('msg', since.getTime() - OLDEST_MS))
        .where('m.updated_at', '>=', since)
        .orderBy('m.id')
        .limit(limit)
        .select('m.*', 's.variables as shared_variables', 's.attachments');
      return (rows as DueRow[]).map(toDueMessage);
    },
    settleSent: (found) => settleSent(knex, outbox, found),
    async hastenReceipts(now, limit) {
      const ids = await knex('receipts as r')
        .join('messages as m', 'm.provider_message_id', 'r.provider_message_id')
        .where('r.due_at', '>', now)
        .whereNull('r.message_id')
        .limit(limit)
        .distinct('r.id')
        .pluck<string[]>('r.id');
      return knex('receipts').whereIn('id', ids).whereNull('applied_at').update({ due_at: now });
    },
  };
}

async function settleSent(knex: Knex, outbox: WebhookOutbox, found: readonly FoundMessage[]): Promise<Set<MessageId>> {
  for (const group of groupBy(found, ({ providerMessageId }) => providerMessageId === undefined).values()) {
    const rows = group.map(({ id, providerMessageId, detail }) => ({
      id,
      detail,
      ...(providerMessageId === undefined ? {} : { provider_message_id: providerMessageId }),
    }));
    const { to } = TRANSITIONS.resolveSent;
    await outbox.messages(knex, to, group, (over) =>
      joinedUpdate(over, rows, {
        set: { status: to, reason: 'resolved', updated_at: new Date() },
        where: (query) => void query.whereIn('m.status', sourcesOf('resolveSent')),
      }),
    );
  }
  const ids = found.map(({ id }) => id);
  const settled = await knex<MessageRow>('messages')
    .whereIn('id', ids)
    .where({ status: TRANSITIONS.resolveSent.to, reason: 'resolved' })
    .pluck('id');
  return new Set(settled);
}
