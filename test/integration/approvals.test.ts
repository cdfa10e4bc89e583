import request from 'supertest';
import { requireApproval, waitingFor } from '../support/approvals';
import { createUser, signInAs, type Person } from '../support/people';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
let admin: Person;
let editor: Person;
let approver: Person;
let other: Person;
beforeAll(async () => {
  api = await createTestApi();
  await requireApproval(api, { templates: true });
  const join = async (role: 'admin' | 'editor' | 'approver') => signInAs(api, await createUser(api, role));
  [admin, editor, approver, other] = [
    await join('admin'),
    await join('editor'),
    await join('approver'),
    await join('approver'),
  ];
});
afterAll(() => api.close());

let made = 0;
const contentOf = (text: string) => ({ content: { text } });
const newTemplate = (key = `t-${++made}`) => ({
  ...{ key, name: key, channel: 'sms', messageType: 'notice' },
  ...contentOf('Hello {{ name }}'),
});
/** A template that the person makes, and the approval that its version 1 waits for. */
async function asked(by: Person = editor): Promise<{ id: number; apv: string }> {
  const { status, body } = await by.call('post', '/v1/templates', newTemplate());
  expect([status, body.currentVersion, body.waitingVersion]).toEqual([201, null, 1]);
  return { id: body.id, apv: await waitingFor(api, 'template_version', body.id) };
}
const decide = async (by: Person, apv: string, how: 'approve' | 'reject' | 'withdraw', body: object = {}) => {
  const answer = await by.call('post', `/v1/approvals/${apv}/${how}`, body);
  return { status: answer.status, code: answer.body.code as unknown, body: answer.body };
};
const reject = (by: Person, apv: string) => decide(by, apv, 'reject', { reason: 'no' });
const statusOf = async (apv: string): Promise<string> => (await api.admin.get(`/v1/approvals/${apv}`)).body.status;
const currentOf = async (id: number) => (await api.shop.get(`/v1/templates/${id}`)).body.currentVersion;

describe('who decides', () => {
  test('an approver sees what is there and what it becomes, approves it, and both are kept', async () => {
    const { id, apv } = await asked();
    const seen = (await approver.call('get', `/v1/approvals/${apv}`)).body;
    expect(seen).toMatchObject({
      ...{ kind: 'template_version', subject: String(id), appId: null, status: 'waiting', code: 10 },
      ...{ author: editor.user.id, person: editor.user.id, decidedBy: null, reason: null },
      ...{ before: null, after: { version: 1, content: { text: 'Hello {{ name }}' } } },
    });
    const { status, body } = await decide(approver, apv, 'approve', { note: ' fine ' });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ status: 'approved', code: 20, decidedBy: approver.user.id, reason: 'fine' }),
    ]);
    expect(await currentOf(id)).toBe(1);
    const kept = (await api.shop.get(`/v1/approvals/${apv}`)).body;
    expect(kept).toEqual({ ...seen, ...body, decidedAt: expect.stringMatching(/Z$/) });
  });

  test('nobody decides their own change, nor one of a key that they made, directly or by another key', async () => {
    const own = await asked(admin);
    for (const how of ['approve', 'reject'] as const) {
      expect(await decide(admin, own.apv, how, how === 'reject' ? { reason: 'x' } : {})).toMatchObject({
        status: 403,
        code: 'own_change',
      });
    }
    const keyBy = async (make: (body: object) => Promise<{ body: { key: string } }>) =>
      (await make({ name: 'k', role: 'admin' })).body.key;
    const path = `/v1/apps/${api.admin.appId}/keys`;
    const first = await keyBy((body) => admin.call('post', path, body));
    const withKey = (key: string, to: string, body: object) =>
      request(api.app).post(to).set('Authorization', `Bearer ${key}`).send(body);
    const second = await keyBy((body) => withKey(first, path, body));
    for (const key of [first, second]) {
      const { body } = await withKey(key, '/v1/templates', newTemplate());
      const apv = await waitingFor(api, 'template_version', body.id);
      expect(await decide(admin, apv, 'approve')).toMatchObject({ status: 403, code: 'own_change' });
      expect((await api.shop.get(`/v1/approvals/${apv}`)).body.person).toBe(admin.user.id);
      expect(await decide(approver, apv, 'approve')).toMatchObject({ status: 200 });
    }
    expect(await statusOf(own.apv)).toBe('waiting');
  });

  test('keys and editors are refused, and the answer says who decides', async () => {
    const { apv } = await asked();
    const byKey = await api.admin.post(`/v1/approvals/${apv}/approve`);
    expect([byKey.status, byKey.body.code, byKey.body.detail]).toEqual([
      403,
      'forbidden',
      expect.stringContaining('never keys'),
    ]);
    expect(await decide(editor, apv, 'approve')).toMatchObject({ status: 403, code: 'forbidden' });
    const asScope = { name: 'x', role: 'admin', scopes: ['approvals:decide'] };
    expect((await api.admin.post(`/v1/apps/${api.admin.appId}/keys`, asScope)).status).toBe(422);
  });

  test('a key makes nobody who decides, as long as anything waits for approval', async () => {
    const invite = async (role: string) => {
      const body = { email: `${role}-${++made}@example.com`, name: role, role };
      return (await api.admin.post('/v1/users', body)).status;
    };
    expect([await invite('approver'), await invite('admin'), await invite('editor')]).toEqual([403, 403, 201]);
    const token = `/v1/users/${approver.user.id}/set-password-token`;
    expect((await api.admin.post(token)).status).toBe(403);
    await requireApproval(api, {});
    expect(await invite('approver')).toBe(201);
    await requireApproval(api, { templates: true });
  });

  test('whoever asked takes it back, an administrator too, and nobody else', async () => {
    const [first, second] = [await asked(), await asked()];
    expect(await decide(approver, first.apv, 'withdraw')).toMatchObject({ status: 403, code: 'forbidden' });
    const colleague = await signInAs(api, await createUser(api, 'editor'));
    expect(await decide(colleague, first.apv, 'withdraw')).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await decide(editor, first.apv, 'withdraw')).toMatchObject({ status: 200, body: { status: 'withdrawn' } });
    expect(await decide(admin, second.apv, 'withdraw')).toMatchObject({ status: 200 });
    expect(await decide(approver, first.apv, 'approve')).toMatchObject({ status: 409, code: 'approval_decided' });
    expect(await currentOf(first.id)).toBeNull();
  });
});

