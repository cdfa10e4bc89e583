import type { WebhookSettings } from '../../db/stores/webhook-store';
import { firstIdAt, newId, type AppId } from '../../domain/ids';
import { Registry } from 'prom-client';
import { createLogger } from '../../config/logger';
import { createWebhookMetrics } from '../../workers/webhook-metrics';
import { createWebhookPublisher } from '../../workers/webhook-publisher';
import { daysAgo } from '../support/old-rows';
import { seedMessages } from '../support/seed-messages';
import { changesOf, eventsIn, forgetWebhooks, listen, outcomeOf } from '../support/webhook-events';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
}, 60_000);
afterAll(() => db.drop());
afterEach(() => forgetWebhooks(db));

const stores = () => db.database.stores;
const listener = (appId: AppId, types?: WebhookSettings['types']) => listen(db, appId, types);
const events = () => eventsIn(db);

describe('publishing', () => {
  const deliveries = async () =>
    db
      .knex('webhook_deliveries as d')
      .join('webhook_events as e', 'e.id', 'd.event_id')
      .orderBy('d.seq')
      .select<{ endpoint_id: string; type: string; subject: string; state: string }[]>(
        'd.endpoint_id',
        'e.type',
        'd.subject',
        'd.state',
      );

  test('gives each event to the enabled endpoints of its app that listen to it', async () => {
    const [appId, other] = [newId('app'), newId('app')];
    const all = await listener(appId);
    const failures = await listener(appId, ['message.failed']);
    await stores().webhooks.disable(await listener(appId), 'by_owner');
    await listener(other);
    const [one, two] = await seedMessages(db, 2, { appId });
    await stores().delivery.apply([...changesOf([one!], 'recall'), ...changesOf([two!], 'fail')]);
    const { webhookEvents } = stores();
    expect(await webhookEvents.appsToPublish()).toEqual([appId]);
    const published = await webhookEvents.publish(appId, 100);
    expect({ ...published, endpoints: [...published.endpoints].sort() }).toEqual({
      events: 2,
      endpoints: [all, failures].sort(),
    });
    expect((await deliveries()).map(({ endpoint_id: to, type }) => [to, type])).toEqual([
      [all, 'message.stopped'],
      [all, 'message.failed'],
      [failures, 'message.failed'],
    ]);
    expect(await webhookEvents.appsToPublish()).toEqual([]);
    expect(await webhookEvents.publish(appId, 100)).toEqual({ events: 0, endpoints: [] });
  });

  test('by many at once gives each event once, those of a message in the order in which they happened', async () => {
    const appId = newId('app');
    const endpoint = await listener(appId);
    const ids = await seedMessages(db, 40, { appId, columns: { status: 'sending', attempt: 1 } });
    const { delivery, receipts, webhookEvents } = stores();
    const change = { reason: null, detail: {} };
    let writing = true;
    const publishers = [1, 2, 3].map(async () => {
      for (let last = false; !last;) {
        last = !writing;
        await webhookEvents.publish(appId, 7);
      }
      while ((await webhookEvents.publish(appId, 7)).events > 0);
    });
    for (const id of ids) {
      await delivery.record([outcomeOf(id, 'accept', appId)]);
      await receipts.change([{ id, from: 'sent', to: 'delivered', ...change }]);
    }
    writing = false;
    await Promise.all(publishers);
    const given = await deliveries();
    expect(given).toHaveLength(80);
    expect(new Set(given.map(({ endpoint_id: to }) => to))).toEqual(new Set([endpoint]));
    for (const id of ids) {
      const ofMessage = given.filter(({ subject }) => subject === id).map(({ type }) => type);
      expect(ofMessage).toEqual(['message.sent', 'message.delivered']);
    }
    const { webhookDeliveries } = stores();
    const due = await webhookDeliveries.due(endpoint, new Date(), 100);
    expect(due.map(({ event }) => event.type)).toEqual(Array(40).fill('message.sent'));
    const [first] = due;
    await webhookDeliveries.record(first!, { state: 'delivered', status: 204, words: '', at: new Date(), dueAt: null });
    // A second end of the same attempt is none.
    const again = { state: 'failed', status: 500, words: '', at: new Date(), dueAt: null } as const;
    expect(await webhookDeliveries.record(first!, again)).toBe(false);
    const next = await webhookDeliveries.due(endpoint, new Date(), 100);
    expect(next.filter(({ event }) => event.type === 'message.delivered')).toHaveLength(1);
    await stores().webhooks.remove(endpoint);
    expect(new Set((await deliveries()).map(({ state }) => state))).toEqual(new Set(['delivered', 'discarded']));
  });
});

