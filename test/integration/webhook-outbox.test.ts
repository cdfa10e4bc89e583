import { readJson } from '../../db/json';
import { createDeliveryStore, type Change, type Outcome } from '../../db/stores/delivery-store';
import { createWebhookOutbox } from '../../db/stores/webhook-outbox';
import type { WebhookSettings } from '../../db/stores/webhook-store';
import { firstIdAt, newId, type AppId, type MessageId, type RunId } from '../../domain/ids';
import type { MessageEvent } from '../../domain/message-status';
import { daysAgo, oldRun } from '../support/old-rows';
import { seedMessages } from '../support/seed-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
}, 60_000);
afterAll(() => db.drop());
afterEach(async () => {
  for (const table of ['webhook_endpoints', 'webhook_events', 'webhook_deliveries', 'messages', 'runs']) {
    await db.knex(table).delete();
  }
  // Who listens is believed for a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
});

const stores = () => db.database.stores;
const listener = async (appId: AppId, types: WebhookSettings['types'] = null) =>
  (await stores().webhooks.create(appId, { url: 'https://shop.example/hooks', description: null, types })).endpoint.id;
const changesOf = (ids: readonly MessageId[], event: MessageEvent, more: Partial<Change> = {}): Change[] =>
  ids.map((id) => ({ id, event, reason: 'test', ...more }));
const events = () =>
  db
    .knex('webhook_events')
    .orderBy('subject')
    .orderBy('id')
    .select<{ type: string; subject: string; data: unknown; published_at: Date | null }[]>();
const typesOf = async () => (await events()).map(({ type }) => type);
const outcomeOf = (id: MessageId, event: MessageEvent, appId: AppId): Outcome => ({
  ...{ id, event, appId, reason: null },
  attempt: {
    ...{ n: 1, accountId: newId('acc'), account: 'a', why: 'only', startedAt: 1, endedAt: 2 },
    ...{ class: 'accepted', code: '250', detail: 'ok' },
  },
});

