import type { Response } from 'supertest';
import type { AuditAction, AuditEntry } from '../../domain/audit';
import { defaultRules } from '../../domain/rules';
import { entriesOf } from '../support/audited';
import { createUser, signInAs, type Person } from '../support/people';
import { seedMessages } from '../support/seed-messages';
import { CONTENTS, createTestApi, type TestApi } from '../support/test-api';
import { peopleCsv, uploadAudience } from '../support/test-audience';

let api: TestApi;
let ada: Person;
beforeAll(async () => {
  api = await createTestApi({
    deps: {
      maintenance: {
        read: () => Promise.reject(new Error('this test has no Temporal')),
        start: async () => ({ workflowId: 'maintenance-retention-1' }),
        uiLink: (id) => id,
      },
      askRun: async () => ({ state: 'paused' }),
      checkWebhookUrl: async () => undefined,
    },
  });
  ada = await signInAs(api, await createUser(api, 'admin'));
});
afterAll(() => api.close());

type Call = [method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, body?: unknown];
type Expected = Partial<Pick<AuditEntry, 'before' | 'after'>> & { subject?: object; appId?: string };

const ORIGIN = { 'X-Request-Id': 'request-7', 'User-Agent': 'tests/1', 'X-Luminate-App': '' };

async function act(...[method, path, body]: Call): Promise<Response> {
  const headers = { ...ORIGIN, 'X-Luminate-App': api.shop.appId };
  return ada.call(method, path, method === 'get' || method === 'delete' ? undefined : (body ?? {}), headers);
}

/** The call must succeed and leave exactly this entry; returns the answer. */
async function leaves(call: Call, action: AuditAction, expected: Expected = {}) {
  const [{ status, body }, entries] = await entriesOf(api, () => act(...call));
  if (status >= 400) throw new Error(`${call.join(' ')} was answered ${status}: ${JSON.stringify(body)}`);
  const actor = { kind: 'user', id: ada.user.id, name: ada.user.name };
  const origin = { requestId: 'request-7', ip: '127.0.0.1', userAgent: 'tests/1' };
  expect(entries).toEqual([
    expect.objectContaining({
      ...{ action, actor, origin, refusedAs: null },
      ...(expected.subject ? { subject: expected.subject } : {}),
      ...('appId' in expected ? { appId: expected.appId } : {}),
    }),
  ]);
  const { before, after } = { before: null, after: null, ...expected };
  expect([entries[0]?.before, entries[0]?.after]).toEqual([before, after]);
  return body;
}
const any = expect.anything();
const having = (fields: object): never => expect.objectContaining(fields) as never;

