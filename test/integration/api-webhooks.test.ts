import { setTimeout as sleep } from 'node:timers/promises';
import { createPostWebhook } from '../../channels/webhooks/post-webhook';
import { createWebhookNetwork } from '../../channels/webhooks/webhook-network';
import { createSystemApi } from '../support/system-api';
import { createWebhookShop, type WebhookShop } from '../support/webhook-shop';

let given: WebhookShop;
beforeAll(async () => {
  given = await createWebhookShop();
}, 90_000);
afterAll(() => given.close());
afterEach(() => given.reset());

describe('the private network', () => {
  const leads = async () => [{ address: '127.0.0.1', family: 4 }];
  const network = createWebhookNetwork({ resolve: leads });

  test('is refused at creation and at a change', async () => {
    const { system, shop, receiver } = given;
    const strict = await createSystemApi(system, { checkWebhookUrl: network.check });
    try {
      for (const url of [receiver.url(), 'https://127.0.0.1/', 'https://inside.example/hooks']) {
        const { status, body } = await strict.shop.post('/v1/webhooks', { url });
        expect({ status, errors: body.errors }).toMatchObject({
          status: 422,
          errors: [{ pointer: '/url', code: 'invalid_url' }],
        });
      }
      const { id } = await given.listen();
      const change = { url: 'https://inside.example/hooks' };
      expect((await strict.shop.call('patch', `/v1/webhooks/${id}`, change)).status).toBe(422);
      expect((await shop.get(`/v1/webhooks/${id}`)).body.url).toBe(receiver.url());
    } finally {
      await strict.close();
    }
  });

  test('is not connected to by a name that leads there when it is called', async () => {
    const { receiver } = given;
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

test('names that are slow to be looked up hold no connection to the database', async () => {
  let answer = (): void => undefined;
  const looked = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  const checkWebhookUrl = async () => {
    asked++;
    await looked;
    return undefined;
  };
  const slow = await createSystemApi(given.system, { checkWebhookUrl });
  try {
    // The pool has ten connections.
    const posts = Array.from({ length: 12 }, () => slow.shop.post('/v1/webhooks', { url: 'https://shop.example/' }));
    for (let looks = 0; asked < posts.length && looks < 400; looks++) await sleep(20);
    expect(asked).toBe(posts.length);
    expect((await slow.shop.get('/v1/webhooks')).body.items).toEqual([]);
    answer();
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual(posts.map(() => 201));
  } finally {
    answer();
    await slow.close();
  }
});

test('another URL begins anew to count failures, the same one does not', async () => {
  const { system, shop, receiver } = given;
  const { id } = await given.listen();
  const since = new Date(Date.now() - 86_400_000);
  await system.db.knex('webhook_endpoints').where({ id }).update({ failing_since: since });
  const { body } = await shop.call('patch', `/v1/webhooks/${id}`, { url: receiver.url() });
  expect(body).toMatchObject({ failingSince: since.toISOString() });
  const moved = await shop.call('patch', `/v1/webhooks/${id}`, { url: receiver.url('/moved') });
  expect(moved.body).toMatchObject({ failingSince: null });
});

test('a delivery is not replayed to a webhook that is being deleted', async () => {
  const { system, shop } = given;
  const { id } = await given.listen();
  await shop.post(`/v1/webhooks/${id}/test`);
  const [item] = await given.logUntil(id, ([first]) => first?.state === 'delivered');
  const trx = await system.db.knex.transaction();
  try {
    await trx('webhook_endpoints').where({ id }).delete();
    const replaying = shop.post(`/v1/webhook-deliveries/${item!.id}/replay`);
    // It has found the webhook by then.
    await sleep(500);
    await trx.commit();
    expect(await replaying).toMatchObject({ status: 404 });
  } finally {
    if (!trx.isCompleted()) await trx.rollback();
  }
  const [row] = await system.db.knex('webhook_deliveries').where({ endpoint_id: id }).select<{ state: string }[]>();
  expect(row).toMatchObject({ state: 'delivered' });
});

test('a receiver that does not answer in time has failed', async () => {
  const { receiver } = given;
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
  const { system, api, shop, receiver } = given;
  const key = { 'Idempotency-Key': 'hook-1' };
  const first = await shop.post('/v1/webhooks', { url: receiver.url() }, key);
  const again = await shop.post('/v1/webhooks', { url: receiver.url() }, key);
  expect(again.body).toEqual({ ...first.body, secret: null });
  const { id } = first.body;
  await shop.post(`/v1/webhooks/${id}/test`);
  const [delivery] = await given.logUntil(id, (items) => items.length === 1);
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
    stranger.post(`/v1/webhook-deliveries/${delivery?.id}/replay`),
  ];
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(Array(8).fill(404));
  expect((await stranger.get('/v1/webhooks')).body.items).toEqual([]);
  expect((await stranger.get(`/v1/webhooks?app=${shop.appId}`)).status).toBe(403);
  expect((await api.admin.get(`/v1/webhooks?app=${shop.appId}`)).body.items).toHaveLength(1);
  const stored = await system.db.knex('webhook_endpoints').where({ id }).first();
  expect(stored.secret).not.toContain(first.body.secret.slice(6, 20));
});

test('pages of endpoints and of the log follow one another', async () => {
  const { shop, receiver } = given;
  const made = [await given.listen(), (await shop.post('/v1/webhooks', { url: receiver.url() })).body];
  const page = (await shop.get('/v1/webhooks?limit=1')).body;
  expect(page.items[0].id).toBe(made[1].id);
  const next = (await shop.get(`/v1/webhooks?limit=1&after=${page.pageInfo.after}`)).body;
  expect(next).toMatchObject({ items: [{ id: made[0]!.id }], pageInfo: { hasMore: false } });
  for (let i = 0; i < 3; i++) await shop.post(`/v1/webhooks/${made[0]!.id}/test`);
  const log = (await shop.get(`/v1/webhooks/${made[0]!.id}/deliveries?limit=2`)).body;
  const rest = (await shop.get(`/v1/webhooks/${made[0]!.id}/deliveries?limit=2&after=${log.pageInfo.after}`)).body;
  expect(new Set([...log.items, ...rest.items].map(({ id }: { id: string }) => id)).size).toBe(3);
  expect((await shop.get('/v1/webhooks?after=msg_1')).status).toBe(422);
});
