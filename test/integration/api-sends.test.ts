import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

const PHONE = '+8613800138000';
const OTHER_PHONE = '+8613900139000';
const ada = { to: PHONE, variables: { name: 'Ada' } };

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  await createTemplate(api.admin, 'sms-hello');
  await createTemplate(api.admin, 'mail-hello', 'email');
});
afterAll(() => api.close());

const rowsOf = async (table: string): Promise<number> => {
  const [row] = await api.db.knex(table).count({ n: '*' });
  return Number(row?.['n']);
};
const post = (body: object) => api.shop.post('/v1/sends', body);
/** Refused, with nothing written. */
async function refused(body: object, status: number): Promise<Record<string, unknown>> {
  const before = await Promise.all([rowsOf('sends'), rowsOf('messages'), rowsOf('dispatches')]);
  const response = await post(body);
  expect(response.status).toBe(status);
  expect(await Promise.all([rowsOf('sends'), rowsOf('messages'), rowsOf('dispatches')])).toEqual(before);
  return response.body;
}

describe('POST /v1/sends', () => {
  test('a good request is accepted, durable, and its workflow is started after the answer', async () => {
    const response = await post({
      template: 'sms-hello',
      recipients: [{ ...ada, id: 'u1', timezone: 'Europe/Vienna' }],
      metadata: { order: 1 },
    });
    const { id, messages } = response.body;
    expect(response.get('Location')).toBe(`/v1/sends/${id}`);
    expect(messages).toEqual([{ index: 0, id: expect.stringMatching(/^msg_/), recipientId: 'u1', status: 'accepted' }]);
    expect(api.starts).toContainEqual({ id: `send/${id}`, appId: api.shop.appId, lane: 'sms.notice', messages: 1 });
    expect((await api.shop.get(`/v1/sends/${id}`)).body).toMatchObject({
      total: 1,
      counts: { accepted: 1 },
      metadata: { order: 1 },
      template: { key: 'sms-hello', version: 1 },
    });
  });

  test('a template may be named by its number', async () => {
    const { body } = await api.shop.get('/v1/templates/sms-hello');
    const response = await post({ template: body.id, recipients: [ada] });
    expect(response.body.template).toEqual({ id: body.id, key: 'sms-hello', version: 1 });
  });

  test('a national number is read with the default region', async () => {
    const { body } = await post({ template: 'sms-hello', recipients: [{ ...ada, to: '138 0013 8000' }] });
    const message = await api.db.database.stores.messages.get(body.messages[0].id);
    expect(message?.address).toBe(PHONE);
  });

  test('without a free start slot the messages are left to the relay', async () => {
    const slots = [api.deps.dispatcher.reserve(), api.deps.dispatcher.reserve()];
    const { body } = await post({ template: 'sms-hello', recipients: [ada] });
    for (const slot of slots) slot?.free();
    expect(await api.db.database.stores.messages.get(body.messages[0].id)).toMatchObject({ dispatchId: null });
    expect(api.starts.map(({ id }) => id)).not.toContain(`send/${body.id}`);
  });

  test('a failed start does not fail the send', async () => {
    const failing = await createTestApi({ startDispatch: () => Promise.reject(new Error('Temporal is away')) });
    try {
      await createTemplate(failing.admin, 'sms-hello');
      const { status, body } = await failing.shop.post('/v1/sends', { template: 'sms-hello', recipients: [ada] });
      await failing.deps.dispatcher.drain();
      expect(status).toBe(202);
      const unconfirmed = await failing.db.database.stores.dispatches.unconfirmed(new Date(Date.now() + 1000), 10);
      expect(unconfirmed.map(({ id }) => id)).toEqual([`send/${body.id}`]);
    } finally {
      await failing.close();
    }
  });

  test('an unknown and a deleted template are not found', async () => {
    await createTemplate(api.admin, 'gone');
    await api.admin.call('delete', '/v1/templates/gone');
    for (const template of ['gone', 'never-was', 999999, '日本']) {
      const problem = await refused({ template, recipients: [ada] }, 404);
      expect(problem['code']).toBe('template_not_found');
    }
  });

  test('a stopped template is refused, and accepted again once started', async () => {
    await createTemplate(api.admin, 'stopping');
    await api.admin.post('/v1/templates/stopping/stop');
    expect(await refused({ template: 'stopping', recipients: [ada] }, 409)).toMatchObject({ code: 'template_stopped' });
    await api.admin.post('/v1/templates/stopping/start');
    expect((await post({ template: 'stopping', recipients: [ada] })).status).toBe(202);
  });

  test('a missing variable is named with its place', async () => {
    const recipients = [ada, { to: OTHER_PHONE }];
    const problem = await refused({ template: 'sms-hello', recipients }, 422);
    expect(problem['errors']).toEqual([
      { pointer: '/recipients/1/variables/name', code: 'missing_variable', detail: expect.stringContaining('"name"') },
    ]);
  });

  test('a variable of the send serves all recipients, and a recipient may have another value', async () => {
    const recipients = [{ to: PHONE }, { to: OTHER_PHONE, variables: { name: 'Bob' } }];
    const { status } = await post({ template: 'sms-hello', recipients, variables: { name: 'all' } });
    expect(status).toBe(202);
  });

  test('an extra variable is accepted with a warning', async () => {
    const { body } = await post({ template: 'sms-hello', recipients: [ada], variables: { colour: 'red' } });
    const warning = body.warnings.find(({ code }: { code: string }) => code === 'unused_variables');
    expect(warning.detail).toContain('colour');
  });

  test('a lane without a route is accepted with a warning', async () => {
    const { body } = await post({ template: 'sms-hello', recipients: [ada] });
    expect(body.warnings).toEqual([{ code: 'no_route', detail: expect.stringContaining('sms.notice') }]);
  });

  test('0 and 501 recipients are refused', async () => {
    const none = await refused({ template: 'sms-hello', recipients: [] }, 422);
    expect(none['errors']).toMatchObject([{ pointer: '/recipients', detail: 'must have at least 1 entry' }]);
    const many = await refused({ template: 'sms-hello', recipients: Array(501).fill(ada) }, 422);
    expect(many['errors']).toMatchObject([{ pointer: '/recipients', detail: 'must have at most 500 entries' }]);
  });

  test('500 recipients are accepted in order', async () => {
    const recipients = Array.from({ length: 500 }, (_, i) => ({
      to: `u${i}@example.com`,
      variables: { name: 'x' },
      id: `${i}`,
    }));
    const { body } = await post({ template: 'mail-hello', recipients });
    expect(body.messages.map((m: { recipientId: string }) => Number(m.recipientId))).toEqual([...Array(500).keys()]);
    expect((await api.shop.get(`/v1/sends/${body.id}`)).body.total).toBe(500);
  });

  test('a phone number for an email template is refused, and the reverse', async () => {
    const phone = await refused({ template: 'mail-hello', recipients: [ada] }, 422);
    expect(phone['errors']).toMatchObject([{ pointer: '/recipients/0/to', code: 'invalid_address' }]);
    const mail = await refused({ template: 'sms-hello', recipients: [{ ...ada, to: 'ada@example.com' }] }, 422);
    expect(mail['errors']).toMatchObject([{ detail: expect.stringContaining('email address') }]);
  });

  test('a repeated recipient is deduplicated and told', async () => {
    const { body } = await post({ template: 'sms-hello', recipients: [ada, { ...ada, to: '13800138000' }] });
    expect(body.messages).toMatchObject([
      { index: 0, status: 'accepted' },
      { index: 1, status: 'deduplicated', reason: 'duplicate_recipient' },
    ]);
    const { total, counts } = (await api.shop.get(`/v1/sends/${body.id}`)).body;
    expect({ total, counts }).toEqual({ total: 2, counts: { accepted: 1, deduplicated: 1 } });
  });

  test('every bad row is named, and nothing is accepted', async () => {
    const recipients = [ada, { to: 'nonsense' }, 'not a row', { ...ada, timezone: 'Mars/Base' }, { ...ada, extra: 1 }];
    const problem = await refused({ template: 'sms-hello', recipients }, 422);
    const errors = problem['errors'] as { pointer: string; code: string }[];
    expect(errors.map((e) => [e.pointer, e.code])).toEqual([
      ['/recipients/1/to', 'invalid_address'],
      ['/recipients/1/variables/name', 'missing_variable'],
      ['/recipients/2', 'invalid_type'],
      ['/recipients/3/timezone', 'invalid_timezone'],
      ['/recipients/4/extra', 'unknown_field'],
    ]);
  });

  test('with onInvalid "skip" the bad rows are left out and the good ones accepted', async () => {
    const recipients = [{ to: 'nonsense', id: 'bad' }, ada, null];
    const { body } = await post({ template: 'sms-hello', recipients, onInvalid: 'skip' });
    expect(body.messages).toMatchObject([{ index: 1, status: 'accepted' }]);
    expect(body.rejected).toMatchObject([
      { index: 0, id: 'bad', code: 'invalid_address' },
      { index: 2, code: 'invalid_type' },
    ]);
    expect((await api.shop.get(`/v1/sends/${body.id}`)).body.rejected).toEqual(body.rejected);
  });

  test('with onInvalid "skip" and no good row nothing is accepted', async () => {
    await refused({ template: 'sms-hello', recipients: [{ to: 'nonsense' }], onInvalid: 'skip' }, 422);
  });

  test.each([
    ['an unknown field', { colour: 1 }, '/colour'],
    ['an unknown version', { version: 7 }, '/version'],
    ['a time in the past', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['a time without a zone', { expiresAt: '2040-01-01T00:00:00' }, '/expiresAt'],
    ['metadata over 4 KB', { metadata: { text: 'x'.repeat(4096) } }, '/metadata'],
    ['a wrong mode', { onInvalid: 'ignore' }, '/onInvalid'],
    ['a template of a wrong type', { template: true }, '/template'],
  ])('%s is refused at its place', async (_what, change, pointer) => {
    const problem = await refused({ template: 'sms-hello', recipients: [ada], ...change }, 422);
    expect(problem['errors']).toMatchObject([{ pointer }]);
  });

  test('a body that is not an object is refused', async () => {
    expect(await refused([], 422)).toMatchObject({ errors: [{ pointer: '', detail: 'must be an object' }] });
  });

  test('an old version is sent while it is named', async () => {
    await createTemplate(api.admin, 'versions');
    await api.admin.post('/v1/templates/versions/versions', { content: { text: 'Hi {{ nickname }}' } });
    expect((await post({ template: 'versions', version: 1, recipients: [ada] })).body.template.version).toBe(1);
    await refused({ template: 'versions', recipients: [ada] }, 422);
  });

  test('an email has no line break in its subject, whatever the values', async () => {
    const values = { name: 'Ada\r\nBcc: eve@example.com' };
    const { body } = await api.shop.post('/v1/templates/mail-hello/preview', { variables: values });
    expect(body.subject).toBe('For Ada Bcc: eve@example.com');
  });
});
