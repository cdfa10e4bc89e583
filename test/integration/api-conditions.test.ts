import { defaultRules } from '../../domain/rules';
import { requireApproval } from '../support/approvals';
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

const posts: Record<string, { make: () => Promise<string>; at: string; status: number; body: (n: number) => object }> =
  {
    'version of a template': {
      make: async () => `/v1/templates/${await createTemplate(api.admin, `t${++count}`)}`,
      at: '/versions',
      status: 201,
      body: (n) => ({ content: { text: `${n} {{ name }}` } }),
    },
    'rollback of a rule': {
      async make() {
        expect((await api.admin.call('put', '/v1/rules/caps', { value: capsOf(++count) })).status).toBe(200);
        return '/v1/rules/caps';
      },
      at: '/rollback',
      status: 200,
      body: () => ({ version: 1 }),
    },
  };
describe.each(Object.entries(posts))('a %s', (_name, { make, at, status, body }) => {
  const post = (path: string, n: number, ifMatch: string, headers = {}) =>
    api.admin.post(`${path}${at}`, body(n), { 'If-Match': ifMatch, ...headers });

  test('is made with the ETag that was read, which the answer renews, and not with an old one', async () => {
    const path = await make();
    const etag = await etagOf(path);
    const first = await post(path, 61, etag);
    expect(first.status).toBe(status);
    const current = await etagOf(path);
    const stale = await post(path, 62, etag);
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    expect(await etagOf(path)).toBe(current);
    expect((await post(path, 63, first.get('ETag') ?? '')).status).toBe(status);
  });

  test('of ten at once with the same ETag exactly one is made', async () => {
    const path = await make();
    const etag = await etagOf(path);
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        post(path, 71 + n, etag, { 'Idempotency-Key': `${path} ${n}`.replace(/\W/g, '-') }),
      ),
    );
    const statuses = made.map((answer) => answer.status).sort();
    expect(statuses).toEqual([status, ...Array<number>(9).fill(412)]);
  });
});

test('a version that is sent again with its Idempotency-Key gets its first answer, without an ETag of what came since', async () => {
  const path = `/v1/templates/${await createTemplate(api.admin, `t${++count}`)}`;
  const headers = { 'If-Match': await etagOf(path), 'Idempotency-Key': `again-${count}` };
  const content = { text: 'Again {{ name }}' };
  const first = await api.admin.post(`${path}/versions`, { content }, headers);
  await api.admin.post(`${path}/versions`, { content: { text: 'Since {{ name }}' } });
  const again = await api.admin.post(`${path}/versions`, { content }, headers);
  expect([again.status, again.body, again.get('Idempotent-Replayed')]).toEqual([201, first.body, 'true']);
  expect([first.get('ETag'), again.get('ETag')]).toEqual([expect.any(String), undefined]);
});

test("a colleague's version that waits for approval is not replaced by somebody who has not seen it", async () => {
  const path = `/v1/templates/${await createTemplate(api.admin, `t${++count}`)}`;
  const etag = await etagOf(path);
  await requireApproval(api, { templates: true });
  const theirs = await api.admin.post(
    `${path}/versions`,
    { content: { text: 'Theirs {{ name }}' } },
    { 'If-Match': etag },
  );
  const mine = await api.admin.post(`${path}/versions`, { content: { text: 'Mine {{ name }}' } }, { 'If-Match': etag });
  await requireApproval(api, {});
  expect([theirs.status, mine.status]).toEqual([201, 412]);
  expect((await api.admin.get(path)).body).toMatchObject({ currentVersion: 1, waitingVersion: 2 });
});

test('an ETag that was weakened on the way is good for an edit as it is', async () => {
  const path = `/v1/templates/${await createTemplate(api.admin, `t${++count}`)}`;
  const etag = await etagOf(path);
  const edit = (ifMatch: string) => api.admin.call('patch', path, { name: `x${++count}` }, { 'If-Match': ifMatch });
  const edited = await edit(`"other", W/${etag}`);
  expect(edited.status).toBe(200);
  expect((await edit(`W/${etag}`)).status).toBe(412);
  expect((await edit(`W/${edited.get('ETag')}`)).status).toBe(200);
});

test('a condition where none is known is refused in words, and nothing is done', async () => {
  const template = { key: `t${++count}`, name: 'x', channel: 'sms', messageType: 'notice', content: { text: 'x' } };
  const { status, body } = await api.admin.post('/v1/templates', template, { 'If-Match': '"7"' });
  expect([status, body.code]).toEqual([400, 'bad_request']);
  expect(body.detail).toContain('POST /v1/templates knows no If-Match');
  expect((await api.admin.get(`/v1/templates/${template.key}`)).status).toBe(404);
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
