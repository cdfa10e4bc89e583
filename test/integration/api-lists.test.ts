import { createRoutes } from '../../api/create-app';
import { requireApproval } from '../support/approvals';
import { createTestApi, createTemplate, type TestApi } from '../support/test-api';

let api: TestApi;
let webhook: string;
beforeAll(async () => {
  const maintenance = {
    read: async () => undefined,
    start: async () => 'running' as const,
    uiLink: (id: string) => id,
  };
  api = await createTestApi({
    deps: { maintenance, checkWebhookUrl: async () => undefined, tellWebhook: () => undefined },
  });
  webhook = (await api.admin.post('/v1/webhooks', { url: 'https://shop.example/hooks' })).body.id;
  const template = await createTemplate(api.admin, 'hello');
  for (let n = 2; n <= 5; n++) await createTemplate(api.admin, `hello${n}`);
  for (let n = 0; n < 4; n++) {
    await api.admin.post(`/v1/templates/${template}/versions`, { content: { text: `${n} {{ name }}` } });
    const config = { host: '127.0.0.1', port: 1, from: 'no-reply@example.com' };
    await api.admin.post('/v1/accounts', { name: `account ${n}`, provider: 'smtp', config, secrets: {} });
    await api.admin.post('/v1/apps', { name: `app ${n}` });
    await api.admin.post(`/v1/apps/${api.shop.appId}/keys`, { name: `key ${n}` });
    await api.admin.post('/v1/suppressions', { to: `person${n}@example.com` });
    const value = { ...api.deps.rules.current().caps, notice: n + 1 };
    await api.admin.call('put', '/v1/rules/caps', { value });
    const recipients = [{ to: `+861380013800${n}`, variables: { name: 'x' } }];
    await api.admin.post('/v1/sends', { template: 'hello', recipients });
  }
  await requireApproval(api, { templates: true });
  for (let n = 6; n <= 9; n++) await createTemplate(api.admin, `hello${n}`);
});
afterAll(() => api.close());

const address = (path: string): string =>
  path
    .replace('/apps/:id', `/apps/${api.shop.appId}`)
    .replace('/webhooks/:id', `/webhooks/${webhook}`)
    .replace(':template', 'hello')
    .replace(':name', 'caps');
/** Every GET whose answer is a list; statistics are a report. */
const lists = () =>
  createRoutes(api.deps, { require: () => () => undefined, forget: () => undefined }).filter(
    ({ method, path, response }) =>
      method === 'get' &&
      path !== '/v1/statistics' &&
      'items' in ((response as { shape?: Record<string, unknown> } | undefined)?.shape ?? {}),
  );

const PAGED = [
  '/v1/accounts',
  '/v1/approvals',
  '/v1/apps',
  '/v1/apps/:id/keys',
  '/v1/audiences',
  '/v1/audit',
  '/v1/campaigns',
  '/v1/messages',
  '/v1/rules/:name/versions',
  '/v1/runs',
  '/v1/suppressions',
  '/v1/templates',
  '/v1/templates/:template/versions',
  '/v1/webhooks',
  '/v1/webhooks/:id/deliveries',
];
const WHOLE = ['/v1/maintenance', '/v1/routes', '/v1/rules', '/v1/users'];

test('these are the lists, and each has the same envelope', async () => {
  const paths = lists().map(({ path }) => path);
  expect(paths.sort()).toEqual([...PAGED, ...WHOLE].sort());
  for (const path of paths) {
    const { status, body } = await api.admin.get(address(path));
    expect([path, status, Object.keys(body)]).toEqual([path, 200, ['items', 'pageInfo']]);
    expect(Object.keys(body.pageInfo)).toEqual(['after', 'hasMore']);
  }
});

test('every list in pages takes limit and after', () => {
  const paged = lists().filter(({ query }) => query && 'limit' in query.shape && 'after' in query.shape);
  expect(paged.map(({ path }) => path).sort()).toEqual(PAGED);
});

test.each(WHOLE)('%s comes whole, and refuses what it would have to ignore', async (path) => {
  const { status, body } = await api.admin.get(`${path}?limit=1`);
  expect([status, body.errors?.[0]]).toEqual([422, expect.objectContaining({ parameter: 'limit' })]);
});

describe.each(PAGED.filter((path) => !/audiences|campaigns|runs|webhooks/.test(path)))('%s', (path) => {
  test('is read page by page, newest first, as it is read at once', async () => {
    const whole = (await api.admin.get(address(path))).body;
    expect(whole.items.length).toBeGreaterThanOrEqual(4);
    expect(whole.pageInfo.hasMore).toBe(false);
    const pages = [];
    let after = '';
    for (let hasMore = true; hasMore;) {
      const { body } = await api.admin.get(`${address(path)}?limit=3${after}`);
      expect(body.items.length).toBeLessThanOrEqual(3);
      pages.push(...body.items);
      ({ hasMore } = body.pageInfo);
      after = `&after=${encodeURIComponent(body.pageInfo.after)}`;
    }
    expect(pages).toEqual(whole.items);
    const times = whole.items.map((row: Record<string, string>) => row['createdAt'] ?? row['at'] ?? row['requestedAt']);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('refuses a cursor, a limit and a filter that are none', async () => {
    for (const [query, parameter] of [
      ['after=%20x', 'after'],
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['color=red', 'color'],
    ]) {
      const { status, body } = await api.admin.get(`${address(path)}?${query}`);
      expect([query, status, body.errors?.[0].parameter]).toEqual([query, 422, parameter]);
    }
  });
});

describe.each(['/v1/audiences', '/v1/campaigns', '/v1/messages', '/v1/runs', '/v1/webhooks'])('%s by app', (path) => {
  test('shows what belongs to the app of the key, or to the one that an admin key names', async () => {
    const ids = async (client: TestApi['shop'], app?: string) => {
      const { status, body } = await client.get(`${path}${app === undefined ? '' : `?app=${app}`}`);
      return status === 200 ? body.items.map(({ id }: { id: string }) => id) : [status, body.code];
    };
    const [ofAdmin, ofShop] = [await ids(api.admin), await ids(api.shop)];
    expect(await ids(api.admin, api.admin.appId)).toEqual(ofAdmin);
    expect(await ids(api.admin, api.shop.appId)).toEqual(ofShop);
    expect(await ids(api.shop, api.shop.appId)).toEqual(ofShop);
    expect(await ids(api.shop, api.admin.appId)).toEqual([403, 'forbidden']);
    expect(await ids(api.admin, 'shop')).toEqual([422, 'invalid_request']);
  });
});
