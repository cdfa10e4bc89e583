import request from 'supertest';
import { newId } from '../../domain/ids';
import { createApp } from '../../api/create-app';
import { entriesOf } from '../support/audited';
import { createLuminateClient, SMS_TEMPLATE, type LuminateClient } from '../support/luminate-client';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
let admin: LuminateClient;
beforeAll(async () => {
  api = await createTestApi();
  admin = createLuminateClient(api, api.admin);
});
afterAll(() => api.close());

const call = (...args: Parameters<TestApi['admin']['call']>) => api.admin.call(...args);
const actionsOf = async (work: () => Promise<unknown>) => (await entriesOf(api, work))[1].map(({ action }) => action);

describe('no entry without its change', () => {
  test('what is refused, fails or was made before leaves none', async () => {
    await createTemplate(api.admin, 'taken');
    await api.admin.post('/v1/apps', { name: 'taken' }, { 'Idempotency-Key': 'once' });
    const { body: account } = await api.admin.post('/v1/accounts', {
      ...{ name: 'used', provider: 'smtp', config: { host: '127.0.0.1', port: 1, from: 'a@example.com' } },
      secrets: {},
    });
    await call('put', '/v1/routes/email.notice', { accounts: [{ accountId: account.id, weight: 1 }] });
    const failing: [number, () => Promise<request.Response>][] = [
      [409, () => api.admin.post('/v1/apps', { name: 'taken' })],
      [201, () => api.admin.post('/v1/apps', { name: 'taken' }, { 'Idempotency-Key': 'once' })],
      [422, () => api.admin.post('/v1/templates/taken/versions', { content: { text: '{{' } })],
      [404, () => call('patch', '/v1/templates/nothing', { name: 'x' })],
      [412, () => call('patch', '/v1/templates/taken', { name: 'x' }, { 'If-Match': '"0"' })],
      [409, () => call('delete', `/v1/accounts/${account.id}`)],
      [409, () => call('put', '/v1/rules/discard', { value: { templates: [], apps: [] }, expectedVersion: 9 })],
      [404, () => call('delete', '/v1/keys/key_01M84BZW808SY1J1GKT7KH6WJQ')],
      [404, () => call('delete', `/v1/users/${newId('usr')}`)],
    ];
    for (const [status, fail] of failing) {
      const [answer, entries] = await entriesOf(api, fail);
      expect([answer.status, entries]).toEqual([status, []]);
    }
  });

  test('no send leaves one', async () => {
    await createTemplate(api.admin, 'hello');
    const recipients = [{ to: '13800138000', variables: { name: 'Ada' } }];
    const send = () => api.shop.post('/v1/sends', { template: 'hello', recipients });
    const [{ status }, entries] = await entriesOf(api, send);
    expect([status, entries]).toEqual([202, []]);
  });
});

describe('no change without its entry', () => {
  test('while the log cannot be written nothing is changed', async () => {
    await createTemplate(api.admin, 'steady');
    const { body: key } = await api.admin.post(`/v1/apps/${api.shop.appId}/keys`, { role: 'app', name: 'k' });
    const head = await api.db.knex('audit_head').first();
    await api.db.knex('audit_head').delete();
    try {
      const changes = [
        () => call('patch', '/v1/templates/steady', { name: 'moved' }),
        () => call('post', '/v1/templates/steady/stop', {}),
        () => call('delete', `/v1/keys/${key.id}`),
        () => api.admin.post('/v1/apps', { name: 'unseen' }),
        () => call('put', '/v1/rules/discard', { value: { templates: [], apps: [api.shop.appId] } }),
        () => call('delete', '/v1/templates/steady'),
      ];
      for (const change of changes) expect((await change()).status).toBe(500);
    } finally {
      await api.db.knex('audit_head').insert(head);
    }
    expect((await api.admin.get('/v1/templates/steady')).body).toMatchObject({ name: 'steady', state: 'running' });
    expect(await api.db.database.stores.apps.findByName('unseen')).toBeUndefined();
    expect((await api.db.database.stores.apps.getKey(key.id))?.revokedAt).toBeNull();
    expect((await api.admin.get('/v1/rules/discard')).body.value.apps).toEqual([]);
  });

  test('of changes at once each entry begins where the one before ended', async () => {
    await createTemplate(api.admin, 'busy');
    const names = Array.from({ length: 12 }, (_, n) => `name ${n}`);
    const [, entries] = await entriesOf(api, () =>
      Promise.all([
        ...names.map((name) => call('patch', '/v1/templates/busy', { name })),
        ...names.map((name) => api.admin.post('/v1/apps', { name })),
      ]),
    );
    expect(entries).toHaveLength(24);
    const edits = entries.filter(({ action }) => action === 'template.change');
    let name: unknown = 'busy';
    for (const { before, after } of edits) {
      expect(before).toEqual({ name });
      name = after?.['name'];
    }
    expect((await api.admin.get('/v1/templates/busy')).body.name).toBe(name);
    expect(await api.db.database.stores.audit.verify()).toMatchObject({ ok: true });
  });

  test('of versions of a rule at once each entry tells the one that it replaced', async () => {
    const put = (n: number) => call('put', '/v1/rules/discard', { value: { templates: [], apps: [] }, note: `n ${n}` });
    const [, entries] = await entriesOf(api, () => Promise.all([1, 2, 3, 4].map(put)));
    const steps = entries.map(({ before, after }) => Number(after?.['version']) - Number(before?.['version'] ?? 0));
    expect(steps).toEqual([1, 1, 1, 1]);
  });
});

