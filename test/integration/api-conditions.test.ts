import { defaultRules } from '../../domain/rules';
import { createTestApi, createTemplate, type TestApi } from '../support/test-api';
import { peopleCsv, uploadAudience } from '../support/test-audience';

let api: TestApi;
let audienceId: string;
beforeAll(async () => {
  api = await createTestApi({ deps: { checkWebhookUrl: async () => undefined, tellWebhook: () => undefined } });
  await createTemplate(api.admin, 'news', 'sms', { text: 'Hello {{ name }}' });
  audienceId = await uploadAudience(api, api.admin, 'sms', peopleCsv(2));
});
afterAll(() => api.close());

const capsOf = (notice: number) => ({
  ...defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' }).caps,
  notice,
});

let count = 0;
const smtp = {
  provider: 'smtp',
  config: { host: '127.0.0.1', port: 1, from: 'no-reply@example.com' },
  secrets: { user: 'robot', pass: 'open sesame' },
};
async function newAccount(): Promise<string> {
  const { body } = await api.admin.post('/v1/accounts', { ...smtp, name: `account ${++count}` });
  return body.id;
}
async function newCampaign(): Promise<string> {
  const schedule = { kind: 'cron', cron: '30 9 * * *', timezone: 'Europe/Vienna' };
  const body = { name: 'News', template: 'news', audience: audienceId, schedule };
  const response = await api.admin.post('/v1/campaigns', body);
  expect([response.status, response.body.errors]).toEqual([201, undefined]);
  return response.body.id;
}

interface Resource {
  /** Makes one and returns its address. */
  readonly make: () => Promise<string>;
  readonly method: 'patch' | 'put';
  /** The n-th edit. */
  readonly edit: (n: number) => Promise<object> | object;
  /** Where to edit, if not at the address. */
  readonly at?: string;
  readonly deletable?: boolean;
}
const route = async (n: number) => ({ accounts: [{ accountId: await newAccount(), weight: n }] });
const resources: Record<string, Resource> = {
  template: {
    make: async () => `/v1/templates/${await createTemplate(api.admin, `t${++count}`)}`,
    method: 'patch',
    edit: (n) => ({ name: `name ${n}` }),
    deletable: true,
  },
  account: {
    make: async () => `/v1/accounts/${await newAccount()}`,
    method: 'patch',
    edit: (n) => ({ rate: { messages: n, perSeconds: 1 } }),
    deletable: true,
  },
  'health of an account': {
    make: async () => `/v1/accounts/${await newAccount()}`,
    method: 'put',
    at: '/health',
    edit: (n) => ({ override: n % 2 ? 'open' : 'closed', note: `note ${n}` }),
  },
  rule: {
    make: async () => '/v1/rules/caps',
    method: 'put',
    edit: (n) => ({ value: capsOf(n) }),
  },
  'route of a lane': { make: async () => '/v1/routes/email.notice', method: 'put', edit: route },
  webhook: {
    make: async () => {
      const { body } = await api.admin.post('/v1/webhooks', { url: `https://shop.example/${++count}` });
      return `/v1/webhooks/${body.id}`;
    },
    method: 'patch',
    edit: (n) => ({ description: `hook ${n}` }),
    deletable: true,
  },
  person: {
    make: async () => {
      const person = { email: `p${++count}@example.com`, name: 'P', role: 'viewer' };
      return `/v1/users/${(await api.admin.post('/v1/users', person)).body.id}`;
    },
    method: 'patch',
    edit: (n) => ({ name: `name ${n}` }),
    deletable: true,
  },
  campaign: {
    make: async () => `/v1/campaigns/${await newCampaign()}`,
    method: 'patch',
    edit: (n) => ({ name: `name ${n}` }),
    deletable: true,
  },
};
const etagOf = async (path: string): Promise<string> => {
  const { headers, status } = await api.admin.get(path);
  expect([status, headers['etag']]).toEqual([200, expect.stringMatching(/^"[\w-]+\.[0-9a-f]{16}"$/)]);
  return headers['etag'] as string;
};