describe('every act leaves one entry that tells who, what, from where, before and after', () => {
  test('apps and keys', async () => {
    const { id } = await leaves(['post', '/v1/apps', { name: 'audited' }], 'app.create', {
      after: { name: 'audited' },
    });
    const scopes = ['messages:read'];
    const key = { name: 'reports', role: 'app', scopes, expiresAt: null, revokedAt: null };
    const made = await leaves(['post', `/v1/apps/${id}/keys`, { role: 'app', name: 'reports', scopes }], 'key.create', {
      ...{ appId: id, after: key, subject: { id: expect.stringMatching(/^key_/), name: 'reports' } },
    });
    const revoked = { before: { revokedAt: null }, after: { revokedAt: expect.any(String) } };
    await leaves(['delete', `/v1/keys/${made.id}`], 'key.revoke', { ...revoked, appId: id });
  });

  test('people', async () => {
    const invited = { email: 'grace@example.com', name: 'Grace', role: 'viewer' };
    const whole = { ...invited, state: 'active', openId: null };
    const { id } = await leaves(['post', '/v1/users', invited], 'user.invite', { after: whole });
    const change = { before: { role: 'viewer' }, after: { role: 'editor' }, subject: { id, name: 'Grace' } };
    await leaves(['patch', `/v1/users/${id}`, { role: 'editor' }], 'user.change', change);
    await leaves(['post', `/v1/users/${id}/set-password-token`], 'user.token');
    await leaves(['delete', `/v1/users/${id}`], 'user.delete', { before: { ...whole, role: 'editor' } });
  });

  test('templates', async () => {
    const body = { key: 'news', name: 'News', channel: 'sms', messageType: 'notice', content: CONTENTS.sms };
    const whole = { ...{ key: 'news', name: 'News', channel: 'sms' }, messageType: 'notice', state: 'running' };
    const made = { ...whole, currentVersion: 1, policy: {} };
    const { id } = await leaves(['post', '/v1/templates', body], 'template.create', { after: made });
    const subject = { id: String(id), name: 'news' };
    // By its key: the entry has the number all the same.
    await leaves(['patch', '/v1/templates/news', { name: 'Newer', policy: { dailyCap: 3 } }], 'template.change', {
      ...{ subject, before: { name: 'News', policy: {} }, after: { name: 'Newer', policy: { dailyCap: 3 } } },
    });
    await leaves(['post', '/v1/templates/news/versions', { content: { text: 'Good day' } }], 'template.version', {
      ...{ subject, before: { currentVersion: 1 }, after: { currentVersion: 2 } },
    });
    const test_ = { to: '13800138000', variables: { name: 'Xenophon' } };
    await leaves(['post', '/v1/templates/news/test', test_], 'template.test', { subject, after: { send: any } });
    const stopped = { before: { state: 'running' }, after: { state: 'stopped' } };
    await leaves(['post', '/v1/templates/news/stop'], 'template.stop', stopped);
    // Nothing changes, and somebody did it.
    await leaves(['post', '/v1/templates/news/stop'], 'template.stop', { subject });
    await leaves(['post', '/v1/templates/news/start'], 'template.start', {
      before: stopped.after,
      after: stopped.before,
    });
    await leaves(['post', '/v1/templates/news/copy', { key: 'copy', name: 'Copy' }], 'template.copy', {
      after: having({ key: 'copy', copyOf: id }),
    });
    await leaves(['delete', '/v1/templates/copy'], 'template.delete', { before: having({ key: 'copy' }) });
  });

  test('accounts, routes and rules', async () => {
    const smtp = { host: '127.0.0.1', port: 1, from: 'no-reply@example.com', connectTimeoutMs: 500 };
    const account = { name: 'mail', provider: 'smtp', config: smtp, secrets: { user: 'robot', pass: 'sesame' } };
    const { id } = await leaves(['post', '/v1/accounts', account], 'account.create', {
      after: having({ name: 'mail', provider: 'smtp', config: having(smtp) }),
    });
    const one = `/v1/accounts/${id}`;
    const change = { config: { ...smtp, port: 2 }, secrets: { user: 'robot', pass: 'other sesame' } };
    await leaves(['patch', one, change], 'account.change', {
      ...{ before: { config: { port: 1 } }, after: { config: { port: 2 }, secretsGiven: ['user', 'pass'] } },
    });
    await leaves(['post', `${one}/verify`], 'account.verify', { after: { verified: false } });
    await leaves(['put', `${one}/health`, { override: 'open', note: 'ask ada@example.com' }], 'account.health', {
      before: { health: { mode: 'auto', note: null } },
      after: { health: { mode: 'open', note: 'ask a***@example.com' } },
    });
    const accounts = [{ accountId: id, weight: 1 }];
    const lane = '/v1/routes/email.notice';
    await leaves(['put', lane, { accounts }], 'route.change', {
      ...{ subject: { id: 'email.notice', name: 'email.notice' } },
      ...{ before: { version: 0, accounts: [] }, after: { version: 1, accounts } },
    });
    await leaves(['put', '/v1/rules/routes', { value: {} }], 'rule.change', {
      ...{ before: { version: 1, value: { 'email.notice': accounts } }, after: having({ version: 2 }) },
    });
    await leaves(['delete', one], 'account.delete', { before: having({ name: 'mail' }) });
    const { caps } = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });
    const put = (notice: number): Call => ['put', '/v1/rules/caps', { value: { ...caps, notice } }];
    await leaves(put(7), 'rule.change', { after: { version: 1, value: { ...caps, notice: 7 }, note: null } });
    const changed = { before: { version: 1, value: { notice: 7 } }, after: { version: 2, value: { notice: 8 } } };
    await leaves(put(8), 'rule.change', changed);
    await leaves(['post', '/v1/rules/caps/rollback', { version: 1 }], 'rule.rollback', {
      before: { version: 2, value: { notice: 8 }, note: null },
      after: { version: 3, value: { notice: 7 }, note: 'rolled back to version 1' },
    });
  });

  test('webhooks', async () => {
    const url = 'https://hooks.example.com/in?token=very-secret';
    const { id } = await leaves(['post', '/v1/webhooks', { url }], 'webhook.create', {
      ...{ appId: api.shop.appId, after: having({ url: 'https://hooks.example.com/in?token=[masked]' }) },
    });
    const one = `/v1/webhooks/${id}`;
    await leaves(['patch', one, { description: 'ours' }], 'webhook.change', {
      ...{ before: { description: null }, after: { description: 'ours' } },
    });
    await leaves(['post', `${one}/rotate-secret`], 'webhook.rotate', {
      ...{ before: { secretBeforeHoldsUntil: null }, after: { secretBeforeHoldsUntil: any } },
    });
    const test_ = await leaves(['post', `${one}/test`], 'webhook.test');
    await leaves(['post', `/v1/webhook-deliveries/${test_.id}/replay`], 'webhook_delivery.replay');
    const from = '2026-11-01T00:00:00.000Z';
    await leaves(['post', `${one}/replay`, { from }], 'webhook.replay', { after: { from, replayed: 0 } });
    await leaves(['delete', one], 'webhook.delete', { before: having({ description: 'ours' }) });
  });

  test('audiences, campaigns and runs', async () => {
    const [audience, [uploaded]] = await entriesOf(api, () => uploadAudience(api, api.shop, 'sms', peopleCsv(2)));
    expect(uploaded).toMatchObject({
      ...{ action: 'audience.upload', actor: { kind: 'key', name: 'test' }, subject: { id: audience } },
      ...{ appId: api.shop.appId, after: { rows: 2, accepted: 2 } },
    });
    const template = await leaves(
      [
        'post',
        '/v1/templates',
        { ...{ key: 'run', name: 'Run', channel: 'sms' }, messageType: 'notice', content: CONTENTS.sms },
      ],
      'template.create',
      { after: any as never },
    );
    const body = { name: 'autumn', template: template.id, audience, schedule: { kind: 'now' }, paused: true };
    const given = { ...body, variables: { secret: 'Xenophon' } };
    const { id } = await leaves(['post', '/v1/campaigns', given], 'campaign.create', {
      ...{ appId: api.shop.appId, after: having({ name: 'autumn', paused: true, variables: ['secret'] }) },
    });
    const one = `/v1/campaigns/${id}`;
    await leaves(['patch', one, { name: 'winter' }], 'campaign.change', {
      ...{ before: { name: 'autumn', revision: 1 }, after: { name: 'winter', revision: 2 } },
    });
    const { run } = await leaves(['post', `${one}/trigger`], 'campaign.trigger', { after: { run: any } });
    await leaves(['post', `/v1/runs/${run.id}/pause`, { note: 'call 13800138000' }], 'run.pause', {
      ...{ subject: { id: run.id, name: id }, after: { note: expect.not.stringContaining('13800138000') } },
    });
    await leaves(['post', `/v1/runs/${run.id}/resume`], 'run.resume');
    await leaves(['post', `/v1/runs/${run.id}/cancel`], 'run.cancel');
    await leaves(['post', `/v1/runs/${run.id}/rate`, { rate: null }], 'run.rate');
    await leaves(['get', `/v1/runs/${run.id}/result`], 'run.export', { subject: { id: run.id, name: id } });
    await leaves(['post', `${one}/pause`], 'campaign.pause');
    await leaves(['delete', one], 'campaign.delete', { before: having({ name: 'winter' }) });
    await leaves(['get', `/v1/audiences/${audience}/rejects`], 'audience.export');
    const other = await uploadAudience(api, api.shop, 'sms', peopleCsv(1));
    await leaves(['delete', `/v1/audiences/${other}`], 'audience.delete', { before: having({ rows: 1 }) });
  });

  test('messages, suppressions, maintenance', async () => {
    const appId = api.shop.appId as never;
    const [waiting, doubtful] = await seedMessages(api.db, 2, { appId });
    await leaves(['post', `/v1/messages/${waiting}/recall`], 'message.recall', {
      before: { status: 'accepted', reason: null },
      after: { status: 'recalled', reason: 'recalled' },
    });
    await api.db.knex('messages').where({ id: doubtful }).update({ status: 'unknown', reason: 'answer_lost' });
    await leaves(['post', `/v1/messages/${doubtful}/resolve`, { outcome: 'sent' }], 'message.resolve', {
      before: { status: 'unknown', reason: 'answer_lost' },
      after: { status: 'sent', reason: 'resolved' },
    });
    const { send_id: send } = await api.db.knex('messages').where({ id: waiting }).first();
    await leaves(['post', `/v1/sends/${send}/recall`], 'send.recall', { after: { recalled: 1, tooLate: 1 } });
    const { id } = await leaves(['post', '/v1/suppressions', { to: 'ada@example.com' }], 'suppression.add', {
      after: having({ to: 'a***@example.com', reason: 'manual', liftedAt: null }),
    });
    await leaves(['delete', `/v1/suppressions/${id}`], 'suppression.lift', {
      ...{ before: { liftedAt: null }, after: { liftedAt: any } },
    });
    await leaves(['get', '/v1/suppressions/export?to=ada@example.com'], 'suppression.export', {
      after: having({ to: 'a***@example.com' }),
    });
    await leaves(['post', '/v1/maintenance/retention/run'], 'maintenance.run', {
      subject: { id: 'retention', name: null },
    });
  });
});