describe('the ancestor’s endpoints', () => {
  test('leave the entries of what they do', async () => {
    const [id, made] = await entriesOf(api, () => admin.save());
    const actor = { kind: 'key', name: 'test' };
    expect(made).toMatchObject([{ action: 'template.save', actor, subject: { id: String(id) }, before: null }]);
    expect(made[0]?.after).toMatchObject({ name: 'Code', currentVersion: 1, luminate: { creator: 'Ada' } });
    const save = (change: object) => admin.post('/save', { ...SMS_TEMPLATE, id, ...change });
    const [, changed] = await entriesOf(api, () => save({ msgContent: '{"content":"new {$code}"}', creator: 'Bob' }));
    expect(changed).toMatchObject([
      { before: { currentVersion: 1, luminate: { creator: 'Ada' } }, after: { currentVersion: 2 } },
    ]);
    expect(await actionsOf(() => admin.post(`/stop/${id}`))).toEqual(['template.stop']);
    expect(await actionsOf(() => admin.post(`/start/${id}`))).toEqual(['template.start']);
    expect(await actionsOf(() => admin.post(`/copy/${id}`))).toEqual(['template.copy']);
    const test_ = { id, receiver: '13800138000', msgContent: '{"code":"1234"}' };
    const [, tested] = await entriesOf(api, () => admin.post('/test', test_));
    expect(tested).toMatchObject([{ action: 'template.test', subject: { id: String(id) } }]);
    const [, recalled] = await entriesOf(api, () => admin.post(`/recall/${id}`));
    expect(recalled).toMatchObject([{ action: 'message.recall', after: { template: id, recalled: 1 } }]);
    expect(await actionsOf(() => admin.post('/send', { messageTemplateId: id, messageParam: null }))).toEqual([]);
    expect(await actionsOf(() => admin.call('delete', `/delete/${id}`))).toEqual(['template.delete']);
  });

  test('start by schedule tells of the campaign, too', async () => {
    const file = await request(api.app)
      .post('/luminate/upload?sendChannel=30')
      .set('Authorization', `Bearer ${api.admin.key}`)
      .attach('file', Buffer.from('userId,code\n13800138000,1\n'), 'people.csv');
    const id = await admin.save({ templateType: 10, expectPushTime: '0 30 9 * * ?', cronCrowdPath: file.body.data });
    const started = await actionsOf(() => admin.post(`/start/${id}`));
    expect(started).toEqual(['template.start', 'campaign.create', 'campaign.change']);
    expect(await actionsOf(() => admin.post(`/stop/${id}`))).toEqual(['campaign.pause']);
    // The change rests the campaign: the one entry says so.
    const [, saved] = await entriesOf(api, async () => {
      await admin.post(`/start/${id}`);
      await admin.post('/save', { ...SMS_TEMPLATE, id, templateType: 10, expectPushTime: '0 0 7 * * ?' });
    });
    expect(saved.at(-1)).toMatchObject({
      before: { luminate: { campaignPaused: false } },
      after: { luminate: { campaignPaused: true, expectPushTime: '0 0 7 * * ?' } },
    });
  });
});

test('behind a proxy the address is that of the client', async () => {
  const app = createApp({ ...api.deps, people: { ...api.deps.people, PROXY_HOPS: 1 } });
  const [, entries] = await entriesOf(api, () =>
    request(app)
      .post('/v1/apps')
      .set({ Authorization: `Bearer ${api.admin.key}`, 'X-Forwarded-For': '203.0.113.9' })
      .send({ name: 'from afar' }),
  );
  expect(entries).toMatchObject([{ action: 'app.create', origin: { ip: '203.0.113.9' } }]);
});
