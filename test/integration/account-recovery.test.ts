import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createLogger } from '../../config/logger';
import { rampTime } from '../../domain/account-health';
import { newId, type AccountId, type AppId, type DispatchId, type MessageId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import { defaultRules } from '../../domain/rules';
import { createCircuitBreaker, type CircuitBreaker } from '../../limits/circuit-breaker';
import { createAccountRecovery, type AccountRecovery } from '../../workers/account-recovery';
import { createRelayMetrics } from '../../workers/relay-metrics';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const rules = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });
const RAMP_MS = rules.breaker.rampSeconds * 1000;
/** Workers know an account's state within a second: what is brought forward is due a little later. */
const SOON_MS = 1_500;
const FAR = new Date(Date.now() + 3600_000);

let db: TestDatabase;
let server: TestRedis;
let breaker: CircuitBreaker;
let registry: Registry;
let appId: AppId;
let accountId: AccountId;
beforeAll(async () => {
  [db, server] = await Promise.all([createTestDatabase(), connectTestRedis()]);
});
afterAll(async () => {
  server.close();
  await db.drop();
});
beforeEach(async () => {
  breaker = createCircuitBreaker(server.redis, server.newKeys());
  registry = new Registry();
  await db.knex('messages').delete();
  appId = (await db.database.stores.apps.create(newId('app'))).id;
  accountId = await db.database.stores.accounts.create({
    name: newId('acc'),
    channel: 'email',
    provider: 'smtp',
    config: {},
    secrets: {},
    rate: null,
  });
  for (const lane of ['email.notice', 'email.verification'] as const) {
    await db.database.stores.routes.set(lane, [{ accountId, weight: 1 }]);
  }
});

const stores = () => db.database.stores;
const subject = async () => (await stores().accounts.get(accountId))!;

function recovery(wake: (ids: readonly DispatchId[]) => Promise<void> = async () => undefined): AccountRecovery {
  const log = createLogger({ name: 'test', level: 'silent' });
  const metrics = createRelayMetrics(new Registry());
  return createAccountRecovery({ stores: stores(), breaker, rules: { current: () => rules }, wake, metrics, log });
}

async function waiting(count: number, lane: Lane = 'email.notice', columns = {}): Promise<MessageId[]> {
  const wait = { status: 'deferred', reason: 'provider_down', due_at: FAR, ...columns };
  const ids: MessageId[] = [];
  for (let n = 0; n < count; n += 400) {
    const some = Math.min(400, count - n);
    ids.push(...(await seedMessages(db, some, { appId, lane, dispatchId: newDispatchId(), columns: wait })));
  }
  return ids;
}
const dueOf = async (ids: readonly MessageId[]): Promise<Map<MessageId, number>> => {
  const rows: { id: MessageId; due_at: Date }[] = await db.knex('messages').whereIn('id', ids).select('id', 'due_at');
  return new Map(rows.map(({ id, due_at: dueAt }) => [id, dueAt.getTime()]));
};

let answered = 0;
const answer = async (kind: 'good' | 'bad' | 'broken', ticket = `m${++answered}:1`): Promise<void> => {
  const { revision } = await subject();
  const at = Date.now();
  const one = { ticket, kind, revision, startedAt: at, endedAt: at, words: '421' };
  await breaker.report(await subject(), rules.breaker, [one], at);
};
/** Opens it so that its probe is due, and lets that be answered well. */
async function openAndComeBack(): Promise<void> {
  const past = Date.now() - 400_000;
  const { revision } = await subject();
  const broken = { ticket: 'x:1', kind: 'broken', revision, startedAt: past, endedAt: past, words: '535' } as const;
  await breaker.report(await subject(), rules.breaker, [broken], past);
  await breaker.claimProbe(await subject(), ['p:1'], 0, Date.now());
  await answer('good', 'p:1');
}

test('while every account of the lane is down nothing changes; when one comes back, each message gets its place in the ramp', async () => {
  const ids = await waiting(1_200);
  const woken: DispatchId[] = [];
  const { look } = recovery(async (some) => void woken.push(...some));
  await answer('broken');
  await look();
  expect(new Set((await dueOf(ids)).values())).toEqual(new Set([FAR.getTime()]));

  await stores().accounts.setOverride(accountId, { mode: 'auto', note: null, author: 'key_1' });
  await openAndComeBack();
  const back = Date.now();
  const { since } = (await breaker.read([await subject()], rules.breaker, back))[0]!;
  await look();
  const due = await dueOf(ids);
  for (const [id, at] of due) {
    const place = rampTime(id, accountId, since, RAMP_MS);
    expect(at).toBeGreaterThanOrEqual(place);
    if (place > back + 5_000) expect(at).toBe(place);
  }
  const dispatches = await db.knex('messages').whereIn('id', ids).distinct('dispatch_id').pluck('dispatch_id');
  expect(new Set(woken)).toEqual(new Set(dispatches));
  await look();
  expect(await dueOf(ids)).toEqual(due);
});

