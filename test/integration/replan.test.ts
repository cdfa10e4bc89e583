import { createLogger } from '../../config/logger';
import { newId, type AccountId, type DispatchId, type MessageId } from '../../domain/ids';
import { defaultRules, type FlowRule } from '../../domain/rules';
import { createReplan } from '../../workers/replan';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
let accountId: AccountId;
let flow: FlowRule;
let woken: DispatchId[];
let replan: () => Promise<void>;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  accountId = await db.database.stores.accounts.create({
    name: newId('acc'),
    channel: 'email',
    provider: 'smtp',
    config: {},
    secrets: {},
    rate: { messages: 10, perSeconds: 1 },
  });
  flow = { accounts: {}, channels: {}, apps: {} };
  woken = [];
  replan = createReplan({
    stores: db.database.stores,
    rules: { current: () => ({ ...defaultRules({ region: 'CN', timezone: 'UTC' }), flow }) },
    wake: (ids) => {
      woken.push(...ids);
      return Promise.resolve();
    },
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  await replan();
});

interface Waits {
  readonly limit?: string;
  readonly reason?: string;
  readonly appName?: string;
}

/** Messages that wait for another 1,000 s, of an app of their own. */
async function wait(count: number, { limit = accountId, reason = 'rate_limited' }: Waits = {}) {
  const { id: appId } = await db.database.stores.apps.create(newId('app'));
  const dispatchId = newDispatchId();
  const dueAt = new Date(Date.now() + 1_000_000);
  const columns = { status: 'deferred', reason, due_at: dueAt, detail: JSON.stringify({ limit, place: 1 }) };
  const ids = await seedMessages(db, count, { appId, dispatchId, columns });
  return { appId, dispatchId, ids };
}

/** For how many more seconds they wait, each value once. */
async function seconds(ids: readonly MessageId[]): Promise<number[]> {
  const messages = await Promise.all(ids.map((id) => db.database.stores.messages.get(id)));
  const left = messages.map((message) => Math.round((message!.dueAt!.getTime() - Date.now()) / 10_000) * 10);
  return [...new Set(left)];
}

test('nothing happens while no rate changes, nor when one is lowered', async () => {
  const { ids } = await wait(2);
  await replan();
  await db.database.stores.accounts.update(accountId, { rate: { messages: 1, perSeconds: 1 } });
  await replan();
  expect(await seconds(ids)).toEqual([1000]);
  expect(woken).toEqual([]);
});

test('an account that takes twice as much: its messages wait half as long, and their dispatches are woken once', async () => {
  const [mine, others, quiet] = [
    await wait(3),
    await wait(1, { limit: 'acc_other' }),
    await wait(1, { reason: 'quiet_hours' }),
  ];
  await db.database.stores.accounts.update(accountId, { rate: { messages: 40, perSeconds: 2 } });
  await replan();
  await replan();
  expect(await seconds(mine.ids)).toEqual([500]);
  expect(await seconds([...others.ids, ...quiet.ids])).toEqual([1000]);
  expect(woken).toEqual([mine.dispatchId]);
});

test('a rate that is lifted, by the account or by a rule: they are due now', async () => {
  const byAccount = await wait(1);
  await db.database.stores.accounts.update(accountId, { rate: null });
  await replan();
  expect(await seconds(byAccount.ids)).toEqual([0]);
  await db.database.stores.accounts.update(accountId, { rate: { messages: 1, perSeconds: 60 } });
  await replan();
  const byRule = await wait(1);
  flow = { ...flow, accounts: { [accountId]: null } };
  await replan();
  expect(await seconds(byRule.ids)).toEqual([0]);
});

test('rules for apps and channels: what waits for them comes sooner', async () => {
  const [email, own] = [await wait(1, { limit: 'email' }), await wait(1)];
  const app = await wait(1);
  await db
    .knex('messages')
    .whereIn('id', app.ids)
    .update({ detail: JSON.stringify({ limit: app.appId }) });
  flow = {
    ...flow,
    channels: { email: { messages: 1, perSeconds: 10 } },
    apps: { [app.appId]: { messages: 1, perSeconds: 1 } },
  };
  await replan();
  flow = {
    ...flow,
    channels: { email: { messages: 1, perSeconds: 1 } },
    apps: { [app.appId]: { messages: 5, perSeconds: 1 } },
  };
  await replan();
  expect(await seconds(email.ids)).toEqual([100]);
  expect(await seconds(app.ids)).toEqual([200]);
  expect(await seconds(own.ids)).toEqual([1000]);
});

test('thousands of messages are gone through slice by slice, none left out', async () => {
  const { ids, dispatchId } = await wait(2_500);
  await db.database.stores.accounts.update(accountId, { rate: null });
  await replan();
  const [{ n }] = (await db
    .knex('messages')
    .whereIn('id', ids)
    .where('due_at', '<=', new Date())
    .count({ n: '*' })) as [{ n: number }];
  expect(n).toBe(2_500);
  expect(woken).toEqual([dispatchId]);
});

test('a message that has ended meanwhile is left alone, and its wait too', async () => {
  const { ids } = await wait(1);
  await db.database.stores.delivery.apply([{ id: ids[0]!, event: 'expire', reason: 'expired' }]);
  await db.database.stores.accounts.update(accountId, { rate: null });
  await replan();
  expect(await db.database.stores.messages.get(ids[0]!)).toMatchObject({ status: 'expired' });
  expect(woken).toEqual([]);
});
