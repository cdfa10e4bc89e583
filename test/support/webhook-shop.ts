import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { z } from 'zod';
import type { webhookDeliverySchema } from '../../api/schemas/webhooks';
import type { MessageId } from '../../domain/ids';
import { createSystemApi } from './system-api';
import type { Client, TestApi } from './test-api';
import { createTestSystem, type TestSystem } from './test-system';
import { startWebhookReceiver, type ReceivedEvent, type WebhookReceiver } from './webhook-receiver';

/** Retries in seconds instead of days, but for the last one, and the loopback allowed. */
export const SHORT_RETRIES = {
  WEBHOOK_ALLOW_PRIVATE: 'true',
  WEBHOOK_RETRY_SECONDS: [...Array<string>(19).fill('1'), '3600'].join(','),
};

type LogItem = z.output<typeof webhookDeliverySchema>;

/** An app that listens, with a whole system that tells it. */
export interface WebhookShop {
  readonly system: TestSystem;
  readonly api: TestApi;
  /** A key of the app. */
  readonly shop: Client;
  readonly receiver: WebhookReceiver;
  /** Makes a webhook to the receiver, and waits until it is told of everything. */
  listen(more?: object): Promise<{ readonly id: string; readonly secret: string }>;
  /** Accepts a send to so many addresses and starts it. */
  sendTo(n: number): Promise<MessageId[]>;
  /** What a provider tells later. */
  deliver(ids: readonly MessageId[]): Promise<void>;
  log(id: string, query?: string): Promise<LogItem[]>;
  /** The log, as soon as it is so; fails after 30 s. */
  logUntil(id: string, enough: (items: readonly LogItem[]) => boolean): Promise<LogItem[]>;
  /** Deletes the webhooks and forgets what was received. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The types of the events about a message, in the order in which they came. */
export const told = (events: readonly ReceivedEvent[], id: string | undefined): string[] =>
  events.filter(({ data }) => data['messageId'] === id).map(({ type }) => type);

/** What the official library reads; throws what it throws. */
export const verify = (secret: string, { body, headers }: ReceivedEvent): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

/** With `withoutWorker`, nothing is sent and nobody is told. */
export async function createWebhookShop(options: { withoutWorker?: boolean } = {}): Promise<WebhookShop> {
  const system = await createTestSystem({ ...options, withWebhooks: true, env: SHORT_RETRIES });
  const api = await createSystemApi(system);
  const receiver = await startWebhookReceiver();
  const { shop } = api;
  const items = async (path: string): Promise<LogItem[]> => ((await shop.get(path)).body as { items: LogItem[] }).items;
  const log: WebhookShop['log'] = (id, query = '') => items(`/v1/webhooks/${id}/deliveries${query}`);
  let named = 0;
  return {
    ...{ system, api, shop, receiver, log },
    async listen(more = {}) {
      const { body } = await shop.post('/v1/webhooks', { url: receiver.url(), ...more });
      // From a second after its creation on it is told of everything.
      await sleep(1_100);
      return body as { id: string; secret: string };
    },
    async sendTo(n) {
      const template = await system.template();
      const to = Array.from({ length: n }, () => `reader${++named}@example.com`);
      return (await system.send(template, to)).messages;
    },
    async deliver(ids) {
      await system.deps.database.stores.delivery.apply(ids.map((id) => ({ id, event: 'deliver', reason: null })));
    },
    async logUntil(id, enough) {
      for (const deadline = Date.now() + 30_000; ;) {
        const found = await log(id);
        if (enough(found)) return found;
        if (Date.now() > deadline) throw new Error(JSON.stringify(found));
        await sleep(100);
      }
    },
    async reset() {
      for (const { id } of await items('/v1/webhooks')) await shop.call('delete', `/v1/webhooks/${id}`);
      receiver.requests.length = 0;
      receiver.taken.length = 0;
      receiver.answer(() => 204);
      await receiver.up();
    },
    async close() {
      await api.close();
      await system.close();
      await receiver.close();
    },
  };
}
