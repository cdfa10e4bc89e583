import { createAccountDirectory, type AccountDirectory } from '../../activities/account-directory';
import { createDeliveryMetrics } from '../../activities/delivery-metrics';
import { leaveQueues, limitsOfLane, passLimits } from '../../activities/flow-limits';
import { createLogger } from '../../config/logger';
import type { DueMessage } from '../../db/stores/delivery-store';
import { newId, type AccountId, type AppId } from '../../domain/ids';
import { defaultRules, type FlowRule } from '../../domain/rules';
import { createCircuitBreaker } from '../../limits/circuit-breaker';
import { createFlowControl, type FlowControl } from '../../limits/flow-control';
import { createRedisKeys } from '../../redis/keys';
import { Registry } from 'prom-client';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const log = createLogger({ name: 'test', level: 'silent' });
const NONE: FlowRule = { accounts: {}, channels: {}, apps: {} };
const ONE = { messages: 1, perSeconds: 60 };
const TWO = { messages: 2, perSeconds: 60 };
const TEN = { messages: 10, perSeconds: 60 };

let db: TestDatabase;
let server: TestRedis;
let flow: FlowControl;
let directory: AccountDirectory;
let accountId: AccountId;
let appId: AppId;

beforeAll(async () => {
  [db, server] = await Promise.all([createTestDatabase(), connectTestRedis()]);
});
afterAll(async () => {
  server.close();
  await db.drop();
});
beforeEach(async () => {
  flow = createFlowControl(server.redis, server.newKeys());
  const { stores } = db.database;
  accountId = await stores.accounts.create({
    ...{ name: newId('acc'), channel: 'email', provider: 'smtp', config: {}, secrets: {} },
    rate: ONE,
  });
  appId = newId('app');
  for (const lane of ['email.notice', 'email.verification'] as const) {
    await stores.routes.set(lane, [{ accountId, weight: 1 }]);
  }
  directory = newDirectory();
});

function newDirectory(): AccountDirectory {
  return createAccountDirectory({
    stores: db.database.stores,
    breaker: createCircuitBreaker(server.redis, server.newKeys()),
    rules: { current: () => defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' }) },
    openSender: () => {
      throw new Error('no sender is opened here');
    },
    metrics: createDeliveryMetrics(new Registry()),
    log,
  });
}

async function messages(count: number): Promise<DueMessage[]> {
  const dispatchId = newDispatchId();
  await seedMessages(db, count, { appId, dispatchId });
  return db.database.stores.delivery.due(dispatchId, new Date());
}

async function pass(rule: FlowRule, all: readonly DueMessage[], now: number, own = flow) {
  const accounts = await directory.ofLane('email.notice');
  const limitsOf = await limitsOfLane(directory, accounts, { lane: 'email.notice', appId }, rule);
  const items = all.map((message) => ({ message, choice: { accountId, why: 'only account of the route' } }));
  const { go, waits } = await passLimits({ flow: own, log }, limitsOf, items, now);
  return { go: go.map(({ message }) => all.indexOf(message)), waits };
}

/** The message as it is read when it comes back. */
const back = (message: DueMessage, queues: readonly string[]): DueMessage => ({
  ...message,
  status: 'deferred',
  reason: 'rate_limited',
  detail: { queues },
});

test("an account's rate in the rules wins over its own, and null lifts it", async () => {
  const now = Date.now();
  expect((await pass(NONE, await messages(3), now)).go).toEqual([0]);
  expect((await pass({ ...NONE, accounts: { [accountId]: null } }, await messages(3), now)).go).toEqual([0, 1, 2]);
  const wider = { ...NONE, accounts: { [accountId]: { messages: 4, perSeconds: 60 } } };
  expect((await pass(wider, await messages(3), now)).go).toEqual([0, 1]);
});

test('a lane whose accounts also serve codes leaves them a tenth of every limit', async () => {
  const rule = { accounts: { [accountId]: TEN }, channels: { email: TEN }, apps: { [appId]: TEN } };
  expect((await pass(rule, await messages(12), Date.now())).go).toHaveLength(9);
  await db.database.stores.routes.set('email.verification', []);
  directory = newDirectory();
  flow = createFlowControl(server.redis, server.newKeys());
  expect((await pass(rule, await messages(12), Date.now())).go).toHaveLength(10);
});

test('a message has to pass the rates of its app, its channel and its account; what stops it is told', async () => {
  const now = Date.now();
  const rule: FlowRule = {
    accounts: { [accountId]: { messages: 2, perSeconds: 60 } },
    channels: { email: { messages: 4, perSeconds: 60 } },
    apps: { [appId]: { messages: 6, perSeconds: 60 } },
  };
  const { go, waits } = await pass(rule, await messages(8), now);
  expect(go).toEqual([0]);
  expect(waits.map(({ limit: { kind, name } }) => `${kind} ${name}`)).toEqual([
    ...[`app ${appId}`, `app ${appId}`, `app ${appId}`],
    ...['channel email', 'channel email'],
    ...Array.from({ length: 2 }, () => expect.stringMatching(/^account acc_/) as string),
  ]);
  expect(waits.at(-1)).toMatchObject({ queues: [appId, 'email', accountId], answer: { place: 2, queued: 2 } });
});

test('what an earlier limit granted is given back when a later one says no: others use it meanwhile', async () => {
  const now = Date.now();
  const rule = { ...NONE, apps: { [appId]: TWO } };
  await db.database.stores.routes.set('email.verification', []);
  directory = newDirectory();
  const [first, second] = await messages(2);
  const { go, waits } = await pass(rule, [first!, second!], now);
  expect(go).toEqual([0]);
  expect(waits).toMatchObject([{ answer: { at: now + 60_000 } }]);
  const other = { ...rule, accounts: { [accountId]: null } };
  expect((await pass(other, await messages(1), now + 1)).go).toEqual([0]);
  const again = back(second!, waits[0]!.queues);
  expect((await pass(rule, [again], now + 60_000)).go).toEqual([0]);
});

test('a message leaves the queue of a limit that no longer applies to it, and all queues when it ends', async () => {
  const now = Date.now();
  const all = await messages(3);
  const { waits } = await pass({ ...NONE, channels: { email: ONE } }, all, now);
  const [second, third] = [back(all[1]!, waits[0]!.queues), back(all[2]!, waits[1]!.queues)];
  await pass(NONE, [second], now + 1);
  await leaveQueues({ flow, log }, [third]);
  const { waits: next } = await pass({ ...NONE, channels: { email: ONE } }, await messages(1), now + 2);
  expect(next).toMatchObject([{ limit: { kind: 'channel' }, answer: { place: 1, queued: 1 } }]);
});

test('while Redis is away, messages go without flow control, and queues are left alone', async () => {
  const gone = await connectTestRedis();
  gone.close();
  const own = createFlowControl(gone.redis, createRedisKeys());
  const all = await messages(3);
  expect((await pass(NONE, all, Date.now(), own)).go).toEqual([0, 1, 2]);
  await expect(own.leave([back(all[0]!, ['email'])])).rejects.toMatchObject({ name: 'RedisAwayError' });
  await leaveQueues({ flow: own, log }, [back(all[0]!, ['email'])]);
});
