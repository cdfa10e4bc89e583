import { newId, type AccountId } from '../../domain/ids';
import { defaultRules, RULE_NAMES, type RuleName } from '../../domain/rules';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

const defaults = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.knex('rule_versions').delete();
  await api.deps.announceRules();
});

const put = (name: string, value: unknown, more: object = {}) =>
  api.admin.call('put', `/v1/rules/${name}`, { value, ...more });
const caps = (notice: unknown) => ({ ...defaults.caps, notice });
const versions = async (): Promise<number> => Number((await api.db.knex('rule_versions').count({ n: '*' }))[0]?.['n']);
async function refused(name: RuleName, value: unknown): Promise<[string, string][]> {
  const before = await versions();
  const { status, body } = await put(name, value);
  expect([status, body.code]).toEqual([422, 'invalid_request']);
  expect(await versions()).toBe(before);
  return body.errors.map((fault: { pointer: string; code: string }) => [fault.pointer, fault.code]);
}
let made = 0;
const account = (channel: 'email' | 'sms' = 'email'): Promise<AccountId> =>
  api.db.database.stores.accounts.create({
    name: `account ${++made}`,
    channel,
    provider: channel === 'email' ? 'smtp' : 'twilio',
    config: {},
    secrets: {},
    rate: null,
  });

describe('reading', () => {
  test('every rule is there with its default as version 0 until somebody sets it', async () => {
    const { items } = (await api.admin.get('/v1/rules')).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(RULE_NAMES);
    for (const item of items) {
      const { name } = item as { name: RuleName };
      const expected = { name, value: defaults[name], version: 0, valid: true, author: null, note: null, at: null };
      expect(item).toEqual(expected);
      expect((await api.admin.get(`/v1/rules/${name}`)).body).toEqual(expected);
    }
    await put('caps', caps(3));
    const listed = (await api.admin.get('/v1/rules')).body.items;
    expect(listed[1]).toEqual((await api.admin.get('/v1/rules/caps')).body);
    expect(listed[1]).toMatchObject({ name: 'caps', value: caps(3), version: 1 });
  });

  test('rules are for admins, and unknown ones do not exist', async () => {
    expect((await api.shop.get('/v1/rules')).status).toBe(403);
    expect((await api.shop.call('put', '/v1/rules/caps', { value: caps(1) })).status).toBe(403);
    const { status, body } = await api.admin.get('/v1/rules/weather');
    expect([status, body.detail]).toEqual([404, expect.stringContaining('Rules are: dedup, caps')]);
    expect((await put('weather', {})).status).toBe(404);
    expect((await api.admin.get('/v1/rules/weather/versions')).status).toBe(404);
  });

  test('a value that somebody spoilt in the database is shown as such', async () => {
    await api.db.database.stores.rules.add({ name: 'caps', author: 'system' }, () => 'nonsense');
    expect((await api.admin.get('/v1/rules/caps')).body).toMatchObject({ value: 'nonsense', valid: false });
    await api.deps.announceRules();
    expect(api.deps.rules.current().caps).toEqual(defaults.caps);
  });
});