describe.each(Object.entries(resources))('a %s', (_name, { make, method, edit, at = '', deletable }) => {
  const change = async (path: string, n: number, ifMatch?: string) =>
    api.admin.call(method, `${path}${at}`, await edit(n), ifMatch === undefined ? {} : { 'If-Match': ifMatch });

  test('is told once to a caller who has it, until it changes', async () => {
    const path = await make();
    const etag = await etagOf(path);
    const again = await api.admin.get(path, { 'If-None-Match': `"other", ${etag}` });
    expect([again.status, again.get('ETag'), again.text]).toEqual([304, etag, '']);
    expect((await api.admin.get(path, { 'If-None-Match': `W/${etag}` })).status).toBe(304);
    expect((await change(path, 11)).status).toBe(200);
    expect((await api.admin.get(path, { 'If-None-Match': etag })).status).toBe(200);
  });

  test('is edited with its ETag, which the answer renews, and not with an old one', async () => {
    const path = await make();
    const etag = await etagOf(path);
    const first = await change(path, 21, etag);
    expect(first.status).toBe(200);
    const stale = await change(path, 22, etag);
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    const second = await change(path, 23, first.get('ETag'));
    expect(second.status).toBe(200);
    expect((await change(path, 24, '*')).status).toBe(200);
    expect((await change(path, 25)).status).toBe(200);
  });

  test('of ten edits at once with the same ETag exactly one is made', async () => {
    const path = await make();
    const etag = await etagOf(path);
    const edits = await Promise.all(Array.from({ length: 10 }, (_, n) => change(path, 31 + n, etag)));
    const statuses = edits.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(9).fill(412)]);
  });

  test('keeps its state when an edit was refused', async () => {
    const path = await make();
    const etag = await etagOf(path);
    expect((await change(path, 41, '"nothing"')).status).toBe(412);
    expect(await etagOf(path)).toBe(etag);
  });

  if (deletable) {
    test('is deleted with its ETag only', async () => {
      const path = await make();
      const etag = await etagOf(path);
      await change(path, 51);
      const refused = await api.admin.call('delete', path, undefined, { 'If-Match': etag });
      expect([refused.status, refused.body.code]).toEqual([412, 'precondition_failed']);
      const current = await etagOf(path);
      const { status } = await api.admin.call('delete', path, undefined, { 'If-Match': current });
      expect([200, 204]).toContain(status);
      expect((await api.admin.get(path)).status).toBe(404);
    });
  }
});

test('an app has an ETag', async () => {
  const path = `/v1/apps/${api.shop.appId}`;
  const etag = await etagOf(path);
  expect((await api.admin.get(path, { 'If-None-Match': etag })).status).toBe(304);
});

test('a new version of a template makes its ETag an old one', async () => {
  const path = `/v1/templates/${await createTemplate(api.admin, `t${++count}`)}`;
  const etag = await etagOf(path);
  await api.admin.post(`${path}/versions`, { content: { text: 'Hi {{ name }}' } });
  const { status } = await api.admin.call('patch', path, { name: 'x' }, { 'If-Match': etag });
  expect(status).toBe(412);
});

test('what changes by itself, as the health of an account, does not stand in the way of an edit', async () => {
  const id = await newAccount();
  const etag = await etagOf(`/v1/accounts/${id}`);
  await api.db.database.stores.accounts.park(id as never, 'wrong password');
  expect(await etagOf(`/v1/accounts/${id}`)).not.toBe(etag);
  const { status } = await api.admin.call('patch', `/v1/accounts/${id}`, { name: `x${id}` }, { 'If-Match': etag });
  expect(status).toBe(200);
});

test.each(['abc', '"abc', '"a" b', ''])('If-Match: %s is refused as no ETag', async (header) => {
  const { status, body } = await api.admin.call('put', '/v1/rules/dedup', { value: {} }, { 'If-Match': header });
  expect([status, body.code]).toEqual([400, 'bad_request']);
});

test('an edit of what is not there is 404, with a condition or without', async () => {
  for (const headers of [{}, { 'If-Match': '"7"' }]) {
    expect((await api.admin.call('patch', '/v1/templates/nothing', { name: 'x' }, headers)).status).toBe(404);
    expect((await api.admin.call('delete', '/v1/campaigns/cmp_x', undefined, headers)).status).toBe(404);
  }
});
