import { createStatisticsSteps } from '../../activities/maintenance/compute-statistics';
import { newId, type AppId } from '../../domain/ids';
import { writeMessages, type PlainMessage } from '../support/random-messages';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const plain = (more: Partial<PlainMessage>): PlainMessage => ({
  ...{ id: newId('msg'), at: Date.now(), appId: api.shop.appId as AppId, templateId: 1, lane: 'email.notice' },
  ...{ accountId: null, runId: null, status: 'sent', handedAfterMs: 100, changedAfterMs: 0, segments: null },
  ...more,
});

test('costs are exact sums by currency at the prices of accounts; what has no price is told', async () => {
  const price = { amount: '0.00010001', currency: 'EUR' };
  const accounts = api.db.database.stores.accounts;
  const common = { channel: 'email', provider: 'smtp', config: {}, secrets: {}, rate: null } as const;
  const euro = await accounts.create({ ...common, name: 'euro', price });
  const dollar = await accounts.create({ ...common, name: 'dollar', price: { amount: '0.1', currency: 'USD' } });
  const free = await accounts.create({ ...common, name: 'free' });
  expect((await accounts.get(euro))?.price).toEqual(price);
  await accounts.update(dollar, { price: { amount: '0.20', currency: 'USD' } });
  await accounts.update(dollar, { name: 'dollars' });
  await writeMessages(api.db, [
    ...[euro, euro, euro, dollar, free].map((accountId) => plain({ accountId })),
    plain({ accountId: euro, status: 'failed' }),
    plain({ accountId: dollar, lane: 'sms.notice', segments: 3 }),
  ]);
  const step = createStatisticsSteps({ store: api.db.database.stores.statistics, since: new Date(0) });
  while (!(await step()).done);
  const { items, totals } = (await api.shop.get('/v1/statistics?by=account')).body as {
    items: { account?: { id: string } }[];
    totals: unknown;
  };
  const costs = new Map(items.map((item) => [item.account?.id, item]));
  expect(costs.get(euro)).toMatchObject({ cost: [{ amount: '0.00030003', currency: 'EUR' }], unpriced: 0 });
  expect(costs.get(dollar)).toMatchObject({ cost: [{ amount: '0.8', currency: 'USD' }], smsSegments: 3 });
  expect(costs.get(free)).toMatchObject({ cost: [], unpriced: 1 });
  expect(totals).toMatchObject({
    cost: [
      { amount: '0.00030003', currency: 'EUR' },
      { amount: '0.8', currency: 'USD' },
    ],
    unpriced: 1,
  });
});

test('the price of an account is set, changed and taken away by its API', async () => {
  const body = { provider: 'smtp', config: { host: 'mail.example.com', from: 'a@example.com' }, secrets: {} };
  const made = await api.admin.post('/v1/accounts', { ...body, name: 'p', price: { amount: '1.50', currency: 'EUR' } });
  const { id, price } = made.body as { id: string; price: unknown };
  expect(price).toEqual({ amount: '1.5', currency: 'EUR' });
  const changed = await api.admin.call('patch', `/v1/accounts/${id}`, { price: null });
  expect(changed.body).toMatchObject({ price: null });
  for (const wrong of [{ amount: '-1', currency: 'EUR' }, { amount: '1', currency: 'euro' }, { amount: '1' }]) {
    expect((await api.admin.call('patch', `/v1/accounts/${id}`, { price: wrong })).status).toBe(422);
  }
});
