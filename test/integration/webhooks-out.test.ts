import { setTimeout as sleep } from 'node:timers/promises';
import { Client as TemporalClient } from '@temporalio/client';
import { Webhook } from 'standardwebhooks';
import { createPostWebhook } from '../../channels/webhooks/post-webhook';
import { createWebhookNetwork } from '../../channels/webhooks/webhook-network';
import type { MessageId } from '../../domain/ids';
import { textsOf } from '../support/send-worker';
import { createSystemApi } from '../support/system-api';
import type { Client, TestApi } from '../support/test-api';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { startWebhookReceiver, type ReceivedEvent, type WebhookReceiver } from '../support/webhook-receiver';
import { createWorkerProcess, settingsOf } from '../support/worker-process';

/** Retries in seconds instead of days. */
const RETRIES = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_RETRY_SECONDS: Array(20).fill('1').join(',') };

let system: TestSystem;
let api: TestApi;
let shop: Client;
let receiver: WebhookReceiver;
beforeAll(async () => {
  system = await createTestSystem({ withWebhooks: true, env: RETRIES });
  api = await createSystemApi(system);
  shop = api.shop;
}, 90_000);
afterAll(async () => {
  await api.close();
  await system.close();
});
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  const { body } = await shop.get('/v1/webhooks');
  for (const { id } of body.items) await shop.call('delete', `/v1/webhooks/${id}`);
  await receiver.close();
});

interface Made {
  readonly id: string;
  readonly secret: string;
}
async function listen(more: object = {}): Promise<Made> {
  const { body } = await shop.post('/v1/webhooks', { url: receiver.url(), ...more });
  expect(body).toMatchObject({ id: expect.stringMatching(/^whe_/), secret: expect.stringMatching(/^whsec_/) });
  // From a second after its creation on it is told of everything.
  await sleep(1_100);
  return body as Made;
}
let named = 0;
async function sendTo(n: number): Promise<MessageId[]> {
  const template = await system.template();
  const to = Array.from({ length: n }, () => `reader${++named}@example.com`);
  return (await system.send(template, to)).messages;
}
/** What a provider tells later. */
async function deliver(ids: readonly MessageId[]): Promise<void> {
  await system.deps.database.stores.delivery.apply(ids.map((id) => ({ id, event: 'deliver', reason: null })));
}
const told = (events: readonly ReceivedEvent[], id: string) =>
  events.filter(({ data }) => data['messageId'] === id).map(({ type }) => type);
const verify = (secret: string, { body, headers }: ReceivedEvent) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);
const logOf = async (id: string, query = ''): Promise<any[]> =>
  (await shop.get(`/v1/webhooks/${id}/deliveries${query}`)).body.items;
async function logUntil(id: string, enough: (items: any[]) => boolean): Promise<any[]> {
  for (const deadline = Date.now() + 30_000; ;) {
    const items = await logOf(id);
    if (enough(items)) return items;
    if (Date.now() > deadline) throw new Error(JSON.stringify(items));
    await sleep(100);
  }
}

test('what happens to a message is told, signed, without its address', async () => {
  const { id: webhook, secret } = await listen();
  const [id] = await sendTo(1);
  await system.final([id!]);
  await receiver.until(() => receiver.taken.length > 0);
  const [event] = receiver.taken;
  expect(event!.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': expect.stringMatching(/^evt_/),
  });
  expect(verify(secret, event!)).toMatchObject({
    type: 'message.sent',
    timestamp: expect.stringMatching(/Z$/),
    data: { messageId: id, status: 'sent', attempt: 1, lane: 'email.notice' },
  });
  expect(event!.body).not.toMatch(/@/);
  const { connection, namespace } = system.temporal;
  const handle = new TemporalClient({ connection, namespace }).workflow.getHandle(`webhooks/${webhook}`);
  await handle.result();
  const history = textsOf(await handle.fetchHistory()).join('\n');
  expect(history).toContain(webhook);
  expect(history).not.toContain(secret);
  expect(history).not.toContain(`:${receiver.port}`);
  expect(history).not.toContain(id);
});

