import { request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { startServer } from '../../api/start-server';
import { createRequestLimiter, type RequestLimiter } from '../../limits/request-limiter';
import { createRedis } from '../../redis/create-redis';
import type { RedisKeys } from '../../redis/keys';
import { entriesOf } from '../support/audited';
import { createOwnRedis } from '../support/own-redis';
import { createUser, signInAs } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

let one: TestRedis;
let two: TestRedis;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  one = await connectTestRedis();
  two = await connectTestRedis();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => {
  one.close();
  two.close();
});

const limiterOf = ({ redis }: TestRedis, keys: RedisKeys, perSecond: number, burst = 0): RequestLimiter =>
  createRequestLimiter({ redis, keys, perSecond, burst });
async function allowed(limiters: readonly RequestLimiter[], times: number, key = 'key_a'): Promise<number> {
  const verdicts = await Promise.all(
    Array.from({ length: times }, async (_, i) => (limiters[i % limiters.length] as RequestLimiter).take(key)),
  );
  expect(verdicts.every(({ checked }) => checked)).toBe(true);
  return verdicts.filter((verdict) => verdict.allowed).length;
}
/** Resolves at the beginning of a new window, so that a test does not run across its end. */
const newWindow = (): Promise<void> => pause(1_100);

describe('the limiter', () => {
  test('allows what its rate says, however many ask at once, and as much again in the next window', async () => {
    const limiter = limiterOf(one, one.newKeys(), 40);
    expect(await allowed([limiter], 100)).toBe(40);
    await newWindow();
    expect(await allowed([limiter], 100)).toBe(40);
  });

  test('allows a burst beyond the rate once in ten seconds', async () => {
    const limiter = limiterOf(one, one.newKeys(), 20, 30);
    expect(await allowed([limiter], 100)).toBe(50);
    await newWindow();
    expect(await allowed([limiter], 100)).toBe(20);
  });

  test('counts over processes, and each key for itself', async () => {
    const keys = one.newKeys();
    const limiters = [limiterOf(one, keys, 60), limiterOf(two, keys, 60)];
    expect(await allowed(limiters, 200)).toBe(60);
    expect(await allowed(limiters, 200, 'key_b')).toBe(60);
  });

  test('most requests are answered without a call', async () => {
    const limiter = limiterOf(one, one.newKeys(), 200);
    let calls = 0;
    for (let i = 0; i < 100; i++) {
      const verdict = limiter.take('key_a');
      if (verdict instanceof Promise) calls++;
      await verdict;
    }
    // One window has ten calls for these; the test may run across the ends of windows on a slow machine.
    expect(calls).toBeGreaterThanOrEqual(10);
    expect(calls).toBeLessThan(50);
  });

  test('what is left falls with each request', async () => {
    const limiter = limiterOf(one, one.newKeys(), 100);
    const [first, second] = [await limiter.take('k'), await limiter.take('k')];
    expect(first.quotas).toEqual([{ name: 'rate', remaining: 99, resetMs: expect.any(Number) }]);
    expect(second.quotas[0]?.remaining).toBe(98);
  });

  test('while Redis is away everything passes uncounted, and its limits hold again once it is back', async () => {
    const own = await createOwnRedis();
    closers.push(() => own.remove());
    await own.start();
    const redis = await createRedis({ url: own.url, log: { warn: () => undefined, info: () => undefined } });
    closers.push(async () => {
      redis.disconnect();
    });
    const limiter = createRequestLimiter({ redis, keys: one.newKeys(), perSecond: 5, burst: 0 });
    expect(await allowed([limiter], 20)).toBe(5);
    await own.kill();
    await newWindow();
    const verdicts = await Promise.all(Array.from({ length: 20 }, async () => limiter.take('key_a')));
    expect(verdicts.every((verdict) => verdict.allowed && !verdict.checked)).toBe(true);
    await own.start();
    for (;;) {
      const { checked } = await limiter.take('key_b');
      if (checked) break;
      await pause(100);
    }
    expect(await allowed([limiter], 20)).toBe(5);
  });
});