describe('of several at once one succeeds', () => {
  test('two approvers', async () => {
    const { id, apv } = await asked();
    const answers = await Promise.all([approver, other, admin].map((by) => decide(by, apv, 'approve')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const [lost] = answers.filter(({ status }) => status === 409);
    expect(lost).toMatchObject({
      code: 'approval_decided',
      body: { detail: expect.stringMatching(/approved by usr_/) },
    });
    expect(await currentOf(id)).toBe(1);
  });

  test('approving and rejecting: what the answer of success says is what holds', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, apv } = await asked();
      const [yes, no] = await Promise.all([decide(approver, apv, 'approve'), reject(other, apv)]);
      expect([yes.status, no.status].sort()).toEqual([200, 409]);
      expect(await statusOf(apv)).toBe(yes.status === 200 ? 'approved' : 'rejected');
      expect(await currentOf(id)).toBe(yes.status === 200 ? 1 : null);
    }
  });

  test('approving and a newer edit: what was not approved is replaced, and the newer one waits', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, apv } = await asked();
      const [yes, edit] = await Promise.all([
        decide(approver, apv, 'approve'),
        editor.call('post', `/v1/templates/${id}/versions`, contentOf('Hi {{ name }}')),
      ]);
      expect([edit.status, edit.body]).toEqual([201, expect.objectContaining({ version: 2 })]);
      expect(await statusOf(apv)).toBe(yes.status === 200 ? 'approved' : 'replaced');
      expect(await currentOf(id)).toBe(yes.status === 200 ? 1 : null);
      const newer = await waitingFor(api, 'template_version', id);
      expect(await decide(approver, newer, 'approve')).toMatchObject({ status: 200 });
      expect(await decide(approver, apv, 'approve')).toMatchObject({ status: 409, code: 'approval_decided' });
      expect(await currentOf(id)).toBe(2);
    }
  });

  test('the same request again, with its key, gets the first answer', async () => {
    const { apv } = await asked();
    const again = () => approver.call('post', `/v1/approvals/${apv}/approve`, {}, { 'Idempotency-Key': apv });
    const [first, second] = [await again(), await again()];
    expect([first.status, second.status, second.body]).toEqual([200, 200, first.body]);
  });
});

