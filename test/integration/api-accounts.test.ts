import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const smtp = {
  provider: 'smtp',
  config: { host: '127.0.0.1', port: 1, from: 'no-reply@example.com', connectTimeoutMs: 500 },
  secrets: { user: 'robot', pass: 'open sesame' },
};
const twilio = {
  provider: 'twilio',
  config: { accountSid: `AC${'0'.repeat(32)}`, from: '+15005550006' },
  secrets: { authToken: '0'.repeat(32) },
};
let count = 0;
async function account(change: object = smtp): Promise<string> {
  const { body } = await api.admin.post('/v1/accounts', { name: `account ${++count}`, ...change });
  return body.id;
}

describe('accounts', () => {
  test('an account never tells its secrets, only their names', async () => {
    const created = await api.admin.post('/v1/accounts', {
      name: 'mail',
      ...smtp,
      rate: { messages: 5, perSeconds: 1 },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      channel: 'email',
      rate: { messages: 5, perSeconds: 1 },
      secrets: ['user', 'pass'],
    });
    const read = await api.admin.get(`/v1/accounts/${created.body.id}`);
    const list = await api.admin.get('/v1/accounts');
    for (const { text } of [created, read, list]) expect(text).not.toContain('sesame');
    const row = await api.db.knex('accounts').where({ name: 'mail' }).first();
    expect(JSON.stringify(row)).not.toContain('sesame');
    expect(api.logs.join()).not.toContain('sesame');
  });

  test.each([
    ['an unknown provider', { provider: 'pigeon' }, '/provider'],
    ['a config that lacks something', { config: { port: 25, from: 'a@example.com' } }, '/config/host'],
    ['a config with an unknown field', { config: { ...smtp.config, hots: 'x' } }, '/config/hots'],
    ['secrets of the wrong form', { secrets: { pass: 1 } }, '/secrets/pass'],
    ['a rate of zero', { rate: { messages: 0, perSeconds: 1 } }, '/rate/messages'],
    ['no name', { name: '' }, '/name'],
  ])('%s is refused at its place', async (_what, change, pointer) => {
    const { status, body } = await api.admin.post('/v1/accounts', { name: 'bad', ...smtp, ...change });
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('a name is unique', async () => {
    const id = await account({ ...smtp, name: 'taken' });
    expect((await api.admin.post('/v1/accounts', { name: 'taken', ...smtp })).body.code).toBe('name_taken');
    const other = await account();
    expect((await api.admin.call('patch', `/v1/accounts/${other}`, { name: 'taken' })).body.code).toBe('name_taken');
    expect((await api.admin.call('delete', `/v1/accounts/${id}`)).status).toBe(204);
    expect((await api.admin.get(`/v1/accounts/${id}`)).status).toBe(404);
  });

  test('a change is checked by its provider, raises the revision and clears parked', async () => {
    const id = await account();
    await api.db.database.stores.accounts.park(id as never, 'password refused');
    expect((await api.admin.get(`/v1/accounts/${id}`)).body.parked.reason).toBe('password refused');
    const bad = await api.admin.call('patch', `/v1/accounts/${id}`, { config: { host: '' } });
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([422, '/config/host']);
    const { body } = await api.admin.call('patch', `/v1/accounts/${id}`, { secrets: {}, rate: null });
    expect(body).toMatchObject({ parked: null, revision: 2, secrets: [], config: { host: '127.0.0.1' } });
  });

  test('verifying an account that cannot be reached says why, and leaves it parked', async () => {
    const id = await account();
    await api.db.database.stores.accounts.park(id as never, 'broken');
    const { body } = await api.admin.post(`/v1/accounts/${id}/verify`);
    expect(body).toMatchObject({ ok: false, class: 'unavailable', code: 'connect' });
    expect((await api.admin.get(`/v1/accounts/${id}`)).body.parked).not.toBeNull();
  });

  test('secrets that no longer open are told, and do not break the rest', async () => {
    const id = await account();
    await api.db.knex('accounts').where({ id }).update({ secrets: 'v1.a.b.c' });
    expect((await api.admin.get(`/v1/accounts/${id}`)).body.secrets).toBeNull();
    expect((await api.admin.post(`/v1/accounts/${id}/verify`)).body).toMatchObject({
      ok: false,
      class: 'misconfigured',
    });
  });
});

describe('routes', () => {
  const put = (lane: string, accounts: unknown) => api.admin.call('put', `/v1/routes/${lane}`, { accounts });

  test('a route names accounts in order, is listed, and holds its accounts', async () => {
    const [first, second] = [await account(), await account()];
    const accounts = [
      { accountId: second, weight: 3 },
      { accountId: first, weight: 0 },
    ];
    expect((await put('email.notice', accounts)).body).toEqual({ lane: 'email.notice', accounts });
    expect((await api.admin.get('/v1/routes/email.notice')).body.accounts).toEqual(accounts);
    const { items } = (await api.admin.get('/v1/routes')).body;
    expect(items).toHaveLength(6);
    expect(items).toContainEqual({ lane: 'email.notice', accounts });
    const { status, body } = await api.admin.call('delete', `/v1/accounts/${first}`);
    expect([status, body.code, body.detail]).toEqual([409, 'account_in_use', expect.stringContaining('email.notice')]);
  });

  test('wrong entries are refused, each at its place', async () => {
    const [mail, sms] = [await account(), await account(twilio)];
    const entry = (accountId: string, weight = 1) => ({ accountId, weight });
    const faults = async (...accounts: object[]) => {
      const { status, body } = await put('email.notice', accounts);
      expect(status).toBe(422);
      return body.errors.map((e: { pointer: string; code: string }) => [e.pointer, e.code]);
    };
    expect(await faults(entry('acc_nonsense'), entry(sms), entry(mail), entry(mail))).toEqual([
      ['/accounts/0/accountId', 'unknown_account'],
      ['/accounts/1/accountId', 'wrong_channel'],
      ['/accounts/3/accountId', 'duplicate'],
    ]);
    expect(await faults(entry(mail, 0))).toEqual([['/accounts', 'no_weight']]);
    expect(await faults()).toEqual([['/accounts', 'too_small']]);
    expect(await faults(entry(mail, -1))).toEqual([['/accounts/0/weight', 'too_small']]);
    expect((await put('email.pigeon', [])).status).toBe(422);
    expect((await put('email.pigeon', [entry(mail)])).status).toBe(404);
  });
});