describe('the API', () => {
  async function limitedApi(perSecond: number, burst = 0): Promise<TestApi> {
    const requestLimiter = limiterOf(one, one.newKeys(), perSecond, burst);
    const api = await createTestApi({ deps: { requestLimiter } });
    closers.push(() => api.close());
    return api;
  }
  const many = (api: TestApi, times: number) =>
    Promise.all(Array.from({ length: times }, () => api.shop.get('/v1/templates')));

  test('tells policy and quota with every answer, and refuses what is beyond with Retry-After', async () => {
    const api = await limitedApi(3, 2);
    const answers = await many(api, 12);
    const passed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(passed.length + refused.length).toBe(12);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of answers) {
      expect(answer.get('RateLimit-Policy')).toBe('"rate";q=3;w=1, "burst";q=2;w=10');
      expect(answer.get('RateLimit')).toMatch(/^"rate";r=\d+;t=1(, "burst";r=\d+;t=\d+)?$/);
    }
    const [first] = refused;
    expect(first?.body).toMatchObject({ code: 'rate_limited', status: 429, type: '/problems/rate_limited' });
    expect(first?.get('Retry-After')).toBe('1');
    expect(first?.get('RateLimit')).toContain('"rate";r=0;t=1');
    const { text } = await request(api.app).get('/metrics');
    expect(text).toContain(`luminate_request_limits_total{result="refused"} ${refused.length}`);
  });

  test('what is refused counts, too, and the same refusal is put down five times', async () => {
    const api = await limitedApi(10);
    const viewer = await signInAs(api, await createUser(api, 'viewer'));
    const [answers, entries] = await entriesOf(api, () =>
      Promise.all(Array.from({ length: 60 }, () => api.shop.post('/v1/apps', { name: 'mine' }))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403, 429]));
    for (const answer of answers) {
      expect(answer.get('RateLimit-Policy')).toBe('"rate";q=10;w=1');
      expect(answer.get('RateLimit')).toMatch(/^"rate";r=\d+;t=1$/);
    }
    const refused = { action: 'app.create', refusedAs: 'forbidden', actor: { kind: 'key' } };
    expect(entries).toMatchObject(Array(5).fill(refused));
    // Another refusal has a count of its own, and so has another caller.
    const [, others] = await entriesOf(api, async () => {
      await newWindow();
      await api.shop.post('/v1/templates', {});
      const forged = await viewer.call('post', '/v1/apps', {}, { 'X-CSRF-Token': 'forged' });
      expect([forged.status, forged.get('RateLimit')]).toEqual([403, '"rate";r=9;t=1']);
      await viewer.call('post', '/v1/apps', {});
    });
    expect(others.map(({ action, refusedAs }) => [action, refusedAs])).toEqual([
      ['template.create', 'forbidden'],
      ['app.create', 'csrf_failed'],
      ['app.create', 'forbidden'],
    ]);
  });

  test('another key has a quota of its own', async () => {
    const api = await limitedApi(2);
    const answers = await many(api, 10);
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect((await api.admin.get('/v1/templates')).status).toBe(200);
  });

  test('programs that have LUMINATE_COMPAT_KEY by where they are do not use up each other’s requests', async () => {
    const first = await limitedApi(2);
    const config = { ...first.deps.config, LUMINATE_COMPAT_KEY: first.shop.key };
    const api = await createTestApi({ db: first.db, deps: { ...first.deps, config } });
    const server = await startServer(api.app, '0.0.0.0', 0);
    closers.push(() => api.close(), server.close);
    const statusFrom = (localAddress: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const { port } = new URL(server.url);
        const sent = httpRequest({ port, host: '127.0.0.1', localAddress, path: '/luminate/list' }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.on('error', reject).end();
      });
    const loop = await Promise.all(Array.from({ length: 10 }, () => statusFrom('127.0.0.1')));
    expect(loop).toContain(429);
    expect(await statusFrom('127.0.0.2')).toBe(200);
  });

  test('a revoked key that goes on asking does not cost a query each time', async () => {
    const api = await limitedApi(100);
    const { body: key } = await api.admin.post(`/v1/apps/${api.shop.appId}/keys`, { role: 'app', name: 'old' });
    expect((await api.admin.call('delete', `/v1/keys/${key.id}`)).status).toBe(204);
    const find = jest.spyOn(api.db.database.stores.apps, 'findKey');
    const ask = () => request(api.app).get('/v1/templates').set('Authorization', `Bearer ${key.key}`);
    for (let i = 0; i < 50; i++) expect((await ask()).status).toBe(401);
    expect(find.mock.calls.filter(([text]) => text === key.key).length).toBeLessThan(25);
    find.mockRestore();
  });

  test('health, metrics, documentation and webhooks are not limited', async () => {
    const api = await limitedApi(1);
    for (let i = 0; i < 3; i++) {
      for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']) {
        const { status, headers } = await request(api.app).get(path);
        expect([path, status, headers['ratelimit-policy']]).toEqual([path, 200, undefined]);
      }
      const webhook = await request(api.app).post('/webhooks/twilio/acc_nobody').type('form').send('a=b');
      expect([webhook.status === 429, webhook.get('RateLimit-Policy')]).toEqual([false, undefined]);
    }
  });

  test('uploads and downloads are limited, too', async () => {
    const api = await limitedApi(1);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        request(api.app).get('/v1/suppressions/export').set('Authorization', `Bearer ${api.admin.key}`),
      ),
    );
    expect(answers.map(({ status }) => status)).toContain(429);
  });

  test('without Redis requests pass, and a metric tells how many', async () => {
    const redis = await createRedis({
      url: 'redis://127.0.0.1:1',
      log: { warn: () => undefined, info: () => undefined },
    });
    closers.push(async () => {
      redis.disconnect();
    });
    const requestLimiter = createRequestLimiter({ redis, keys: one.newKeys(), perSecond: 1, burst: 0 });
    const api = await createTestApi({ deps: { requestLimiter } });
    closers.push(() => api.close());
    expect((await many(api, 5)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const { text } = await request(api.app).get('/metrics');
    expect(text).toContain('luminate_request_limits_total{result="unchecked"} 5');
  });
});
