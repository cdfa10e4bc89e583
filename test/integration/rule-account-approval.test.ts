import type { ApprovalRule } from '../../domain/rules';
import { createUser, signInAs, type Person } from '../support/people';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

const OFF: ApprovalRule = { templates: false, campaignsOver: null, rules: false, accounts: false };
const smtp = {
  provider: 'smtp',
  config: { host: '127.0.0.1', port: 1, from: 'no-reply@example.com', connectTimeoutMs: 500 },
  secrets: { user: 'robot', pass: 'open sesame' },
};

let api: TestApi;
let admin: Person;
let other: Person;

beforeAll(async () => {
  api = await createTestApi();
  admin = await signInAs(api, await createUser(api, 'admin'));
  other = await signInAs(api, await createUser(api, 'admin'));
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.knex('rule_versions').delete();
  await api.deps.announceRules();
});

const put = (path: string, body: object, headers: Record<string, string> = {}) =>
  admin.call('put', path, body, headers);
const switchTo = async (change: Partial<ApprovalRule>) => put('/v1/rules/approval', { value: { ...OFF, ...change } });
const rule = async (name: string) => (await api.admin.get(`/v1/rules/${name}`)).body;
const approval = async (id: string) => (await api.admin.get(`/v1/approvals/${id}`)).body;
async function decide(id: string, what: string, body: object = {}, by = other) {
  const answer = await by.call('post', `/v1/approvals/${id}/${what}`, body);
  // In force within a second; here, now.
  await api.deps.announceRules();
  return answer;
}
const account = async (id: string) => (await api.admin.get(`/v1/accounts/${id}`)).body;
const stored = async () => JSON.stringify(await api.db.knex('approvals'));

describe('rules under approval', () => {
  beforeEach(async () => {
    expect((await switchTo({ rules: true })).status).toBe(200);
  });
  const caps = { notice: 3, marketing: 1, verification: null, exempt: [] };

  test('a change waits, and becomes a version of whoever asked, with who approved it', async () => {
    const asked = await put('/v1/rules/caps', { value: caps, note: 'calmer' });
    expect([asked.status, asked.body]).toMatchObject([202, { kind: 'rule', subject: 'caps', status: 'waiting' }]);
    expect(await rule('caps')).toMatchObject({ version: 0, value: { notice: 5 } });
    expect(await approval(asked.body.id)).toMatchObject({
      before: { version: 0, value: { notice: 5 } },
      after: { version: 1, value: caps, note: 'calmer' },
    });
    expect((await decide(asked.body.id, 'approve', {}, admin)).body).toMatchObject({ status: 403, code: 'own_change' });
    expect((await decide(asked.body.id, 'approve')).status).toBe(200);
    const note = `calmer; approved by ${other.user.id}`;
    expect(await rule('caps')).toMatchObject({ version: 1, value: caps, author: admin.user.id, note });
    expect(api.deps.rules.current().caps).toEqual(caps);
  });

  test('switching approval off waits, too', async () => {
    const asked = await switchTo({});
    expect(asked.status).toBe(202);
    expect(api.deps.rules.current().approval.rules).toBe(true);
    await decide(asked.body.id, 'approve');
    expect((await put('/v1/rules/caps', { value: caps })).status).toBe(200);
  });

  test('what was made from a version that is not current any more is refused, and goes on waiting', async () => {
    const asked = await put('/v1/rules/caps', { value: caps, expectedVersion: 0 });
    await api.db.database.stores.rules.add({ name: 'caps', author: 'system' }, () => ({ ...caps, notice: 9 }));
    expect((await decide(asked.body.id, 'approve')).body).toMatchObject({ status: 409, code: 'rule_changed' });
    expect(await approval(asked.body.id)).toMatchObject({ status: 'waiting', before: { version: 1 } });
    const old = await put('/v1/rules/caps', { value: caps, expectedVersion: 0 });
    expect([old.status, old.body.code]).toEqual([409, 'rule_changed']);
    expect((await put('/v1/rules/caps', { value: caps }, { 'If-Match': '"0"' })).status).toBe(412);
    const anew = await put('/v1/rules/caps', { value: caps }, { 'If-Match': '"1"' });
    expect([anew.status, (await approval(asked.body.id)).status]).toEqual([202, 'replaced']);
  });

  test('what is wrong is told at once, and what was deleted meanwhile with the approval', async () => {
    expect((await put('/v1/rules/caps', { value: { notice: 'many' } })).status).toBe(422);
    const template = await createTemplate(api.admin, 'exempt');
    const asked = await put('/v1/rules/caps', { value: { ...caps, exempt: ['exempt'] } });
    await api.admin.call('delete', `/v1/templates/${template}`);
    const answer = (await decide(asked.body.id, 'approve')).body;
    expect(answer).toMatchObject({ status: 422, errors: [{ pointer: '/value/exempt/0', code: 'unknown_template' }] });
    expect(await approval(asked.body.id)).toMatchObject({ status: 'waiting' });
  });

  test('rolling back and the route of a lane wait as well', async () => {
    const { body } = await decide((await put('/v1/rules/caps', { value: caps })).body.id, 'approve');
    expect(body.status).toBe('approved');
    const back = await admin.call('post', '/v1/rules/caps/rollback', { version: 1 });
    expect([back.status, back.body.subject]).toEqual([202, 'caps']);
    const made = await api.admin.post('/v1/accounts', { name: 'of the lane', ...smtp });
    const accounts = [{ accountId: made.body.id as string, weight: 1 }];
    const routed = await put('/v1/routes/email.notice', { accounts });
    expect([routed.status, routed.body.subject]).toEqual([202, 'routes']);
    expect((await api.admin.get('/v1/routes/email.notice')).body.accounts).toEqual([]);
    expect((await decide(routed.body.id, 'approve')).status).toBe(200);
    expect((await api.admin.get('/v1/routes/email.notice')).body.accounts).toEqual(accounts);
  });

  test('the kill switch does not wait; letting go again does', async () => {
    await createTemplate(api.admin, 'killed');
    const stop = await put('/v1/rules/discard', { value: { templates: ['killed'], apps: [] } });
    expect([stop.status, stop.body.version]).toEqual([200, 1]);
    expect((await put('/v1/rules/discard', { value: { templates: [], apps: [] } })).status).toBe(202);
    expect(api.deps.rules.current().discard.templates).toEqual(['killed']);
  });
});

