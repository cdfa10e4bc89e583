import type { AccountId } from '../../domain/ids';
import type { BreakerAnswer } from '../../limits/circuit-breaker';
import { createCircuitBreaker } from '../../limits/circuit-breaker';
import { createTestApi, type TestApi } from '../support/test-api';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

let server: TestRedis;
let breaker: ReturnType<typeof createCircuitBreaker>;
let away = false;
let api: TestApi;
beforeAll(async () => {
  server = await connectTestRedis();
  breaker = createCircuitBreaker(server.redis, server.newKeys());
  const read: typeof breaker.read = (...args) => (away ? Promise.reject(new Error('away')) : breaker.read(...args));
  api = await createTestApi({ deps: { breaker: { read } } });
});
afterAll(async () => {
  server.close();
  await api.close();
});
beforeEach(() => {
  away = false;
});

let count = 0;
async function account(): Promise<AccountId> {
  const config = { host: '127.0.0.1', port: 1, from: 'no-reply@example.com', connectTimeoutMs: 500 };
  const name = `account ${++count}`;
  return (await api.admin.post('/v1/accounts', { name, provider: 'smtp', config, secrets: {} })).body.id;
}
const stores = () => api.db.database.stores;
async function answers(id: AccountId, n: number, kind: BreakerAnswer['kind'], at = Date.now()): Promise<void> {
  const found = (await stores().accounts.get(id))!;
  const { revision } = found;
  const some = Array.from({ length: n }, (_, i): BreakerAnswer => {
    const ticket = `${kind}${i}:1`;
    return { ticket, kind, revision, startedAt: at, endedAt: at, words: '421 4.3.2 busy' };
  });
  await breaker.report(found, api.deps.rules.current().breaker, some, at);
}
const healthOf = async (id: AccountId) => (await api.admin.get(`/v1/accounts/${id}`)).body.health;
const decide = (id: AccountId, body: object) => api.admin.call('put', `/v1/accounts/${id}/health`, body);

test('a new account is closed, and the list tells the same', async () => {
  const id = await account();
  const expected = {
    state: 'closed',
    since: null,
    until: null,
    because: null,
    attempts: 0,
    failures: 0,
    share: 1,
    override: { mode: 'auto', note: null, author: null, at: null },
  };
  expect(await healthOf(id)).toEqual(expected);
  const { items } = (await api.admin.get('/v1/accounts')).body;
  expect(items.find((item: { id: string }) => item.id === id).health).toEqual(expected);
});

test('what the workers have found out is told with its numbers and its time', async () => {
  const id = await account();
  const at = Date.now();
  await answers(id, 6, 'good', at);
  await answers(id, 14, 'bad', at);
  expect(await healthOf(id)).toMatchObject({
    state: 'open',
    since: new Date(at).toISOString(),
    until: new Date(at + 30_000).toISOString(),
    because: '14 of 20 answers were failures, the last: 421 4.3.2 busy',
    attempts: 20,
    failures: 14,
    share: 0,
  });
});

test('an operator takes an account out of use and keeps it in use, with a note, his key and the time', async () => {
  const id = await account();
  const before = Date.now();
  const open = await decide(id, { override: 'open', note: 'contract ended' });
  expect(open.body.health).toMatchObject({
    state: 'open',
    until: null,
    share: 0,
    because: 'an operator took it out of use: contract ended',
    override: { mode: 'open', note: 'contract ended', author: expect.stringMatching(/^key_/) },
  });
  expect(Date.parse(open.body.health.override.at)).toBeGreaterThanOrEqual(before);
  await answers(id, 20, 'bad');
  const closed = await decide(id, { override: 'closed' });
  expect(closed.body.health).toMatchObject({ state: 'closed', share: 1, override: { mode: 'closed', note: null } });
  expect(closed.body.revision).toBe(1);
});

test('auto leaves it to the breaker again, which begins anew', async () => {
  const id = await account();
  await stores().accounts.park(id, '535 no');
  await answers(id, 20, 'bad');
  await decide(id, { override: 'closed' });
  const { body } = await decide(id, { override: 'auto', note: 'password renewed' });
  expect(body).toMatchObject({
    parked: null,
    revision: 2,
    health: { state: 'closed', attempts: 0, failures: 0, override: { mode: 'auto', note: 'password renewed' } },
  });
});

test('while Redis is away it tells what MySQL knows', async () => {
  const [first, second, third] = [await account(), await account(), await account()];
  await answers(first, 20, 'bad');
  await stores().accounts.park(second, '535 no');
  await decide(third, { override: 'open' });
  away = true;
  expect(await healthOf(first)).toMatchObject({ state: 'closed', share: 1 });
  expect(await healthOf(second)).toMatchObject({ state: 'open', because: 'its provider calls it broken: 535 no' });
  expect(await healthOf(third)).toMatchObject({ state: 'open', because: 'an operator took it out of use' });
});

test('a changed account begins anew', async () => {
  const id = await account();
  await answers(id, 1, 'broken');
  expect(await healthOf(id)).toMatchObject({ state: 'open', because: 'its provider calls it broken: 421 4.3.2 busy' });
  await api.admin.call('patch', `/v1/accounts/${id}`, { secrets: {} });
  expect(await healthOf(id)).toMatchObject({ state: 'closed' });
});

test.each([
  [{}, '/override'],
  [{ override: 'ajar' }, '/override'],
  [{ override: 'open', note: '' }, '/note'],
  [{ override: 'open', note: 'x'.repeat(401) }, '/note'],
  [{ override: 'open', until: 'tomorrow' }, '/until'],
])('%j is refused at its place and changes nothing', async (body, pointer) => {
  const id = await account();
  const { status, body: problem } = await decide(id, body);
  expect([status, problem.errors[0].pointer]).toEqual([422, pointer]);
  expect((await healthOf(id)).override.mode).toBe('auto');
});

test('an account that does not exist is not found, and a key of an app may not decide', async () => {
  expect((await decide('acc_nonsense' as AccountId, { override: 'open' })).status).toBe(404);
  const id = await account();
  expect((await api.shop.call('put', `/v1/accounts/${id}/health`, { override: 'open' })).status).toBe(403);
});