describe('changing', () => {
  test('a change is a version with author, note and time, and in force here when the answer is there', async () => {
    const { status, body } = await put('caps', { ...caps(2), exempt: [] }, { note: ' fewer ' });
    expect(status).toBe(200);
    const keys = await api.db.database.stores.apps.listKeys(api.admin.appId as never);
    expect(body).toEqual({
      name: 'caps',
      value: caps(2),
      version: 1,
      valid: true,
      author: keys[0]?.id,
      note: 'fewer',
      at: expect.stringMatching(/Z$/),
    });
    expect(api.deps.rules.current().caps).toEqual(caps(2));
  });

  test('the region for national numbers changes with the rule', async () => {
    await createTemplate(api.admin, 'region');
    const send = async () => {
      const recipients = [{ to: '06 12 34 56 78', variables: { name: 'Ada' } }];
      return (await api.shop.post('/v1/sends', { template: 'region', recipients })).status;
    };
    expect(await send()).toBe(422);
    await put('defaults', { region: 'FR', timezone: 'Europe/Paris' });
    expect(await send()).toBe(202);
  });

  test('with expectedVersion another change in between is noticed', async () => {
    expect((await put('caps', caps(1), { expectedVersion: 0 })).status).toBe(200);
    const { status, body } = await put('caps', caps(2), { expectedVersion: 0 });
    expect([status, body.code, body.detail]).toEqual([
      409,
      'rule_changed',
      expect.stringContaining('Version 1 of caps'),
    ]);
    const answers = await Promise.all([3, 4, 5].map((n) => put('caps', caps(n), { expectedVersion: 1 })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409]);
    expect((await api.admin.get('/v1/rules/caps')).body.version).toBe(2);
  });

  test('a body that is none is refused at its place', async () => {
    const faults = async (body: unknown) =>
      (await api.admin.call('put', '/v1/rules/caps', body)).body.errors.map((e: { pointer: string }) => e.pointer);
    expect(await faults({})).toEqual(['/value']);
    expect(await faults({ value: caps(1), note: '', expectedVersion: -1, more: 1 })).toEqual([
      '/note',
      '/expectedVersion',
      '/more',
    ]);
    expect(await versions()).toBe(0);
  });

  test('a bad value is refused at its place and changes nothing', async () => {
    await put('caps', caps(4));
    expect(await refused('caps', caps('many'))).toEqual([['/value/notice', 'invalid_type']]);
    expect(await refused('caps', null)).toEqual([['/value', 'invalid_type']]);
    expect(await refused('quiet-hours', { ...defaults['quiet-hours'], until: '00:00' })).toEqual([
      ['/value/until', 'contradiction'],
    ]);
    expect(api.deps.rules.current()).toEqual({ ...defaults, caps: caps(4) });
  });
});

describe('what a rule names must exist', () => {
  test('templates by number and key, deleted ones not', async () => {
    const [kept, gone] = [await createTemplate(api.admin, 'kept'), await createTemplate(api.admin, 'gone')];
    await api.admin.call('delete', `/v1/templates/${gone}`);
    const exempt = [kept, 'kept', gone, 'gone', 999_999, 'nobody'];
    const places = (path: string) => [2, 3, 4, 5].map((i) => [`/value/${path}/${i}`, 'unknown_template']);
    expect(await refused('caps', { ...defaults.caps, exempt })).toEqual(places('exempt'));
    expect(await refused('dedup', { ...defaults.dedup, exempt })).toEqual(places('exempt'));
    expect(await refused('discard', { templates: exempt, apps: [] })).toEqual(places('templates'));
    const { body } = await put('caps', { ...defaults.caps, exempt: [kept, 'kept'] });
    expect(body.value.exempt).toEqual([String(kept), 'kept']);
  });

  test('apps and accounts', async () => {
    const [known, app, stranger] = [await account(), newId('app'), newId('acc')];
    const rate = { messages: 1, perSeconds: 1 };
    expect(await refused('discard', { templates: [], apps: [api.shop.appId, app] })).toEqual([
      ['/value/apps/1', 'unknown_app'],
    ]);
    const flow = { accounts: { [known]: rate, [stranger]: null }, channels: {}, apps: { [app]: rate } };
    expect(await refused('flow', flow)).toEqual([
      [`/value/accounts/${stranger}`, 'unknown_account'],
      [`/value/apps/${app}`, 'unknown_app'],
    ]);
    const good = { accounts: { [known]: null }, channels: { sms: rate }, apps: { [api.shop.appId]: rate } };
    expect((await put('flow', good)).body.value).toEqual(good);
  });

  test('accounts of routes, which must be of the channel', async () => {
    const [mail, sms] = [await account(), await account('sms')];
    const route = (...ids: string[]) => ids.map((accountId) => ({ accountId, weight: 1 }));
    expect(await refused('routes', { 'email.notice': route(mail, sms), 'sms.notice': route(newId('acc')) })).toEqual([
      ['/value/email.notice/1/accountId', 'wrong_channel'],
      ['/value/sms.notice/0/accountId', 'unknown_account'],
    ]);
    expect(await refused('routes', { 'email.notice': route(mail, mail) })).toEqual([
      ['/value/email.notice/1/accountId', 'duplicate'],
    ]);
  });
});

