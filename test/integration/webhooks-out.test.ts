import { setTimeout as sleep } from 'node:timers/promises';
import { Client as TemporalClient } from '@temporalio/client';
import { newId } from '../../domain/ids';
import { textsOf } from '../support/send-worker';
import { startWebhookReceiver } from '../support/webhook-receiver';
import { createWebhookShop, told, verify, type WebhookShop } from '../support/webhook-shop';

let given: WebhookShop;
beforeAll(async () => {
  given = await createWebhookShop();
}, 90_000);
afterAll(() => given.close());
afterEach(() => given.reset());

test('what happens to a message is told, signed, without its address', async () => {
  const { system, receiver } = given;
  const { id: webhook, secret } = await given.listen();
  const [id] = await given.sendTo(1);
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
  const { system, receiver } = given;
  const { id: webhook, secret } = await given.listen();
  await receiver.down();
  const ids = await given.sendTo(12);
  await system.final(ids);
  await given.deliver(ids);
  await given.logUntil(webhook, (items) => items.length === 24 && items.some(({ attempts }) => attempts > 0));
  await sleep(4_000);
  await receiver.up();
  await receiver.until(() => receiver.taken.length >= 24);
  for (const id of ids) expect(told(receiver.taken, id)).toEqual(['message.sent', 'message.delivered']);
  for (const event of receiver.taken) verify(secret, event);
  const items = await given.logUntil(webhook, (all) => all.every(({ state }) => state === 'delivered'));
  expect(items).toHaveLength(24);
  expect(items.some(({ attempts }) => attempts > 1)).toBe(true);
});

test('an event that is refused holds back the later ones of its message only, then fails, and is replayed by hand', async () => {
  const { system, shop, receiver } = given;
  const { id: webhook } = await given.listen();
  const [bad, good] = await given.sendTo(2);
  receiver.answer(({ data, type }) => (data['messageId'] === bad && type === 'message.sent' ? 500 : 204));
  await system.final([bad!, good!]);
  await given.deliver([bad!, good!]);
  await receiver.until(() => told(receiver.taken, good).length === 2);
  await receiver.until(() => told(receiver.requests, bad).length > 1);
  expect(told(receiver.taken, bad)).toEqual([]);
  // The answer to a request that is under way would count from where that began.
  while ((await given.log(webhook, '?state=failed')).length === 0) {
    await system.db.knex('webhook_deliveries').where({ subject: bad, state: 'pending' }).update({ tries: 20 });
    await sleep(100);
  }
  await receiver.until(() => told(receiver.taken, bad).length === 1);
  expect(told(receiver.taken, bad)).toEqual(['message.delivered']);
  const [lost] = await given.log(webhook, '?state=failed');
  expect(lost).toMatchObject({
    type: 'message.sent',
    data: { messageId: bad },
    lastAttempt: { status: 500 },
    nextAttemptAt: null,
  });
  receiver.answer(() => 204);
  const { status } = await shop.post(`/v1/webhook-deliveries/${lost?.id}/replay`);
  expect(status).toBe(202);
  await receiver.until(() => told(receiver.taken, bad).length === 2);
  const both = receiver.requests.filter(({ data, type }) => data['messageId'] === bad && type === 'message.sent');
  expect(new Set(both.map(({ id }) => id)).size).toBe(1);
});

test('an event whose retry is an hour away holds back no other message once the endpoint has rested', async () => {
  const { system, receiver } = given;
  const { id: webhook } = await given.listen();
  const [bad] = await given.sendTo(1);
  receiver.answer(({ data }) => (data['messageId'] === bad ? 500 : 204));
  await given.logUntil(webhook, ([item]) => item !== undefined);
  for (;;) {
    const [item] = await given.log(webhook);
    if (Date.parse(item?.nextAttemptAt ?? '') > Date.now() + 600_000) break;
    await system.db.knex('webhook_deliveries').where({ subject: bad, state: 'pending' }).update({ tries: 19 });
    await sleep(50);
  }
  const [good] = await given.sendTo(1);
  await receiver.until(() => told(receiver.taken, good).length === 1);
  expect(told(receiver.taken, bad)).toEqual([]);
});