test('a receiver that was down gets everything once it is back, each message in order, and the signatures verify', async () => {
  const { id: webhook, secret } = await listen();
  await receiver.down();
  const ids = await sendTo(12);
  await system.final(ids);
  await deliver(ids);
  await logUntil(webhook, (items) => items.length === 24 && items.some(({ attempts }) => attempts > 0));
  await sleep(4_000);
  await receiver.up();
  await receiver.until(() => receiver.taken.length >= 24);
  for (const id of ids) expect(told(receiver.taken, id)).toEqual(['message.sent', 'message.delivered']);
  for (const event of receiver.taken) verify(secret, event);
  const items = await logUntil(webhook, (all) => all.every(({ state }) => state === 'delivered'));
  expect(items).toHaveLength(24);
  expect(items.some(({ attempts }) => attempts > 1)).toBe(true);
});

test('an event that is refused holds back the later ones of its message only, then fails, and is replayed by hand', async () => {
  const { id: webhook } = await listen();
  const [bad, good] = await sendTo(2);
  receiver.answer(({ data, type }) => (data['messageId'] === bad && type === 'message.sent' ? 500 : 204));
  await system.final([bad!, good!]);
  await deliver([bad!, good!]);
  await receiver.until(() => told(receiver.taken, good!).length === 2);
  await receiver.until(() => told(receiver.requests, bad!).length > 1);
  expect(told(receiver.taken, bad!)).toEqual([]);
  await system.db.knex('webhook_deliveries').where({ subject: bad, state: 'pending' }).update({ tries: 20 });
  await receiver.until(() => told(receiver.taken, bad!).length === 1);
  expect(told(receiver.taken, bad!)).toEqual(['message.delivered']);
  const [lost] = await logOf(webhook, '?state=failed');
  expect(lost).toMatchObject({
    type: 'message.sent',
    data: { messageId: bad },
    lastAttempt: { status: 500 },
    nextAttemptAt: null,
  });
  receiver.answer(() => 204);
  const { status } = await shop.post(`/v1/webhook-deliveries/${lost.id}/replay`);
  expect(status).toBe(202);
  await receiver.until(() => told(receiver.taken, bad!).length === 2);
  const both = receiver.requests.filter(({ data, type }) => data['messageId'] === bad && type === 'message.sent');
  expect(new Set(both.map(({ id }) => id)).size).toBe(1);
});

test('an endpoint that answers 410 is disabled at once; enabled again, it gets what was discarded when asked for', async () => {
  const { id: webhook } = await listen();
  const from = new Date(Date.now() - 60_000).toISOString();
  receiver.answer(() => 410);
  const ids = await sendTo(3);
  await system.final(ids);
  await receiver.until(() => receiver.requests.length > 0);
  await logUntil(webhook, (items) => items.length === 3 && items.every(({ state }) => state === 'discarded'));
  expect((await shop.get(`/v1/webhooks/${webhook}`)).body).toMatchObject({ enabled: false, disabledReason: 'gone' });
  for (const path of [`/v1/webhooks/${webhook}/test`, `/v1/webhooks/${webhook}/replay`]) {
    expect((await shop.post(path, { from })).body).toMatchObject({ code: 'webhook_disabled' });
  }
  receiver.answer(() => 204);
  const { body } = await shop.call('patch', `/v1/webhooks/${webhook}`, { enabled: true });
  expect(body).toMatchObject({ enabled: true, disabledReason: null });
  expect((await shop.post(`/v1/webhooks/${webhook}/replay`, { from })).body).toEqual({ replayed: 3 });
  await receiver.until(() => receiver.taken.length === 3);
});

test('an endpoint that has answered nothing but failures for five days is disabled', async () => {
  const { id: webhook } = await listen();
  receiver.answer(() => 503);
  await shop.post(`/v1/webhooks/${webhook}/test`);
  await receiver.until(() => receiver.requests.length > 0);
  expect((await shop.get(`/v1/webhooks/${webhook}`)).body.enabled).toBe(true);
  const since = new Date(Date.now() - 5 * 86_400_000);
  await system.db.knex('webhook_endpoints').where({ id: webhook }).update({ failing_since: since });
  for (;;) {
    const { body } = await shop.get(`/v1/webhooks/${webhook}`);
    if (!body.enabled) {
      expect(body).toMatchObject({ disabledReason: 'failing', failingSince: since.toISOString() });
      break;
    }
    await sleep(100);
  }
});