test('events of a message are given in the order in which they happened, also when a clock was put back between them', async () => {
  const appId = newId('app');
  const endpoint = await listener(appId);
  const [id] = await seedMessages(db, 1, { appId, columns: { status: 'sending', attempt: 1 } });
  const { delivery, receipts, webhookEvents, webhookDeliveries } = stores();
  await delivery.record([outcomeOf(id!, 'accept', appId)]);
  await receipts.change([{ id: id!, from: 'sent', to: 'delivered', reason: null, detail: {} }]);
  await db
    .knex('webhook_events')
    .where({ type: 'message.delivered' })
    .update({ id: firstIdAt('evt', daysAgo(1)) });
  await webhookEvents.publish(appId, 1);
  await webhookEvents.publish(appId, 1);
  const log = await webhookDeliveries.list({ endpointId: endpoint, limit: 10 });
  expect(log.map(({ event }) => event.type)).toEqual(['message.delivered', 'message.sent']);
});

test('a publisher tells of what another one gave to an endpoint and did not tell, and tries again while Temporal is away', async () => {
  const appId = newId('app');
  const endpoint = await listener(appId);
  const [one, two] = await seedMessages(db, 2, { appId });
  const { delivery, webhookEvents, webhookDeliveries } = stores();
  await delivery.apply(changesOf([one!], 'recall'));
  await webhookEvents.publish(appId, 100);
  await db.knex('webhook_deliveries').update({ due_at: new Date(Date.now() - 10_000) });
  const metrics = createWebhookMetrics(new Registry());
  const told: string[] = [];
  let away = true;
  const publisher = createWebhookPublisher({
    stores: { webhookEvents, webhookDeliveries },
    gateway: {
      tell: async (id, { urgent }) => {
        if (away) throw new Error('Temporal is away');
        told.push(`${id} ${urgent}`);
      },
    },
    ...{ metrics, log: createLogger({ name: 'test', level: 'silent' }), every: 20, healEvery: 20 },
  });
  publisher.start();
  const until = async (enough: () => Promise<boolean>): Promise<void> => {
    while (!(await enough())) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await until(async () => (await metrics.failures.get()).values[0]!.value > 1);
  expect(told).toEqual([]);
  away = false;
  await until(async () => told.length > 0);
  await delivery.apply(changesOf([two!], 'recall'));
  await until(async () => (await metrics.events.get()).values[0]!.value === 1);
  await publisher.stop();
  expect(new Set(told)).toEqual(new Set([`${endpoint} false`]));
});

test('retention deletes events and deliveries that are older than messages are kept, and none that waits', async () => {
  const endpointId = newId('whe');
  const at = new Date(daysAgo(91));
  const rowsOf = async (state: string) => {
    const [event, delivery] = [firstIdAt('evt', daysAgo(91)), firstIdAt('whd', daysAgo(91))];
    const bits = { subject: event, created_at: at };
    await db.knex('webhook_events').insert({
      ...bits,
      id: event,
      app_id: newId('app'),
      type: 'run.paused',
      happening: event,
      data: '{}',
      published_at: at,
    });
    await db
      .knex('webhook_deliveries')
      .insert({ ...bits, id: delivery, endpoint_id: endpointId, event_id: event, state, updated_at: at });
    return event;
  };
  await rowsOf('delivered');
  const waiting = await rowsOf('pending');
  const before = new Date(daysAgo(90));
  const { retention } = stores();
  expect((await retention.leftovers('webhook_deliveries', before, null, 100)).counts).toEqual({
    webhook_deliveries: 1,
  });
  expect((await retention.leftovers('webhook_events', before, null, 100)).counts).toEqual({ webhook_events: 1 });
  expect((await events()).map(({ subject }) => subject)).toEqual([waiting]);
});
