import { randomUUID } from 'node:crypto';
import { EMAIL_TEMPLATE, SMS_TEMPLATE } from '../support/luminate-client';
import { createLuminateSystem, type LuminateSystem } from '../support/luminate-system';

const NEWS = { name: 'News', channel: 'sms', messageType: 'notice', content: { text: 'Hello {{ name }}' } };
const MJML =
  '<mjml><mj-body><mj-section><mj-column><mj-text>Hi {$a}</mj-text></mj-column></mj-section></mj-body></mjml>';
const CSV = 'userId,code\n13800138000,1\n13800138001,2\n13800138000,3\nbad,4\n';

let system: LuminateSystem;
let api: LuminateSystem['api'];
let admin: LuminateSystem['admin'];
let shop: LuminateSystem['shop'];

beforeAll(async () => {
  system = await createLuminateSystem();
  ({ api, admin, shop } = system);
});
afterAll(() => system.close());

const query: LuminateSystem['query'] = (id) => system.query(id);
const uploaded: LuminateSystem['uploaded'] = (csv) => system.uploaded(csv);

describe('templates', () => {
  test('a new one is answered by query as it was saved, with the defaults of the ancestor', async () => {
    const msgContent = '{"content":"code {$code}","url":"https://a.b/{$code}"}';
    const before = Math.floor(Date.now() / 1000);
    const id = await admin.save({ msgContent, creator: '', proposer: 'Bob', deduplicationTime: 3 });
    const view = await query(id);
    expect(view).toEqual({
      ...{
        id,
        name: 'Code',
        auditStatus: 20,
        flowId: '',
        msgStatus: 10,
        idType: 30,
        sendChannel: 30,
        templateType: 20,
      },
      ...{ msgType: 10, expectPushTime: '0', msgContent, sendAccount: 0, creator: 'luminate', updator: 'luminate' },
      ...{ auditor: 'luminate', team: 'luminate公众号', proposer: 'Bob', isDeleted: 0, deduplicationTime: 3 },
      ...{ isNightShield: null, cronTaskId: null, cronCrowdPath: null, created: view.created, updated: view.updated },
    });
    expect(view.created).toBeGreaterThanOrEqual(before);
    const { text } = (await api.shop.post(`/v1/templates/${id}/preview`, { variables: { code: '1' } })).body;
    expect(text).toBe('code 1 https://a.b/1');
  });

  test('a change keeps what it does not name; new content is a new version', async () => {
    const id = await admin.save({ team: 'T' });
    const msgContent = '{"content":"neu {$code}"}';
    expect(await admin.post('/save', { id, msgContent, updator: 'Eve' })).toMatchObject({ code: '00000', data: true });
    expect(await query(id)).toMatchObject({ name: 'Code', team: 'T', creator: 'Ada', updator: 'Eve', msgContent });
    expect((await api.shop.get(`/v1/templates/${id}`)).body).toMatchObject({
      currentVersion: 2,
      content: { text: 'neu {$code}' },
    });
    await admin.post('/save', { id, name: 'Neu' });
    expect((await api.shop.get(`/v1/templates/${id}`)).body).toMatchObject({ currentVersion: 2, name: 'Neu' });
  });

  test('email takes both id types; what was made elsewhere is told in the form of the ancestor', async () => {
    for (const idType of [40, 50]) {
      expect(await query(await admin.save({ ...EMAIL_TEMPLATE, idType }))).toMatchObject({ idType, sendChannel: 40 });
    }
    expect(await query(api.templateId)).toMatchObject({
      ...{ name: 'news', sendChannel: 30, idType: 30, templateType: 20, creator: 'luminate' },
      msgContent: '{"content":"Hello {{ name }} in {{ city }}"}',
    });
    const id = await admin.save();
    await api.admin.post(`/v1/templates/${id}/versions`, { content: { text: 'other' } });
    expect(await query(id)).toMatchObject({ msgContent: '{"content":"other"}' });
  });

  test.each([
    ['MJML', { subject: 'S {$a}', mjml: MJML }],
    ['HTML with a text of its own', { subject: 'S {$a}', html: '<p>Hi {$a}</p>', text: 'Hi {$a}' }],
    ['a text of a provider', { text: 'Hi {$a}', vendor: { templateCode: 'SMS_1', params: { a: '{$a}' } } }],
  ])(
    '%s, made elsewhere, read and saved as a whole is no new version; changed, it stays what it is',
    async (_what, content) => {
      const channel = 'subject' in content ? 'email' : 'sms';
      const key = `elsewhere-${randomUUID()}`;
      const made = { key, name: 'Elsewhere', channel, messageType: 'notice', content };
      const { id } = (await api.admin.post('/v1/templates', made)).body;
      const shown = await query(id);
      expect(await admin.post('/save', shown)).toMatchObject({ code: '00000' });
      expect((await api.shop.get(`/v1/templates/${id}`)).body).toMatchObject({ currentVersion: 1, content });
      expect((await query(id)).msgContent).toBe(shown.msgContent);
      const title = JSON.parse(shown.msgContent).title && 'Other';
      const saveContent = (change: object) =>
        admin.post('/save', { id, msgContent: JSON.stringify({ ...JSON.parse(shown.msgContent), title, ...change }) });
      await saveContent({});
      const retitled = (await api.shop.get(`/v1/templates/${id}`)).body;
      expect(retitled.content).toEqual({ ...content, ...(title && { subject: title }) });
      const changed = JSON.parse(shown.msgContent).content.replace('Hi', 'Ho');
      await saveContent({ content: changed });
      const { text: _old, ...rest } = retitled.content;
      const kind = ['mjml', 'html'].find((name) => name in content) ?? 'text';
      expect((await api.shop.get(`/v1/templates/${id}`)).body.content).toEqual({ ...rest, [kind]: changed });
    },
  );

  test('made elsewhere and started, it is told as running; stopped, as stopped', async () => {
    const id = (await api.admin.post('/v1/templates', { ...NEWS, key: `elsewhere-${randomUUID()}` })).body.id;
    expect(await query(id)).toMatchObject({ msgStatus: 10 });
    for (const [path, msgStatus] of [
      ['start', 30],
      ['stop', 20],
    ] as const) {
      expect(await admin.post(`/${path}/${id}`)).toMatchObject({ code: '00000' });
      expect(await query(id)).toMatchObject({ msgStatus, creator: 'luminate', name: 'News' });
    }
  });

  test.each<[string, object]>([
    ['an unknown channel', { sendChannel: 10 }],
    ['an unknown message type', { msgType: 40 }],
    ['an unknown template type', { templateType: 30 }],
    ['an id type of another channel', { idType: 50 }],
    ['no name', { name: ' ' }],
    ['no content', { msgContent: null }],
    ['content that is no JSON', { msgContent: '{' }],
    ['content of another channel', { msgContent: '{"title":"x"}' }],
    ['content with a bad tag', { msgContent: '{"content":"{{ a b }}"}' }],
    [
      'an email with attachments',
      { ...EMAIL_TEMPLATE, msgContent: '{"title":"t","content":"c","url":"https://x.y/z"}' },
    ],
    ['a schedule with seconds', { templateType: 10, expectPushTime: '30 0 9 * * ?' }],
    ['a schedule with L', { templateType: 10, expectPushTime: '0 0 9 L * ?' }],
    ['the path of a file', { templateType: 10, cronCrowdPath: '/tmp/crowd.csv' }],
  ])('%s is A0001, and leaves nothing', async (_what, change) => {
    const { count } = (await shop.get('/list')).data;
    const answer = await admin.post('/save', { ...SMS_TEMPLATE, ...change });
    expect(answer).toMatchObject({ status: 200, code: 'A0001' });
    expect((await shop.get('/list')).data.count).toBe(count);
  });

  test('channel and message type cannot be changed, and a number that there is not is A0002', async () => {
    const id = await admin.save();
    expect(await admin.post('/save', { id, sendChannel: 40 })).toMatchObject({ code: 'A0001' });
    expect(await admin.post('/save', { id, msgType: 20 })).toMatchObject({ code: 'A0001' });
    expect(await admin.post('/save', { ...SMS_TEMPLATE, id: 777_777 })).toMatchObject({ code: 'A0002' });
    for (const path of ['/start/777777', '/stop/777777', '/copy/777777', '/recall/777777']) {
      expect(await admin.post(path)).toMatchObject({ status: 200, code: 'A0002' });
    }
    expect(await shop.get('/query/777777')).toMatchObject({ code: '00000', data: null });
  });

  test('list: pages, part of the name, creator, changed last first', async () => {
    const ids = [];
    for (const name of ['100%_x', '100%_y', 'other']) ids.push(await admin.save({ name, creator: 'Lister' }));
    const list = async (search: string) => {
      const { rows, count } = (await shop.get(`/list?${search}`)).data;
      return [rows.map((row: { id: number }) => row.id), count];
    };
    expect(await list('creator=Lister')).toEqual([[ids[2], ids[1], ids[0]], 3]);
    expect(await list('creator=Lister&page=2&perPage=2')).toEqual([[ids[0]], 3]);
    expect(await list(`keywords=${encodeURIComponent('0%_')}`)).toEqual([[ids[1], ids[0]], 2]);
    expect(await list('keywords=%25&creator=nobody')).toEqual([[], 0]);
    await admin.post('/save', { id: ids[0], proposer: 'x' });
    expect(await list('creator=Lister&perPage=1')).toEqual([[ids[0]], 3]);
  });

  test('a copy is a template of its own, which is not started', async () => {
    const id = await admin.save({
      templateType: 10,
      expectPushTime: '0 0 9 * * ?',
      cronCrowdPath: await uploaded(CSV),
    });
    await admin.post(`/start/${id}`);
    const { code, data } = await admin.post(`/copy/${id}`);
    expect(code).toBe('00000');
    expect(data).toEqual({
      ...(await query(id)),
      id: data.id,
      msgStatus: 10,
      created: data.created,
      updated: data.updated,
    });
    expect(data.id).not.toBe(id);
  });

  test('delete really deletes, several at once, all or none', async () => {
    const ids = [await admin.save(), await admin.save()];
    expect(await admin.call('delete', `/delete/${ids[0]},777777`)).toMatchObject({ code: 'A0002' });
    expect(await query(ids[0]!)).toMatchObject({ isDeleted: 0 });
    expect(await admin.call('delete', `/delete/${ids.join(',')}`)).toMatchObject({ code: '00000', data: true });
    expect(await query(ids[1]!)).toMatchObject({ isDeleted: 1 });
    const sent = {
      code: 'send',
      messageTemplateId: ids[0],
      messageParam: { receiver: '13800138000', variables: { code: 1 } },
    };
    expect(await shop.post('/send', sent)).toMatchObject({ code: 'A0002' });
    expect(await admin.call('delete', `/delete/${ids[0]}`)).toMatchObject({ code: 'A0002' });
    expect(await admin.call('delete', '/delete/x')).toMatchObject({ code: 'A0001' });
  });

  test('an app key may read, and not write', async () => {
    const id = await admin.save();
    for (const path of ['/save', `/start/${id}`, `/stop/${id}`, `/copy/${id}`]) {
      expect(await shop.post(path, {})).toMatchObject({ status: 403, code: '00001' });
    }
    expect(await shop.call('delete', `/delete/${id}`)).toMatchObject({ status: 403 });
  });
});