describe('accounts under approval', () => {
  beforeEach(async () => {
    expect((await switchTo({ accounts: true })).status).toBe(200);
  });
  const post = (body: object, headers: Record<string, string> = {}) =>
    admin.call('post', '/v1/accounts', body, headers);
  const patch = (id: string, body: object) => admin.call('patch', `/v1/accounts/${id}`, body);
  async function created(name: string): Promise<string> {
    const asked = await post({ name, ...smtp });
    expect((await decide(asked.body.id, 'approve')).status).toBe(200);
    return asked.body.subject as string;
  }

  test('a new one waits with its secrets encrypted and masked, and is made with them', async () => {
    const headers = { 'Idempotency-Key': 'account-1' };
    const asked = await post({ name: 'new', ...smtp }, headers);
    expect([asked.status, asked.body]).toMatchObject([202, { kind: 'account', status: 'waiting' }]);
    const again = await post({ name: 'new', ...smtp }, headers);
    expect([again.status, again.body, again.get('Idempotent-Replayed')]).toEqual([202, asked.body, 'true']);
    expect((await api.admin.get(`/v1/accounts/${asked.body.subject}`)).status).toBe(404);
    expect((await approval(asked.body.id)).after).toMatchObject({
      ...{ name: 'new', config: smtp.config, secrets: { user: '******** (new)', pass: '******** (new)' } },
    });
    const answer = await decide(asked.body.id, 'approve');
    expect(answer.status).toBe(200);
    expect(await account(asked.body.subject)).toMatchObject({ name: 'new', secrets: ['user', 'pass'] });
    expect(await api.db.database.stores.accounts.secretsOf(asked.body.subject)).toEqual(smtp.secrets);
    for (const text of [answer.text, await stored(), api.logs.join()]) expect(text).not.toContain('sesame');
  });

  test('a change and a deletion wait; decided, nothing keeps their secrets', async () => {
    const id = await created('changed');
    const asked = await patch(id, {
      secrets: { user: 'robot', pass: 'new sesame' },
      rate: { messages: 1, perSeconds: 2 },
    });
    expect([asked.status, (await account(id)).rate]).toEqual([202, null]);
    expect(await approval(asked.body.id)).toMatchObject({
      before: { rate: null, secrets: { pass: '********' } },
      after: { rate: { messages: 1, perSeconds: 2 }, secrets: { pass: '******** (new)' }, config: smtp.config },
    });
    expect(await stored()).toContain('"sealed');
    expect((await decide(asked.body.id, 'approve')).status).toBe(200);
    expect(await api.db.database.stores.accounts.secretsOf(id as never)).toEqual({ user: 'robot', pass: 'new sesame' });
    expect(await stored()).not.toMatch(/sealed|sesame/);

    const removal = await admin.call('delete', `/v1/accounts/${id}`);
    expect([removal.status, (await approval(removal.body.id)).after]).toEqual([202, null]);
    expect((await account(id)).name).toBe('changed');
    await decide(removal.body.id, 'approve');
    expect((await api.admin.get(`/v1/accounts/${id}`)).status).toBe(404);
  });

  test('what does not fit any more is told, and goes on waiting', async () => {
    const id = await created('first');
    expect((await post({ name: 'first', ...smtp })).body.code).toBe('name_taken');
    expect((await post({ name: 'bad', ...smtp, config: {} })).status).toBe(422);
    const asked = await post({ name: 'second', ...smtp });
    const renamed = await patch(id, { name: 'second' });
    await decide(renamed.body.id, 'approve');
    expect((await decide(asked.body.id, 'approve')).body).toMatchObject({ status: 409, code: 'name_taken' });
    const removal = await admin.call('delete', `/v1/accounts/${id}`);
    const accounts = [{ accountId: id, weight: 1 }];
    expect((await put('/v1/routes/email.marketing', { accounts })).status).toBe(200);
    expect((await decide(removal.body.id, 'approve')).body).toMatchObject({ status: 409, code: 'account_in_use' });
    for (const { body } of [asked, removal]) expect((await approval(body.id)).status).toBe('waiting');
  });

  test('taking one out of use does not wait; with the rule off an edit replaces what waits', async () => {
    const id = await created('paused');
    const paused = await put(`/v1/accounts/${id}/health`, { override: 'open', note: 'leaks' });
    expect([paused.status, paused.body.health.override.mode]).toEqual([200, 'open']);
    expect((await patch(id, {})).status).toBe(200);
    const asked = await patch(id, { name: 'renamed' });
    await switchTo({});
    expect((await patch(id, { name: 'direct' })).status).toBe(200);
    expect(await approval(asked.body.id)).toMatchObject({ status: 'replaced' });
    expect((await account(id)).name).toBe('direct');
  });
});
