import { CONTENTS, createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const newTemplate = { name: 'T', channel: 'sms', messageType: 'notice', content: CONTENTS.sms };
const create = (change: object) => api.admin.post('/v1/templates', { ...newTemplate, ...change });

describe('templates', () => {
  test('a template is created, and read by number and by key', async () => {
    const { body, headers } = await create({ key: 'one', policy: { dailyCap: 3 } });
    expect(body).toMatchObject({
      currentVersion: 1,
      state: 'running',
      policy: { dailyCap: 3 },
      content: CONTENTS.sms,
    });
    expect(body.variables).toEqual([{ name: 'name', required: true }]);
    expect(headers['location']).toBe(`/v1/templates/${body.id}`);
    for (const name of [body.id, 'one']) expect((await api.shop.get(`/v1/templates/${name}`)).body).toEqual(body);
  });

  test.each([
    ['an unclosed output', { text: 'Hello\n  {{ name' }, 'text', 2],
    ['an unknown filter', { text: '{{ name | shout_loudly }}' }, 'text', 1],
    ['an empty text', { text: ' ' }, 'text', 1],
  ])('content with %s is refused with line and column', async (_what, content, field, line) => {
    const { status, body } = await create({ key: 'broken', content });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([
      { pointer: `/content/${field}`, code: 'template_syntax', line, column: expect.any(Number) },
    ]);
  });

  test.each([
    ['a key of digits', { key: '42' }, '/key'],
    ['a key in capitals', { key: 'Key' }, '/key'],
    ['content of the other channel', { content: CONTENTS.email }, '/content/text'],
    ['no content', { content: undefined }, '/content'],
    ['both html and mjml', { channel: 'email', content: { ...CONTENTS.email, mjml: '<mjml></mjml>' } }, '/content'],
    ['a zone that is none', { policy: { timezone: 'Mars/Base' } }, '/policy/timezone'],
    ['a window of zero', { policy: { dedup: { max: 1, windowSeconds: 0 } } }, '/policy/dedup/windowSeconds'],
    ['an unknown channel', { channel: 'pigeon' }, '/channel'],
  ])('%s is refused at its place', async (_what, change, pointer) => {
    const { status, body } = await create({ key: 'refused', ...change });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ pointer });
  });

  test('a key is unique, and free again after deletion', async () => {
    await createTemplate(api.admin, 'unique');
    expect((await create({ key: 'unique' })).body.code).toBe('name_taken');
    expect((await api.admin.call('delete', '/v1/templates/unique')).status).toBe(204);
    expect((await api.shop.get('/v1/templates/unique')).status).toBe(404);
    expect((await create({ key: 'unique' })).status).toBe(201);
  });

  test('a new version becomes the current one, and old ones stay', async () => {
    await createTemplate(api.admin, 'versioned');
    const added = await api.admin.post('/v1/templates/versioned/versions', { content: { text: 'Hi {{ nick }}' } });
    expect([added.status, added.body.version]).toEqual([201, 2]);
    expect((await api.shop.get('/v1/templates/versioned')).body).toMatchObject({
      currentVersion: 2,
      content: { text: 'Hi {{ nick }}' },
    });
    const { items } = (await api.shop.get('/v1/templates/versioned/versions')).body;
    expect(items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect((await api.shop.get('/v1/templates/versioned/versions/1')).body.content).toEqual(CONTENTS.sms);
    for (const n of ['3', '0', 'x']) {
      expect((await api.shop.get(`/v1/templates/versioned/versions/${n}`)).status).toBe(404);
    }
  });

  test('MJML is told as it was written, without what was made of it', async () => {
    const mjml =
      '<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{ name }}</mj-text></mj-column></mj-section></mj-body></mjml>';
    const content = { subject: 'S', mjml };
    const { body } = await create({ key: 'mjml', channel: 'email', content });
    expect(body.content).toEqual(content);
    const preview = await api.shop.post('/v1/templates/mjml/preview', { variables: { name: 'Ada' } });
    expect(preview.body.html).toContain('Hi Ada');
  });

  test('a copy has the current content and its own life', async () => {
    await createTemplate(api.admin, 'original');
    const { status, body } = await api.admin.post('/v1/templates/original/copy', { key: 'copy', name: 'Copy' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ key: 'copy', name: 'Copy', currentVersion: 1, content: CONTENTS.sms });
    await api.admin.call('delete', '/v1/templates/original');
    expect((await api.shop.get('/v1/templates/copy')).status).toBe(200);
    expect((await api.admin.post('/v1/templates/copy/copy', { key: 'copy', name: 'x' })).body.code).toBe('name_taken');
  });

  test('name and policy can be changed, and nothing else', async () => {
    await createTemplate(api.admin, 'changing');
    const change = { name: 'Changed', policy: { onUnknown: 'resend' } };
    expect((await api.admin.call('patch', '/v1/templates/changing', change)).body).toMatchObject(change);
    const { status, body } = await api.admin.call('patch', '/v1/templates/changing', { channel: 'email' });
    expect([status, body.errors[0].code]).toEqual([422, 'unknown_field']);
  });

  test('the list is searched, filtered and paged', async () => {
    for (const key of ['list-a', 'list-b', 'list-c']) await createTemplate(api.admin, key);
    await createTemplate(api.admin, 'list-mail', 'email');
    await api.admin.post('/v1/templates/list-b/stop');
    const keys = async (query: string) => {
      const { body } = await api.shop.get(`/v1/templates?search=list-&${query}`);
      return body.items.map(({ key }: { key: string }) => key);
    };
    expect(await keys('channel=sms')).toEqual(['list-c', 'list-b', 'list-a']);
    expect(await keys('channel=email')).toEqual(['list-mail']);
    expect(await keys('state=stopped')).toEqual(['list-b']);
    expect(await keys('messageType=marketing')).toEqual([]);
    const first = (await api.shop.get('/v1/templates?search=list-&limit=3')).body;
    expect(first.pageInfo.hasMore).toBe(true);
    const second = (await api.shop.get(`/v1/templates?search=list-&limit=3&after=${first.pageInfo.after}`)).body;
    expect(second).toMatchObject({ items: [{ key: 'list-a' }], pageInfo: { hasMore: false } });
    expect((await api.shop.get('/v1/templates?search=%25')).body.items).toEqual([]);
  });

  test.each(['limit=0', 'limit=201', 'after=x', 'colour=red', 'state=off'])('the list refuses ?%s', async (query) => {
    const { status, body } = await api.shop.get(`/v1/templates?${query}`);
    expect([status, body.errors[0].parameter]).toEqual([422, query.split('=')[0]]);
  });
});