describe('routes', () => {
  test('the rule and the lanes are two ways to the same thing', async () => {
    const accountId = await account();
    const accounts = [{ accountId, weight: 2 }];
    expect((await api.admin.call('put', '/v1/routes/email.notice', { accounts })).body.accounts).toEqual(accounts);
    const rule = (await api.admin.get('/v1/rules/routes')).body;
    expect(rule).toMatchObject({
      version: 1,
      value: { 'email.notice': accounts },
      author: expect.stringMatching(/^key_/),
    });
    expect(api.deps.rules.current().routes).toEqual({ 'email.notice': accounts });
    await put('routes', { 'email.marketing': accounts });
    expect((await api.admin.get('/v1/routes/email.notice')).body.accounts).toEqual([]);
    expect((await api.admin.get('/v1/routes/email.marketing')).body.accounts).toEqual(accounts);
    const { status, body } = await api.admin.call('delete', `/v1/accounts/${accountId}`);
    expect([status, body.code, body.detail]).toEqual([
      409,
      'account_in_use',
      expect.stringContaining('email.marketing'),
    ]);
    await put('routes', {});
    expect((await api.admin.call('delete', `/v1/accounts/${accountId}`)).status).toBe(204);
  });

  test('lanes set at once, in two requests each, all keep their route', async () => {
    const [mail, sms] = [await account(), await account('sms')];
    const lanes = ['email.notice', 'email.marketing', 'email.verification', 'sms.notice', 'sms.verification'];
    const set = (lane: string, weight: number) =>
      api.admin.call('put', `/v1/routes/${lane}`, {
        accounts: [{ accountId: lane.startsWith('sms') ? sms : mail, weight }],
      });
    const answers = await Promise.all(lanes.flatMap((lane) => [set(lane, 1), set(lane, 1)]));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(Object.keys((await api.admin.get('/v1/rules/routes')).body.value).sort()).toEqual([...lanes].sort());
  });
});

describe('history', () => {
  test('is told newest first, page by page, and each version by its number', async () => {
    for (const n of [1, 2, 3, 4, 5]) await put('caps', caps(n), { note: `n ${n}` });
    const first = (await api.admin.get('/v1/rules/caps/versions?limit=2')).body;
    expect(first.items.map(({ version }: { version: number }) => version)).toEqual([5, 4]);
    expect(first.pageInfo).toEqual({ after: '4', hasMore: true });
    const second = (await api.admin.get('/v1/rules/caps/versions?limit=3&after=4')).body;
    expect(second.items.map(({ note }: { note: string }) => note)).toEqual(['n 3', 'n 2', 'n 1']);
    expect(second.pageInfo.hasMore).toBe(false);
    expect((await api.admin.get('/v1/rules/caps/versions/2')).body).toEqual(second.items[1]);
    for (const version of ['0', '6', 'x', '99999999999']) {
      expect((await api.admin.get(`/v1/rules/caps/versions/${version}`)).status).toBe(404);
    }
    expect((await api.admin.get('/v1/rules/dedup/versions')).body.items).toEqual([]);
    expect((await api.admin.get('/v1/rules/caps/versions?after=x')).status).toBe(422);
  });

  test('rolling back writes the old value as a new version and leaves the history', async () => {
    for (const n of [1, 2]) await put('caps', caps(n));
    const { status, body } = await api.admin.post('/v1/rules/caps/rollback', { version: 1 });
    expect([status, body.version, body.value, body.note]).toEqual([200, 3, caps(1), 'rolled back to version 1']);
    expect(api.deps.rules.current().caps).toEqual(caps(1));
    const { items } = (await api.admin.get('/v1/rules/caps/versions')).body;
    expect(items.map(({ value }: { value: { notice: number } }) => value.notice)).toEqual([1, 2, 1]);
    expect((await api.admin.post('/v1/rules/caps/rollback', { version: 9 })).status).toBe(404);
    expect((await api.admin.post('/v1/rules/caps/rollback', { version: 0 })).body.errors[0].pointer).toBe('/version');
  });

  test('a version that would be refused today is not restored, and the answer says why', async () => {
    const gone = await createTemplate(api.admin, 'passing');
    await put('discard', { templates: [gone], apps: [] });
    await put('discard', { templates: [], apps: [] });
    await api.admin.call('delete', `/v1/templates/${gone}`);
    await api.db.database.stores.rules.add({ name: 'discard', author: 'system' }, () => ({ templates: 7 }));
    const fault = async (version: number) => {
      const { status, body } = await api.admin.post('/v1/rules/discard/rollback', { version });
      return [status, body.errors[0]];
    };
    const detail = (words: string) =>
      expect.objectContaining({ pointer: '/version', detail: expect.stringContaining(words) });
    expect(await fault(1)).toEqual([422, detail('/templates/0 names no template')]);
    expect(await fault(3)).toEqual([422, detail('/templates must be a list')]);
    expect((await api.admin.get('/v1/rules/discard')).body.version).toBe(3);
  });
});
