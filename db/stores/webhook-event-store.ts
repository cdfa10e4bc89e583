import type { Knex } from 'knex';
import { newId, type AppId, type WebhookDeliveryId, type WebhookId } from '../../domain/ids';
import { TEST_EVENT, type TestEventData, type WebhookEvent, type WebhookEventType } from '../../domain/webhook';
import { readOptionalJson } from '../json';

/** From the outbox to the endpoints. */
export interface WebhookEventStore {
  /** Apps with events that have not been given to their endpoints. */
  appsToPublish(): Promise<AppId[]>;
  /**
   * Gives the oldest of an app's new events, `limit` at most, to each enabled endpoint that listens to them, in one transaction. One caller
   * at a time for an app with endpoints: the order of its deliveries is that in which its events were committed.
   */
  publish(appId: AppId, limit: number): Promise<{ readonly events: number; readonly endpoints: WebhookId[] }>;
  /** An event that is for one endpoint only, whatever it listens to; returns the id of the delivery. */
  addTest(appId: AppId, endpointId: WebhookId): Promise<WebhookDeliveryId>;
}

interface EventBits {
  id: string;
  type: WebhookEventType;
  subject: string;
}

export function createWebhookEventStore(knex: Knex): WebhookEventStore {
  return {
    appsToPublish: async () =>
      knex('webhook_events').whereNull('published_at').distinct('app_id').pluck<AppId[]>('app_id'),
    publish: (appId, limit) => publish(knex, appId, limit),
    addTest: (appId, endpointId) => addTest(knex, appId, endpointId),
  };
}

async function publish(knex: Knex, appId: AppId, limit: number) {
  return knex.transaction(async (trx) => {
    // The lock of the endpoints is taken first: what is read after it is a picture of one moment, which no other publisher sees.
    const endpoints = await trx('webhook_endpoints')
      .where({ app_id: appId })
      .orderBy('id')
      .forUpdate()
      .select<{ id: WebhookId; state: string; types: unknown }[]>('id', 'state', 'types');
    const events = await trx('webhook_events')
      .whereNull('published_at')
      .where({ app_id: appId })
      .orderBy('seq')
      .limit(limit)
      .select<EventBits[]>('id', 'type', 'subject');
    if (events.length === 0) return { events: 0, endpoints: [] };
    const listeners = endpoints
      .filter(({ state }) => state === 'enabled')
      .map(({ id, types }) => ({ id, types: readOptionalJson<WebhookEventType[]>(types) }));
    const rows = events.flatMap((event) =>
      listeners
        .filter(({ types }) => types?.includes(event.type) ?? true)
        .map(({ id }) => deliveryRow(id, event.id, event.subject)),
    );
    if (rows.length > 0) await trx('webhook_deliveries').insert(rows);
    await trx('webhook_events')
      .whereIn(
        'id',
        events.map(({ id }) => id),
      )
      .update({ published_at: new Date() });
    return { events: events.length, endpoints: [...new Set(rows.map(({ endpoint_id }) => endpoint_id))] };
  });
}

function deliveryRow(endpointId: WebhookId, eventId: string, subject: string) {
  const now = new Date();
  return {
    ...{ id: newId('whd'), endpoint_id: endpointId, event_id: eventId, subject, state: 'pending' },
    ...{ due_at: now, created_at: now, updated_at: now },
  };
}

function addTest(knex: Knex, appId: AppId, endpointId: WebhookId): Promise<WebhookDeliveryId> {
  const [id, now] = [newId('evt'), new Date()];
  const data: TestEventData = { webhookId: endpointId };
  const event: Pick<WebhookEvent, 'id' | 'type' | 'subject'> = { id, type: TEST_EVENT, subject: id };
  return knex.transaction(async (trx) => {
    await trx('webhook_events').insert({
      ...event,
      ...{ app_id: appId, happening: id, data: JSON.stringify(data), created_at: now, published_at: now },
    });
    const delivery = deliveryRow(endpointId, id, id);
    await trx('webhook_deliveries').insert(delivery);
    return delivery.id;
  });
}
