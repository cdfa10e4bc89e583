import type { MessageId, TemplateId } from '../../domain/ids';
import { requireApproval, waitingFor } from '../support/approvals';
import { createLuminateClient, SMS_TEMPLATE, type LuminateClient } from '../support/luminate-client';
import { createUser, signInAs, type Person } from '../support/people';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';
import { peopleCsv, uploadAudience } from '../support/test-audience';
import { addressesOf, createTestRuns, csvOf } from '../support/test-runs';
import { createTestSystem, type TestSystem } from '../support/test-system';

describe('templates under the rule of approval', () => {
  let system: TestSystem;
  let api: TestApi;
  let approver: Person;
  let made = 0;

  beforeAll(async () => {
    system = await createTestSystem();
    api = await createSystemApi(system);
    approver = await signInAs(api, await createUser(api, 'approver'));
    await requireApproval(api, { templates: true });
  }, 90_000);
  afterAll(async () => {
    await api.close();
    await system.close();
  });

  const mail = (subject: string) => ({ subject, html: '<p>Dear {{ name }}</p>' });
  async function create(change: object = {}): Promise<number> {
    const key = `t-${++made}`;
    const template = { key, name: key, channel: 'email', messageType: 'notice', content: mail('One'), ...change };
    const { status, body } = await api.admin.post('/v1/templates', template);
    expect([status, body.currentVersion, body.waitingVersion, body.state]).toEqual([201, null, 1, 'running']);
    return body.id;
  }
  async function decide(kind: string, subject: number, how: 'approve' | 'reject', body: object = {}) {
    const apv = await waitingFor(api, kind, subject);
    const answer = await approver.call('post', `/v1/approvals/${apv}/${how}`, body);
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ id: apv })]);
    return answer.body;
  }
  async function approved(change?: object): Promise<number> {
    const id = await create(change);
    await decide('template_version', id, 'approve');
    return id;
  }
  const addVersion = async (id: number, subject: string) =>
    (await api.admin.post(`/v1/templates/${id}/versions`, { content: mail(subject) })).body;
  const read = async (id: number) => (await api.shop.get(`/v1/templates/${id}`)).body;
  const send = (id: number, more: object = {}) => {
    const recipients = [{ to: `to${++made}@example.com`, variables: { name: 'Ada' } }];
    return api.shop.post('/v1/sends', { template: id, recipients, ...more });
  };
  const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
  const NOT_APPROVED = [409, 'template_not_approved'];
  /** The subject of the mail that a send really brought. */
  async function subjectOf(sent: ReturnType<typeof send>): Promise<string | undefined> {
    const { status, body } = await sent;
    expect([status, body.code]).toEqual([202, undefined]);
    const [message] = await system.final([body.messages[0].id as MessageId]);
    expect(message).toMatchObject({ status: 'sent' });
    return system.sink.mails.find(({ to }) => to === message?.address)?.parsed.subject;
  }

  it('a version that waits sends nothing, the approved one goes on sending, and an approved one is sent from then on', async () => {
    const id = await create();
    expect(codeOf(await send(id))).toEqual(NOT_APPROVED);
    expect(codeOf(await send(id, { version: 1 }))).toEqual(NOT_APPROVED);
    await decide('template_version', id, 'approve');
    expect(await subjectOf(send(id))).toBe('One');

    expect(await addVersion(id, 'Two')).toMatchObject({ version: 2, audit: { status: 'waiting', code: 10 } });
    expect(await read(id)).toMatchObject({ currentVersion: 1, waitingVersion: 2, content: mail('One') });
    expect(await subjectOf(send(id))).toBe('One');
    expect(codeOf(await send(id, { version: 2 }))).toEqual(NOT_APPROVED);

    await decide('template_version', id, 'approve', { note: 'better' });
    expect(await read(id)).toMatchObject({ currentVersion: 2, waitingVersion: null, content: mail('Two') });
    expect(await subjectOf(send(id))).toBe('Two');
    expect(await subjectOf(send(id, { version: 1 }))).toBe('One');
  }, 60_000);

  it('a rejected version stays to be read, with the reason, and is never sent; the next one is', async () => {
    const id = await approved();
    await addVersion(id, 'Bad');
    await decide('template_version', id, 'reject', { reason: 'We do not shout.' });
    const { body } = await api.shop.get(`/v1/templates/${id}/versions/2`);
    expect(body).toMatchObject({
      content: mail('Bad'),
      audit: { status: 'rejected', code: 30, reason: 'We do not shout.', decidedBy: approver.user.id },
    });
    expect(await read(id)).toMatchObject({ currentVersion: 1, waitingVersion: null });
    expect(codeOf(await send(id, { version: 2 }))).toEqual(NOT_APPROVED);
    const test = { to: 'x@example.com', variables: { name: 'Ada' }, version: 2 };
    expect(codeOf(await api.admin.post(`/v1/templates/${id}/test`, test))).toEqual(NOT_APPROVED);
    await addVersion(id, 'Third');
    await addVersion(id, 'Fourth');
    await decide('template_version', id, 'approve');
    const { items } = (await api.shop.get(`/v1/templates/${id}/versions`)).body;
    expect(items.map(({ audit }: { audit: { status: string } }) => audit.status)).toEqual([
      ...['approved', 'replaced', 'rejected', 'approved'],
    ]);
    expect((await read(id)).currentVersion).toBe(4);
  });

  it('what waits can be previewed, and sent for a test by those who name the version', async () => {
    const id = await create();
    const preview = await approver.call('post', `/v1/templates/${id}/preview`, { variables: { name: 'Ada' } });
    expect(preview.body).toMatchObject({ subject: 'One' });
    const inApp = { 'X-Luminate-App': api.shop.appId };
    const test = (more: object) => {
      const body = { to: `test${++made}@example.com`, variables: { name: 'Ada' }, ...more };
      return approver.call('post', `/v1/templates/${id}/test`, body, inApp);
    };
    expect(codeOf(await test({}))).toEqual(NOT_APPROVED);
    expect(await subjectOf(test({ version: 1 }))).toBe('One');
    expect((await test({ version: 9 })).body.errors[0].pointer).toBe('/version');
    expect(codeOf(await send(id))).toEqual(NOT_APPROVED);
  }, 60_000);

  it('name and policy wait, stopping and starting do not', async () => {
    const id = await approved();
    const patch = (body: object, headers = {}) => api.admin.call('patch', `/v1/templates/${id}`, body, headers);
    const etag = (await api.admin.get(`/v1/templates/${id}`)).get('ETag') ?? '';
    const { status, body } = await patch({ policy: { dailyCap: 3 } }, { 'If-Match': etag });
    expect([status, body]).toEqual([202, expect.objectContaining({ kind: 'template_settings', status: 'waiting' })]);
    expect(await read(id)).toMatchObject({ policy: {}, waitingSettings: body.id });
    expect(codeOf(await patch({ policy: { dailyCap: 9 } }, { 'If-Match': etag }))).toEqual([
      412,
      'precondition_failed',
    ]);
    expect((await api.admin.get(`/v1/approvals/${body.id}`)).body).toMatchObject({
      before: { policy: {} },
      after: { policy: { dailyCap: 3 } },
    });
    const { name } = await read(id);
    expect((await patch({ name, policy: {} })).status).toBe(200);
    for (const verb of ['stop', 'start'])
      expect((await api.admin.post(`/v1/templates/${id}/${verb}`)).status).toBe(200);

    const newer = await patch({ policy: { dailyCap: 4 }, name: 'Renamed' });
    expect((await api.admin.get(`/v1/approvals/${body.id}`)).body.status).toBe('replaced');
    await decide('template_settings', id, 'approve');
    expect(await read(id)).toMatchObject({ name: 'Renamed', policy: { dailyCap: 4 }, waitingSettings: null });
    const kept = (await api.admin.get(`/v1/approvals/${newer.body.id}`)).body;
    expect(kept).toMatchObject({ before: { policy: {} }, after: { name: 'Renamed', policy: { dailyCap: 4 } } });
    await patch({ policy: {} });
    await decide('template_settings', id, 'reject', { reason: 'no' });
    expect(await read(id)).toMatchObject({ policy: { dailyCap: 4 }, waitingSettings: null });
  });

  it('a copy waits as well; with a template goes what waits for it', async () => {
    const id = await approved();
    const { body } = await api.admin.post(`/v1/templates/${id}/copy`, { key: `copy-${++made}`, name: 'Copy' });
    expect(body).toMatchObject({ currentVersion: null, waitingVersion: 1, content: mail('One') });
    const apv = await waitingFor(api, 'template_version', body.id);
    expect((await api.admin.call('delete', `/v1/templates/${body.id}`)).status).toBe(204);
    const late = await approver.call('post', `/v1/approvals/${apv}/approve`, {});
    expect([...codeOf(late), (await api.shop.get(`/v1/approvals/${apv}`)).body.status]).toEqual([
      ...[409, 'approval_decided', 'withdrawn'],
    ]);
  });

  it('a campaign of what is not approved is refused, and a run of it fails before it begins', async () => {
    const id = await create({ messageType: 'marketing' });
    const audience = await uploadAudience(api, api.shop, 'email', peopleCsv(2, 'email'));
    const campaign = { name: 'C', template: id, audience, schedule: { kind: 'now' } };
    const check = (await api.shop.post('/v1/campaigns/check', campaign)).body;
    expect([check.ok, check.errors]).toEqual([
      false,
      [expect.objectContaining({ pointer: '/template', code: 'template_not_approved' })],
    ]);
    expect(codeOf(await api.shop.post('/v1/campaigns', campaign))).toEqual(NOT_APPROVED);
    const runs = createTestRuns(system);
    const [template] = await system.db.database.stores.templates.getMany([id as TemplateId]);
    const run = await runs.start(template!, await runs.audience(csvOf(addressesOf('none', 2))));
    expect(await runs.ended(run.id)).toMatchObject({ state: 'failed', reason: 'template_not_approved', imported: 0 });

    await decide('template_version', id, 'approve');
    await addVersion(id, 'Two');
    const pinned = (await api.shop.post('/v1/campaigns/check', { ...campaign, version: 2 })).body;
    expect(pinned.errors).toEqual([expect.objectContaining({ pointer: '/version', code: 'template_not_approved' })]);
    const { status, body } = await api.shop.post('/v1/campaigns', campaign);
    expect(status).toBe(201);
    expect(await runs.ended(body.run.id)).toMatchObject({ state: 'finished', templateVersion: 1, imported: 2 });
  }, 90_000);

  describe('by the ancestor’s endpoints', () => {
    let admin: LuminateClient;
    let shop: LuminateClient;
    beforeAll(() => {
      admin = createLuminateClient(api, api.admin);
      shop = createLuminateClient(api, api.shop);
    });
    const query = async (id: number) => (await shop.get(`/query/${id}`)).data;
    const sendTo = (messageTemplateId: number) => {
      const messageParam = { receiver: '13800138000', variables: { code: '1' } };
      return shop.post('/send', { code: 'send', messageTemplateId, messageParam });
    };

    it('10 waits, 20 is approved, 30 is rejected; what nobody approved is neither sent nor started', async () => {
      const id = await admin.save();
      expect(await query(id)).toMatchObject({ auditStatus: 10, msgContent: SMS_TEMPLATE.msgContent });
      for (const refused of [await sendTo(id), await admin.post(`/start/${id}`)]) {
        expect(refused).toMatchObject({ status: 200, code: '00001', msg: expect.stringContaining('approved') });
      }
      await decide('template_version', id, 'approve');
      expect(await query(id)).toMatchObject({ auditStatus: 20 });
      expect(await sendTo(id)).toMatchObject({ code: '00000' });

      const msgContent = '{"content":"neu {$code}"}';
      expect(await admin.post('/save', { id, msgContent })).toMatchObject({ code: '00000', data: true });
      expect(await admin.post('/save', { id, msgContent })).toMatchObject({ code: '00000' });
      expect(await query(id)).toMatchObject({ auditStatus: 10, msgContent });
      expect(await read(id)).toMatchObject({ currentVersion: 1, waitingVersion: 2 });
      expect(await sendTo(id)).toMatchObject({ code: '00000' });
      await decide('template_version', id, 'reject', { reason: 'no' });
      expect(await query(id)).toMatchObject({ auditStatus: 30, msgContent });
      await admin.post('/save', { id, msgContent });
      expect(await query(id)).toMatchObject({ auditStatus: 10 });
      await decide('template_version', id, 'approve');
      expect([await read(id), await query(id)]).toMatchObject([{ currentVersion: 3 }, { auditStatus: 20 }]);
    });

    it('a new name waits beside the content; one by schedule is not started before it is approved', async () => {
      const audience = await uploadAudience(api, api.admin, 'sms', peopleCsv(2).replaceAll('name', 'code'));
      const change = { templateType: 10, expectPushTime: '0 0 9 * * ?', cronCrowdPath: audience };
      const id = await admin.save(change);
      expect(await admin.post(`/start/${id}`)).toMatchObject({ code: '00001' });
      await decide('template_version', id, 'approve');
      expect(await admin.post(`/start/${id}`)).toMatchObject({ code: '00000' });
      expect(await admin.post('/save', { id, name: 'Neu' })).toMatchObject({ code: '00000' });
      expect(await query(id)).toMatchObject({ name: 'Code', auditStatus: 20 });
      await decide('template_settings', id, 'approve');
      expect(await query(id)).toMatchObject({ name: 'Neu', auditStatus: 20 });
    });
  });
});