describe('a webhook that is changed while a round is under way', () => {
  /** Lets 30 events wait for one round; `change` is made while the first ten of them wait for their answers, which is that `status`. */
  async function changeDuring(change: (webhook: string) => Promise<unknown>, status: number) {
    const { system, shop, receiver } = given;
    const { id: webhook } = await given.listen();
    let beginRound = (): void => undefined;
    let changing: Promise<unknown> | undefined;
    receiver.answer(({ type }) => (_req, res) => {
      if (type === 'webhook.test') beginRound = () => void res.writeHead(204).end();
      else void (changing ??= change(webhook)).then(() => res.writeHead(status).end());
    });
    await shop.post(`/v1/webhooks/${webhook}/test`);
    await receiver.until(() => receiver.requests.length === 1);
    await system.final(await given.sendTo(30));
    await given.logUntil(webhook, (items) => items.length === 31);
    beginRound();
    return webhook;
  }

  test('goes on at its new URL, which the answers of the old one do not disable', async () => {
    const { shop, receiver } = given;
    const second = await startWebhookReceiver();
    try {
      const move = (id: string) => shop.call('patch', `/v1/webhooks/${id}`, { url: second.url() });
      const webhook = await changeDuring(move, 410);
      await second.until(() => second.taken.length === 30);
      expect(new Set(second.taken.map(({ id }) => id)).size).toBe(30);
      expect(receiver.requests).toHaveLength(11);
      const { body } = await shop.get(`/v1/webhooks/${webhook}`);
      expect(body).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
    } finally {
      await second.close();
    }
  });

  test('gets nothing more after it was disabled', async () => {
    const { system, shop, receiver } = given;
    const disable = (id: string) => shop.call('patch', `/v1/webhooks/${id}`, { enabled: false });
    const webhook = await changeDuring(disable, 204);
    const { connection, namespace } = system.temporal;
    await new TemporalClient({ connection, namespace }).workflow.getHandle(`webhooks/${webhook}`).result();
    expect(receiver.requests).toHaveLength(11);
  });
});

test('what waits for a webhook that is gone is discarded', async () => {
  const { deps, app } = given.system;
  const { webhookEvents, webhookDeliveries } = deps.database.stores;
  const gone = newId('whe');
  const id = await webhookEvents.addTest(app.id, gone);
  await deps.gateway.webhooks.tell(gone, { urgent: false });
  while ((await webhookDeliveries.get(id))?.state !== 'discarded') await sleep(50);
  expect(await webhookDeliveries.nextDueAt(gone)).toBeUndefined();
});

test('an endpoint that answers 410 is disabled at once; enabled again, it gets what was discarded when asked for', async () => {
  const { system, shop, receiver } = given;
  const { id: webhook } = await given.listen();
  const from = new Date(Date.now() - 60_000).toISOString();
  receiver.answer(() => 410);
  const ids = await given.sendTo(3);
  await system.final(ids);
  await receiver.until(() => receiver.requests.length > 0);
  await given.logUntil(webhook, (items) => items.length === 3 && items.every(({ state }) => state === 'discarded'));
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
  const { system, shop, receiver } = given;
  const { id: webhook } = await given.listen();
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
  const { system, shop, receiver } = given;
  const { id: webhook, secret: old } = await given.listen();
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
  const { system, receiver } = given;
  const { id: webhook } = await given.listen({ events: ['message.delivered'] });
  receiver.answer(() => (_req, res) => {
    res.writeHead(302, { location: receiver.url('/elsewhere') }).end(`see j@example.com ${'x'.repeat(100_000)}`);
  });
  const ids = await given.sendTo(1);
  await system.final(ids);
  await given.deliver(ids);
  const [item, ...more] = await given.logUntil(webhook, (items) => items.some(({ attempts }) => attempts > 0));
  expect(more).toEqual([]);
  expect(item).toMatchObject({ type: 'message.delivered', state: 'pending', lastAttempt: { status: 302 } });
  expect(item?.lastAttempt?.words).toMatch(/^a redirect, which is not followed/);
  expect(item?.lastAttempt?.words).toContain('j***@example.com');
  expect(item?.lastAttempt?.words.length).toBeLessThanOrEqual(300);
});