describe('preview', () => {
  const preview = (key: string, body: object) => api.shop.post(`/v1/templates/${key}/preview`, body);
  beforeAll(async () => {
    await createTemplate(api.admin, 'p-sms');
    await createTemplate(api.admin, 'p-mail', 'email');
  });

  test('an email shows subject, HTML and text, with values escaped in HTML', async () => {
    const { body } = await preview('p-mail', { variables: { name: '<b>Ada</b>' } });
    expect(body).toMatchObject({
      channel: 'email',
      subject: 'For <b>Ada</b>',
      html: '<p>Hello &lt;b&gt;Ada&lt;/b&gt;</p>',
      text: 'Hello <b>Ada</b>',
    });
  });

  test('a text message shows its encoding and segments', async () => {
    const plain = await preview('p-sms', { variables: { name: 'Ada', more: 1 } });
    expect(plain.body).toMatchObject({ encoding: 'GSM-7', segments: 1, characters: 9, unusedVariables: ['more'] });
    const emoji = await preview('p-sms', { variables: { name: '😀'.repeat(40) } });
    expect(emoji.body).toMatchObject({ encoding: 'UCS-2', segments: 2 });
  });

  test('a vendor template is kept, its params are previewed, and a wrong one is pointed at', async () => {
    const content = { text: 'Code {{ code }}', vendor: { templateCode: 'SMS_1', params: { code: '{{ code }}' } } };
    const made = { key: 'p-vendor', name: 'x', channel: 'sms', messageType: 'verification', content };
    expect((await api.admin.post('/v1/templates', made)).status).toBe(201);
    expect((await api.shop.get('/v1/templates/p-vendor')).body.content).toEqual(content);
    expect((await preview('p-vendor', { variables: { code: '123' } })).body).toMatchObject({
      text: 'Code 123',
      vendor: { templateCode: 'SMS_1', params: { code: '123' } },
    });
    const wrong = { ...content, vendor: { params: { code: '{{ code' } } };
    const { status, body } = await preview('p-vendor', { content: wrong });
    expect([status, body.errors[0].pointer]).toEqual([422, '/content/vendor/params/code']);
  });

  test('a missing variable is named', async () => {
    const { status, body } = await preview('p-mail', {});
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ pointer: '/variables/name' })]]);
  });

  test('unsaved content and old versions can be looked at', async () => {
    const unsaved = await preview('p-sms', { content: { text: 'Bye {{ name }}' }, variables: { name: 'Ada' } });
    expect(unsaved.body.text).toBe('Bye Ada');
    expect((await preview('p-sms', { version: 9 })).body.errors[0].pointer).toBe('/version');
    expect((await preview('p-sms', { content: { text: '{{' } })).body.errors[0].pointer).toBe('/content/text');
  });
});

describe('test send', () => {
  test('sends one for real, and not from a stopped template', async () => {
    await createTemplate(api.admin, 'try');
    const body = { to: '+8613800138000', variables: { name: 'Ada' } };
    const { status, body: sent } = await api.admin.post('/v1/templates/try/test', body);
    expect([status, sent.messages.length]).toEqual([202, 1]);
    await api.admin.post('/v1/templates/try/stop');
    expect((await api.admin.post('/v1/templates/try/test', body)).body.code).toBe('template_stopped');
  });
});