test('after a rotation both secrets verify, until the old one ends', async () => {
  const { id: webhook, secret: old } = await listen();
  const { body } = await shop.post(`/v1/webhooks/${webhook}/rotate-secret`);
  expect(body.secret).toMatch(/^whsec_/);
  expect(body.secret).not.toBe(old);
  expect(Date.parse(body.previousSecretUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  await shop.post(`/v1/webhooks/${webhook}/test`);
  await receiver.until(() => receiver.taken.length === 1);
  for (const secret of [old, body.secret]) verify(secret, receiver.taken[0]!);
  await system.db.knex('webhook_endpoints').where({ id: webhook }).update({ previous_until: new Date() });
  await shop.post(`/v1/webhooks/${webhook}/test`);
  await receiver.until(() => receiver.taken.length === 2);
  verify(body.secret, receiver.taken[1]!);
  expect(() => verify(old, receiver.taken[1]!)).toThrow();
  expect(verify(body.secret, receiver.taken[0]!)).toMatchObject({ type: 'webhook.test', data: { webhookId: webhook } });
});

test('only the events that it listens to are posted, redirects are not followed, and long answers are cut', async () => {
  const { id: webhook } = await listen({ events: ['message.delivered'] });
  receiver.answer(() => (_req, res) => {
    res.writeHead(302, { location: receiver.url('/elsewhere') }).end(`see j@example.com ${'x'.repeat(100_000)}`);
  });
  const ids = await sendTo(1);
  await system.final(ids);
  await deliver(ids);
  const [item, ...more] = await logUntil(webhook, (items) => items.some(({ attempts }) => attempts > 0));
  expect(more).toEqual([]);
  expect(item).toMatchObject({ type: 'message.delivered', state: 'pending', lastAttempt: { status: 302 } });
  expect(item.lastAttempt.words).toMatch(/^a redirect, which is not followed/);
  expect(item.lastAttempt.words).toContain('j***@example.com');
  expect(item.lastAttempt.words.length).toBeLessThanOrEqual(300);
});

describe('the private network', () => {
  const leads = async () => [{ address: '127.0.0.1', family: 4 }];
  const network = createWebhookNetwork({ resolve: leads });

  test('is refused at creation and at a change', async () => {
    const strict = await createSystemApi(system, { checkWebhookUrl: network.check });
    try {
      for (const url of [receiver.url(), 'https://127.0.0.1/', 'https://inside.example/hooks']) {
        const { status, body } = await strict.shop.post('/v1/webhooks', { url });
        expect({ status, errors: body.errors }).toMatchObject({
          status: 422,
          errors: [{ pointer: '/url', code: 'invalid_url' }],
        });
      }
      const { id } = await listen();
      const change = { url: 'https://inside.example/hooks' };
      expect((await strict.shop.call('patch', `/v1/webhooks/${id}`, change)).status).toBe(422);
      expect((await shop.get(`/v1/webhooks/${id}`)).body.url).toBe(receiver.url());
    } finally {
      await strict.close();
    }
  });

  test('is not connected to by a name that leads there when it is called', async () => {
    const allowed = createWebhookNetwork({ resolve: leads, allowPrivate: true });
    const inside = `http://inside.example:${receiver.port}/hooks`;
    const event = { url: inside, id: 'evt_1', body: '{"type":"x","data":{}}', secrets: ['whsec_AAAA'] };
    expect(await createPostWebhook({ network: allowed })(event)).toMatchObject({ result: 'delivered' });
    // As if https were not asked for: what is tested is the address.
    const post = createPostWebhook({ network: { ...network, problemOf: () => undefined } });
    const answer = await post(event);
    expect(answer).toMatchObject({ result: 'failed', status: null });
    expect(answer.words).toMatch(/not public/);
    expect(await createPostWebhook({ network })({ ...event, url: 'https://10.0.0.1/' })).toMatchObject({
      status: null,
      words: expect.stringMatching(/not public/),
    });
    expect(receiver.requests).toHaveLength(1);
  });
});

test('a receiver that does not answer in time has failed', async () => {
  receiver.answer(() => () => undefined);
  const network = createWebhookNetwork({ allowPrivate: true });
  const post = createPostWebhook({ network, timeoutMs: 200 });
  const answer = await post({
    url: receiver.url(),
    id: 'evt_1',
    body: '{"type":"x","data":{}}',
    secrets: ['whsec_AAAA'],
  });
  expect(answer).toEqual({ result: 'failed', status: null, words: 'no answer within 0.2 s' });
});

test('another app sees, changes and replays nothing of it; the secret is told once', async () => {
  const key = { 'Idempotency-Key': 'hook-1' };
  const first = await shop.post('/v1/webhooks', { url: receiver.url() }, key);
  const again = await shop.post('/v1/webhooks', { url: receiver.url() }, key);
  expect(again.body).toEqual({ ...first.body, secret: null });
  const { id } = first.body;
  await shop.post(`/v1/webhooks/${id}/test`);
  const [delivery] = await logUntil(id, (items) => items.length === 1);
  const stranger = await api.client(await system.deps.database.stores.apps.create('stranger'), 'app');
  const from = new Date().toISOString();
  const tries = [
    stranger.get(`/v1/webhooks/${id}`),
    stranger.get(`/v1/webhooks/${id}/deliveries`),
    stranger.call('patch', `/v1/webhooks/${id}`, { enabled: false }),
    stranger.call('delete', `/v1/webhooks/${id}`),
    stranger.post(`/v1/webhooks/${id}/rotate-secret`),
    stranger.post(`/v1/webhooks/${id}/test`),
    stranger.post(`/v1/webhooks/${id}/replay`, { from }),
    stranger.post(`/v1/webhook-deliveries/${delivery.id}/replay`),
  ];
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(Array(8).fill(404));
  expect((await stranger.get('/v1/webhooks')).body.items).toEqual([]);
  expect((await stranger.get(`/v1/webhooks?app=${shop.appId}`)).status).toBe(403);
  expect((await api.admin.get(`/v1/webhooks?app=${shop.appId}`)).body.items).toHaveLength(1);
  const stored = await system.db.knex('webhook_endpoints').where({ id }).first();
  expect(stored.secret).not.toContain(first.body.secret.slice(6, 20));
});

test('pages of endpoints and of the log follow one another', async () => {
  const made = [await listen(), (await shop.post('/v1/webhooks', { url: receiver.url() })).body];
  const page = (await shop.get('/v1/webhooks?limit=1')).body;
  expect(page.items[0].id).toBe(made[1].id);
  const next = (await shop.get(`/v1/webhooks?limit=1&after=${page.pageInfo.after}`)).body;
  expect(next).toMatchObject({ items: [{ id: made[0]!.id }], pageInfo: { hasMore: false } });
  for (let i = 0; i < 3; i++) await shop.post(`/v1/webhooks/${made[0]!.id}/test`);
  const log = (await shop.get(`/v1/webhooks/${made[0]!.id}/deliveries?limit=2`)).body;
  const rest = (await shop.get(`/v1/webhooks/${made[0]!.id}/deliveries?limit=2&after=${log.pageInfo.after}`)).body;
  expect(new Set([...log.items, ...rest.items].map(({ id }: Made) => id)).size).toBe(3);
  expect((await shop.get('/v1/webhooks?after=msg_1')).status).toBe(422);
});

test('a worker that is killed between the change and the delivery, and during it, loses nothing', async () => {
  const other = await createTestSystem({ withoutWorker: true, env: RETRIES });
  const otherApi = await createSystemApi(other);
  const env = { ...settingsOf(other.config), ...RETRIES, LOG_LEVEL: 'info', WORKER_PORT: '0' };
  const worker = createWorkerProcess(env);
  try {
    const { body } = await otherApi.shop.post('/v1/webhooks', { url: receiver.url() });
    await sleep(1_100);
    const template = await other.template();
    const to = Array.from({ length: 20 }, (_, i) => `user${i}@example.com`);
    const { messages } = await other.send(template, to, { unclaimed: true });
    // The change is committed by a process that ends before it can tell anybody.
    const { delivery } = other.deps.database.stores;
    await delivery.apply(messages.map((id) => ({ id, event: 'recall', reason: 'recalled' })));
    receiver.answer(({ data }) => (data['messageId'] === messages[3] ? () => undefined : 204));
    await worker.start();
    await receiver.until(() => told(receiver.requests, messages[3]!).length > 0 && receiver.taken.length >= 9);
    await worker.kill();
    receiver.answer(() => 204);
    await worker.start();
    await receiver.until(() => messages.every((id) => told(receiver.taken, id).length > 0));
    const ofOne = receiver.requests.filter(({ data }) => data['messageId'] === messages[3]);
    expect(new Set(ofOne.map(({ id }) => id)).size).toBe(1);
    for (const event of receiver.taken) verify(body.secret, event);
  } finally {
    await worker.stop();
    await otherApi.close();
    await other.close();
  }
}, 120_000);
