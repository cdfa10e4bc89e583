import type { Change, Outcome } from '../../db/stores/delivery-store';
import type { WebhookSettings } from '../../db/stores/webhook-store';
import { newId, type AppId, type MessageId, type WebhookId } from '../../domain/ids';
import type { MessageEvent } from '../../domain/message-status';
import type { TestDatabase } from './test-database';

/** A row of the outbox. */
interface EventRow {
  readonly type: string;
  readonly subject: string;
  readonly data: unknown;
  readonly published_at: Date | null;
}

/** Makes a webhook that listens to these types, default all. */
export async function listen(
  { database }: TestDatabase,
  appId: AppId,
  types: WebhookSettings['types'] = null,
): Promise<WebhookId> {
  const settings = { url: 'https://shop.example/hooks', description: null, types };
  return (await database.stores.webhooks.create(appId, settings)).endpoint.id;
}

/** All events of the outbox, by their subject. */
export const eventsIn = ({ knex }: TestDatabase): PromiseLike<EventRow[]> =>
  knex('webhook_events').orderBy('subject').orderBy('seq').select<EventRow[]>();

/** Deletes webhooks, events, messages and runs, and waits until nobody is believed to listen: that holds for a second. */
export async function forgetWebhooks({ knex }: TestDatabase): Promise<void> {
  for (const table of ['webhook_endpoints', 'webhook_events', 'webhook_deliveries', 'messages', 'runs']) {
    await knex(table).delete();
  }
  await new Promise((resolve) => setTimeout(resolve, 1_100));
}

export const changesOf = (ids: readonly MessageId[], event: MessageEvent, more: Partial<Change> = {}): Change[] =>
  ids.map((id) => ({ id, event, reason: 'test', ...more }));

export const outcomeOf = (id: MessageId, event: MessageEvent, appId: AppId): Outcome => ({
  ...{ id, event, appId, reason: null },
  attempt: {
    ...{ n: 1, accountId: newId('acc'), account: 'a', why: 'only', startedAt: 1, endedAt: 2 },
    ...{ class: 'accepted', code: '250', detail: 'ok' },
  },
});