test('another process that looks plans the same, and nobody is put off', async () => {
  const ids = await waiting(600);
  const sooner = (await waiting(1, 'email.notice', { due_at: new Date(Date.now() - 5_000) }))[0]!;
  const before = (await dueOf([sooner])).get(sooner);
  await openAndComeBack();
  await Promise.all([recovery().look(), recovery().look(), recovery().look()]);
  const due = await dueOf(ids);
  expect(Math.max(...due.values())).toBeLessThanOrEqual(Date.now() + RAMP_MS + SOON_MS);
  expect((await dueOf([sooner])).get(sooner)).toBe(before);
});

test("when an operator's word puts it back at once, what waits comes in slices, the oldest first", async () => {
  const author = 'key_1';
  const ids = await waiting(1_200);
  const { look } = recovery();
  await stores().accounts.setOverride(accountId, { mode: 'open', note: 'maintenance', author });
  await look();
  expect((await dueOf(ids)).get(ids[0]!)).toBe(FAR.getTime());
  await stores().accounts.setOverride(accountId, { mode: 'closed', note: null, author });
  await look();
  const due = await dueOf(ids);
  const first = due.get(ids[0]!)!;
  expect(ids.map((id) => due.get(id)! - first)).toEqual(ids.map((_, i) => Math.floor(i / 500) * 1_000));
});

test('an account that was out of use only between two looks lets what waited go on all the same', async () => {
  const { look } = recovery();
  await look();
  const ids = await waiting(3);
  await look();
  expect((await dueOf(ids)).get(ids[0]!)).toBe(FAR.getTime());
  await stores().accounts.setOverride(accountId, { mode: 'open', note: null, author: 'key_1' });
  await stores().accounts.setOverride(accountId, { mode: 'auto', note: null, author: 'key_1' });
  await look();
  expect(Math.max(...(await dueOf(ids)).values())).toBeLessThanOrEqual(Date.now() + SOON_MS);
});

test('what a worker that did not know it yet has put off meanwhile is brought forward by a second pass', async () => {
  const { look } = recovery();
  await look();
  const ids = await waiting(3);
  while ((await dueOf(ids)).get(ids[0]!) === FAR.getTime()) {
    await sleep(200);
    await look();
  }
  const again = await waiting(3);
  await sleep(3_500);
  await look();
  expect(new Set((await dueOf(again)).values())).toEqual(new Set([FAR.getTime()]));
});

test('verification codes do not wait for the ramp', async () => {
  const ids = await waiting(50, 'email.verification');
  await openAndComeBack();
  await recovery().look();
  expect(Math.max(...(await dueOf(ids)).values())).toBeLessThanOrEqual(Date.now() + SOON_MS);
});

test('messages that wait for another reason, or of another lane, are left alone', async () => {
  const limited = await waiting(3, 'email.notice', { reason: 'rate_limited' });
  const other = await waiting(3, 'email.marketing');
  const sending = await waiting(3, 'email.notice', { status: 'sending' });
  await recovery().look();
  expect(new Set((await dueOf([...limited, ...other, ...sending])).values())).toEqual(new Set([FAR.getTime()]));
});

test('while Temporal is away the waking is tried again, and none is forgotten', async () => {
  const ids = await waiting(1_200);
  const woken = new Set<DispatchId>();
  let away = true;
  const { look } = recovery(async (some) => {
    if (away) throw new Error('14 UNAVAILABLE');
    for (const id of some) woken.add(id);
  });
  await look();
  expect(woken.size).toBe(0);
  away = false;
  await look();
  const dispatches = await db.knex('messages').whereIn('id', ids).distinct('dispatch_id').pluck('dispatch_id');
  expect(woken).toEqual(new Set(dispatches));
});

test('a probe that was answered well takes back that the account is parked; a later word of the provider stays', async () => {
  await stores().accounts.park(accountId, '535 no');
  await db
    .knex('accounts')
    .where({ id: accountId })
    .update({ parked_at: new Date(Date.now() - 400_000) });
  await openAndComeBack();
  await recovery().look();
  expect((await subject()).parked).toBeNull();
  await stores().accounts.park(accountId, '535 again');
  await recovery().look();
  expect((await subject()).parked).toMatchObject({ reason: '535 again' });
});

test('the metric tells the state of every account, by its id', async () => {
  const log = createLogger({ name: 'test', level: 'silent' });
  const metrics = createRelayMetrics(registry);
  const wake = async (): Promise<void> => undefined;
  const { look } = createAccountRecovery({
    stores: stores(),
    breaker,
    rules: { current: () => rules },
    wake,
    metrics,
    log,
  });
  const stateOf = async (): Promise<string | undefined> => {
    await look();
    const { values } = (await registry.getSingleMetric('luminate_account_state')?.get())!;
    const mine = values.filter(({ labels }) => labels['account'] === accountId);
    expect(mine).toHaveLength(5);
    return mine.find(({ value }) => value === 1)?.labels['state'] as string | undefined;
  };
  expect(await stateOf()).toBe('closed');
  await answer('broken');
  expect(await stateOf()).toBe('open');
});