test('what does not fit any more is told, and goes on waiting', async () => {
  const { id, apv } = await asked();
  const row = api.db.knex('template_versions').where({ template_id: id });
  await row.clone().update({ content: JSON.stringify({ text: 'Hello {{ name' }) });
  const refused = await decide(approver, apv, 'approve');
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/content/text' }] } });
  expect([await statusOf(apv), await currentOf(id)]).toEqual(['waiting', null]);
  await row.clone().update({ content: JSON.stringify({ text: 'Hello {{ name }}' }) });
  expect(await decide(approver, apv, 'approve')).toMatchObject({ status: 200 });
});

describe('the list', () => {
  test('is filtered by status, kind and author, and paged', async () => {
    const author = await signInAs(api, await createUser(api, 'editor'));
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift((await asked(author)).apv);
    await reject(approver, ids[1]!);
    const list = async (query: string) => {
      const { body } = await api.shop.get(`/v1/approvals?author=${author.user.id}${query}`);
      return [body.items.map(({ id }: { id: string }) => id), body.pageInfo.hasMore];
    };
    expect(await list('')).toEqual([ids, false]);
    expect(await list('&status=waiting')).toEqual([[ids[0], ids[2]], false]);
    expect(await list('&kind=template_settings')).toEqual([[], false]);
    expect(await list('&limit=2')).toEqual([ids.slice(0, 2), true]);
    expect(await list(`&limit=2&after=${ids[1]}`)).toEqual([ids.slice(2), false]);
    expect((await api.shop.get('/v1/approvals?after=x')).body.errors[0].parameter).toBe('after');
    for (const wrong of ['status=new', 'kind=send', 'author=%C3%A9']) {
      expect((await api.shop.get(`/v1/approvals?${wrong}`)).body.errors[0].parameter).toBe(wrong.split('=')[0]);
    }
  });

  test('shows only what one may read otherwise', async () => {
    const { apv } = await asked();
    const { apps } = api.db.database.stores;
    const { key } = await apps.createKey(api.shop.appId as never, 'app', 'narrow', { scopes: ['approvals:read'] });
    const get = (path: string) => request(api.app).get(path).set('Authorization', `Bearer ${key}`);
    expect((await get('/v1/approvals')).body.items).toEqual([]);
    expect((await get(`/v1/approvals/${apv}`)).status).toBe(404);
    for (const id of ['x', 'apv_01M84BZW808SY1J1GKT7KH6WJQ']) {
      expect((await api.shop.get(`/v1/approvals/${id}`)).status).toBe(404);
    }
  });

  test.each([
    ['reject', {}, '/reason'],
    ['reject', { reason: ' ' }, '/reason'],
    ['reject', { reason: 'x'.repeat(501) }, '/reason'],
    ['approve', { note: 'x'.repeat(501) }, '/note'],
    ['approve', { comment: 'x' }, '/comment'],
  ])('%s refuses %j', async (how, body, pointer) => {
    const { apv } = await asked();
    const answer = await approver.call('post', `/v1/approvals/${apv}/${how}`, body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });
});

test('without the rule nothing waits, what waits can still be decided, and a newer edit replaces it', async () => {
  const [left, replaced] = [await asked(), await asked()];
  await requireApproval(api, {});
  const direct = await createTemplate(api.admin, `direct-${++made}`);
  expect(await currentOf(direct)).toBe(1);
  const { status, body } = await api.admin.post(`/v1/templates/${replaced.id}/versions`, contentOf('Hi {{ name }}'));
  expect([status, body.audit]).toEqual([201, { status: 'approved', code: 20 }]);
  expect(await decide(approver, replaced.apv, 'approve')).toMatchObject({ status: 409 });
  expect(await decide(approver, left.apv, 'approve')).toMatchObject({ status: 200 });
  expect([await currentOf(left.id), await currentOf(replaced.id)]).toEqual([1, 2]);
  await requireApproval(api, { templates: true });
  expect(await currentOf(direct)).toBe(1);
});
