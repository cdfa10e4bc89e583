import { requireApproval, waitingFor } from '../support/approvals';
import { entriesOf } from '../support/audited';
import { createUser, signInAs, type Person } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
let admin: Person;
let approver: Person;
beforeAll(async () => {
  api = await createTestApi();
  await requireApproval(api, { templates: true, rules: true, accounts: true });
  admin = await signInAs(api, await createUser(api, 'admin'));
  approver = await signInAs(api, await createUser(api, 'approver'));
});
afterAll(() => api.close());

/** What was put down of one request: who did what to what, with both sides. */
async function putDown(status: number, by: Person, ...request: Parameters<Person['call']>) {
  const [answer, entries] = await entriesOf(api, () => by.call(...request));
  expect(answer.status).toBe(status);
  const told = entries.map(({ action, actor, subject, before, after }) => ({
    ...{ action, by: actor.id, subject: subject.id, before, after },
  }));
  return { body: answer.body, told };
}
const decide = (id: string, how: string, body: object = {}) =>
  putDown(200, approver, 'post', `/v1/approvals/${id}/${how}`, body);

test('a version that waits is put down with its approval, the approval with what it changed', async () => {
  const content = { text: 'Hello' };
  const template = { key: 'news', name: 'news', channel: 'sms', messageType: 'notice', content };
  const made = await putDown(201, admin, 'post', '/v1/templates', template);
  const subject = String(made.body.id);
  const first = await waitingFor(api, 'template_version', subject);
  const fields = expect.objectContaining({ key: 'news', currentVersion: null, approval: first });
  expect(made.told).toEqual([{ action: 'template.create', by: admin.user.id, subject, before: null, after: fields }]);
  const by = approver.user.id;
  expect((await decide(first, 'approve', { note: 'fine' })).told).toEqual([
    {
      ...{ action: 'template.version', by, subject },
      ...{ before: { currentVersion: null }, after: { currentVersion: 1, approval: first } },
    },
    {
      ...{ action: 'approval.approve', by, subject: first },
      ...{ before: { status: 'waiting', reason: null }, after: { status: 'approved', reason: 'fine' } },
    },
  ]);

  const added = await putDown(201, admin, 'post', '/v1/templates/news/versions', { content });
  const second = await waitingFor(api, 'template_version', subject);
  expect(added.told).toMatchObject([{ action: 'template.version', before: null, after: { approval: second } }]);
  expect((await decide(second, 'reject', { reason: 'too long' })).told).toMatchObject([
    { action: 'approval.reject', subject: second, after: { status: 'rejected', reason: 'too long' } },
  ]);
});

test('a rule that waits tells no change; the approval does', async () => {
  const value = { templates: ['1'], apps: [] };
  const stopping = await putDown(200, admin, 'put', '/v1/rules/discard', { value });
  expect(stopping.told).toMatchObject([{ action: 'rule.change', after: { version: 1, value } }]);
  const wanted = { templates: [], apps: [] };
  const asked = await putDown(202, admin, 'put', '/v1/rules/discard', { value: wanted });
  const id = await waitingFor(api, 'rule', 'discard');
  expect(asked.told).toEqual([
    { action: 'rule.change', by: admin.user.id, subject: 'discard', before: null, after: { approval: id } },
  ]);
  expect((await decide(id, 'approve')).told).toMatchObject([
    {
      ...{ action: 'rule.change', before: { version: 1, value: { templates: ['1'] } } },
      after: { version: 2, value: { templates: [] }, approval: id },
    },
    { action: 'approval.approve' },
  ]);
});

test('an account that is asked for, made, and asked to be deleted; its secret is nowhere', async () => {
  const secret = 'canary-of-an-approval';
  const config = { host: '127.0.0.1', port: 1, from: 'a@example.com' };
  const account = { name: 'relay', provider: 'smtp', config, secrets: { user: 'me', pass: secret } };
  const asked = await putDown(202, admin, 'post', '/v1/accounts', account);
  expect(asked.told).toMatchObject([{ action: 'account.create', before: null, after: { approval: asked.body.id } }]);
  const { told } = await decide(asked.body.id, 'approve');
  expect(told).toMatchObject([
    { action: 'account.create', subject: asked.body.subject, before: null, after: { name: 'relay' } },
    { action: 'approval.approve' },
  ]);
  const { body } = await putDown(202, admin, 'delete', `/v1/accounts/${asked.body.subject}`);
  const withdrawn = await putDown(200, admin, 'post', `/v1/approvals/${body.id}/withdraw`, {});
  expect(withdrawn.told).toMatchObject([{ action: 'approval.withdraw', by: admin.user.id }]);
  expect(JSON.stringify(await api.db.knex('audit_log'))).not.toContain(secret);
  const kept = JSON.stringify(await api.db.knex('approvals'));
  expect([kept.includes('relay'), kept.includes(secret)]).toEqual([true, false]);
});
