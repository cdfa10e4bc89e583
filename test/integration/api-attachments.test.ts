import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  const value = { hosts: ['files.example.com', '*.cdn.example.com'], maxBytes: 1_000 };
  expect((await api.admin.call('put', '/v1/rules/attachments', { value })).body).toMatchObject({ value });
  await createTemplate(api.admin, 'sms-hello');
  await createTemplate(api.admin, 'mail-hello', 'email');
});
afterAll(() => api.close());

const FILE = 'https://files.example.com/a.pdf';
const post = (attachments: unknown, more: object = {}) =>
  api.shop.post('/v1/sends', {
    template: 'mail-hello',
    recipients: [{ to: 'ada@example.com', variables: { name: 'Ada' } }],
    attachments,
    ...more,
  });

async function faultsOf(attachments: unknown, more?: object): Promise<string[]> {
  const before = Number((await api.db.knex('sends').count({ n: '*' }))[0]?.['n']);
  const { status, body } = await post(attachments, more);
  expect([status, body.code]).toEqual([422, 'invalid_request']);
  expect(Number((await api.db.knex('sends').count({ n: '*' }))[0]?.['n'])).toBe(before);
  return body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);
}

describe('attachments in POST /v1/sends', () => {
  test('are kept with the send, URLs in their normal form', async () => {
    const { status, body } = await post([
      {
        url: 'https://FILES.example.com.:443/a.pdf?sig=1#x',
        filename: 'Rechnung Ä.pdf',
        contentType: 'Application/PDF',
      },
      { url: 'https://eu.cdn.example.com/b' },
    ]);
    expect(status).toBe(202);
    expect((await api.shop.get(`/v1/sends/${body.id}`)).body.attachments).toEqual([
      { url: 'https://files.example.com/a.pdf?sig=1', filename: 'Rechnung Ä.pdf', contentType: 'application/pdf' },
      { url: 'https://eu.cdn.example.com/b' },
    ]);
  });

  test('may be none', async () => {
    for (const none of [undefined, []]) {
      const { status, body } = await post(none);
      expect(status).toBe(202);
      expect((await api.shop.get(`/v1/sends/${body.id}`)).body.attachments).toEqual([]);
    }
  });

  test('are ten at most, and 8 KB in all', async () => {
    expect((await post(Array(10).fill({ url: FILE }))).status).toBe(202);
    expect(await faultsOf(Array(11).fill({ url: FILE }))).toEqual(['/attachments too_big']);
    const long = `${FILE}?${'x'.repeat(1_500)}`;
    expect((await post(Array(5).fill({ url: long }))).status).toBe(202);
    expect(await faultsOf(Array(6).fill({ url: long }))).toEqual(['/attachments invalid']);
  });

  test('that are wrong in form are named with all their places', async () => {
    const wrong = [
      { url: 'http://files.example.com/a' },
      { url: 'https://user:pass@files.example.com/a' },
      { url: 'a.pdf', filename: '../a.pdf' },
      { url: FILE, filename: 'a\r\nb' },
      { url: FILE, contentType: 'multipart/mixed' },
      { url: FILE, contentType: 'text/plain\r\nBcc: eve@example.com' },
      { filename: 'a.pdf' },
      { url: FILE, content: 'x' },
    ];
    expect((await faultsOf(wrong)).sort()).toEqual([
      '/attachments/0/url not_https',
      '/attachments/1/url credentials_in_url',
      '/attachments/2/filename invalid_filename',
      '/attachments/2/url invalid_url',
      '/attachments/3/filename invalid_filename',
      '/attachments/4/contentType invalid_content_type',
      '/attachments/5/contentType invalid_content_type',
      '/attachments/6/url required',
      '/attachments/7/content unknown_field',
    ]);
  });

  test.each([
    'https://evil.example/a.pdf',
    'https://files.example.com:8443/a.pdf',
    'https://files.example.com.evil.example/a.pdf',
    'https://cdn.example.com/a.pdf',
    'https://localhost/a.pdf',
    'https://localhost./a.pdf',
    'https://127.0.0.1/a.pdf',
    'https://2130706433/a.pdf',
    'https://[::ffff:127.0.0.1]/a.pdf',
  ])('of %s are not allowed, however good the rows are', async (url) => {
    expect(await faultsOf([{ url: FILE }, { url }], { onInvalid: 'skip' })).toEqual([
      '/attachments/1/url host_not_allowed',
    ]);
  });

  test('belong to emails', async () => {
    const more = { template: 'sms-hello', recipients: [{ to: '+8613800138000', variables: { name: 'Ada' } }] };
    expect(await faultsOf([{ url: FILE }], more)).toEqual(['/attachments not_for_channel']);
    expect((await post([], more)).status).toBe(202);
  });

  test('and their URLs stay out of the logs', async () => {
    await post([{ url: 'https://files.example.com/secret-path?sig=secret-signature' }]);
    await faultsOf([{ url: 'https://evil.example/secret-path?sig=secret-signature' }]);
    expect(api.logs.join('\n')).not.toContain('secret');
  });
});