describe('an event', () => {
  test('is written with the change that it tells of, once, and without personal data', async () => {
    const appId = newId('app');
    await listener(appId);
    const [one, two] = await seedMessages(db, 2, { appId, variables: { name: 'Ada' } });
    const changes = changesOf([one!, two!], 'fail', { detail: { code: '550', words: 'no such user' } });
    await stores().delivery.apply(changes);
    await stores().delivery.apply(changes);
    const written = await events();
    expect(written.map(({ type, subject }) => [type, subject])).toEqual([
      ['message.failed', one],
      ['message.failed', two],
    ]);
    expect(readJson(written[0]!.data)).toEqual({
      messageId: one,
      sendId: expect.stringMatching(/^snd_/),
      runId: null,
      recipientId: null,
      template: { id: 1, version: 1 },
      lane: 'email.notice',
      status: 'failed',
      reason: 'test',
      code: '550',
      attempt: 0,
    });
  });

  test('is rolled back with its change', async () => {
    const appId = newId('app');
    await listener(appId);
    const [id] = await seedMessages(db, 1, { appId });
    const work = db.database.transaction(async ({ delivery }) => {
      await delivery.apply(changesOf([id!], 'recall'));
      throw new Error('the process ends');
    });
    await expect(work).rejects.toThrow('the process ends');
    expect(await events()).toEqual([]);
    expect((await stores().messages.get(id!))?.status).toBe('accepted');
  });

  test('is not written for a wait, for an app without endpoint, or while the endpoint is disabled', async () => {
    const [appId, other, silent] = [newId('app'), newId('app'), newId('app')];
    await listener(appId);
    await stores().webhooks.disable(await listener(silent), 'by_owner');
    const ids = await Promise.all([appId, other, silent].map((app) => seedMessages(db, 1, { appId: app })));
    await stores().delivery.apply(changesOf(ids.flat(), 'defer', { dueAt: new Date() }));
    expect(await events()).toEqual([]);
    await stores().delivery.apply(changesOf(ids.flat(), 'shield'));
    expect((await events()).map(({ type, subject }) => [type, subject])).toEqual([['message.stopped', ids[0]![0]]]);
  });

  test('comes from every place where a status is written', async () => {
    const appId = newId('app');
    await listener(appId);
    const { delivery, receipts, reconcile } = stores();
    const sending = { columns: { status: 'sending', attempt: 1 } };
    const [id] = await seedMessages(db, 1, { appId, ...sending });
    await delivery.record([outcomeOf(id!, 'accept', appId)]);
    const rest = { reason: null, detail: { code: '2' } };
    await receipts.change([{ id: id!, from: 'sent', to: 'delivered', ...rest }]);
    await receipts.change([{ id: id!, from: 'delivered', to: 'complained', ...rest }]);
    // A change that comes too late is none.
    await receipts.change([{ id: id!, from: 'sent', to: 'bounced', ...rest }]);
    expect(await typesOf()).toEqual(['message.sent', 'message.delivered', 'message.complained']);
    const [doubt] = await seedMessages(db, 1, { appId, columns: { status: 'unknown' } });
    await reconcile.settleSent([{ id: doubt!, providerMessageId: 'x', detail: {} }]);
    expect((await events()).at(-1)).toMatchObject({ type: 'message.sent', subject: doubt });
  });

  test('is told of a recipient that stood twice in a send', async () => {
    const appId = newId('app');
    await listener(appId);
    const id = newId('snd');
    const message = {
      position: 0,
      recipientId: 'u1',
      address: 'a@example.com',
      timezone: undefined,
      variables: undefined,
    };
    await stores().sends.accept({
      send: {
        ...{
          id,
          appId,
          templateId: 1 as never,
          templateVersion: 1,
          lane: 'email.notice',
          total: 2,
          variables: undefined,
        },
        ...{ metadata: undefined, rejected: undefined, sendAt: null, expiresAt: null, createdAt: new Date() },
      },
      messages: [
        { ...message, id: newId('msg'), status: 'accepted' },
        { ...message, id: newId('msg'), position: 1, status: 'deduplicated' },
      ],
      dispatch: undefined,
    });
    const [event, ...more] = await events();
    expect(more).toEqual([]);
    expect(readJson(event!.data)).toMatchObject({
      status: 'deduplicated',
      reason: 'duplicate_recipient',
      recipientId: 'u1',
    });
  });

  test('tells of each pause of a run, and of its end', async () => {
    const appId = newId('app');
    await listener(appId);
    const { id } = (await oldRun(db, appId, 0, 'running', 0)) as { id: RunId };
    const { runs } = stores();
    for (const event of ['pause', 'resume', 'pause', 'resume', 'finish'] as const) {
      expect(await runs.apply(id, event)).toBe(true);
      // Each pause has a moment of its own.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await runs.apply(id, 'finish')).toBe(true);
    expect(await typesOf()).toEqual(['run.paused', 'run.paused', 'run.finished']);
    expect(readJson((await events())[2]!.data)).toMatchObject({ runId: id, state: 'finished' });
  });
});

test('an app without endpoints pays nothing for it, while another one has some', async () => {
  const [appId, other] = [newId('app'), newId('app')];
  await listener(other);
  const ids = await seedMessages(db, 3, { appId, columns: { status: 'sending', attempt: 1 } });
  const store = createDeliveryStore(db.knex, createWebhookOutbox());
  const statements: string[] = [];
  const note = ({ sql }: { sql: string }): void => void statements.push(sql.trim().split(' ')[0]!.toLowerCase());
  db.knex.on('query', note);
  try {
    await store.record([outcomeOf(ids[0]!, 'accept', appId)]);
    // Once a second it is asked who listens.
    expect(statements.splice(0)).toEqual(['select', 'update']);
    await store.record([outcomeOf(ids[1]!, 'accept', appId)]);
    await store.record([outcomeOf(ids[2]!, 'accept', appId)]);
    expect(statements).toEqual(['update', 'update']);
  } finally {
    db.knex.off('query', note);
  }
});

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
