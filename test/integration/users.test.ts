import request from 'supertest';
import { entriesOf } from '../support/audited';
import { codeOf, createUser, signInAs, type Person } from '../support/people';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
let admin: Person;
beforeAll(async () => {
  api = await createTestApi();
  await createTemplate(api.admin, 'hello');
  admin = await signInAs(api, await createUser(api, 'admin'));
});
afterAll(() => api.close());

describe('people', () => {
  test('are invited with a token that is told once, set a password, and sign in', async () => {
    const invite = () =>
      admin.call(
        'post',
        '/v1/users',
        { email: 'Ada@Example.com', name: 'Ada', role: 'editor' },
        { 'Idempotency-Key': 'ada' },
      );
    const { status, body } = await invite();
    expect([status, body]).toMatchObject([201, { email: 'ada@example.com', role: 'editor', signsInBy: [] }]);
    expect((await invite()).body).toEqual({ ...body, setPasswordToken: null });
    const given = { token: body.setPasswordToken, password: 'twelve chars' };
    expect((await request(api.app).post('/v1/session/set-password').send(given)).status).toBe(204);
    const user = (await api.db.database.stores.users.findByEmail('ada@example.com'))!;
    await signInAs(api, user, 'twelve chars');
    const taken = await admin.call('post', '/v1/users', { email: 'ADA@example.com', name: 'Other', role: 'viewer' });
    expect(codeOf(taken)).toEqual([409, 'name_taken']);
    const { text } = await admin.call('get', '/v1/users');
    expect(text).not.toMatch(/argon2|lup_/);
    expect(JSON.parse(text).items.map(({ email }: { email: string }) => email)).toContain('ada@example.com');
  });

  test('get a new token when they forgot the password; the one before ends', async () => {
    const user = await createUser(api, 'viewer');
    const ask = () => admin.call('post', `/v1/users/${user.id}/set-password-token`);
    const [first, second] = [(await ask()).body.setPasswordToken, (await ask()).body.setPasswordToken];
    const set = (token: string) =>
      request(api.app).post('/v1/session/set-password').send({ token, password: 'another password' });
    expect((await set(first)).status).toBe(422);
    expect((await set(second)).status).toBe(204);
  });

  test('a change of role holds from the next request on; disabling ends the sessions', async () => {
    const user = await createUser(api, 'viewer');
    const person = await signInAs(api, user);
    expect(codeOf(await person.call('get', '/v1/users'))).toEqual([403, 'forbidden']);
    expect((await admin.call('patch', `/v1/users/${user.id}`, { role: 'admin' })).status).toBe(200);
    expect((await person.call('get', '/v1/users')).status).toBe(200);
    expect((await admin.call('patch', `/v1/users/${user.id}`, { state: 'disabled' })).body.state).toBe('disabled');
    expect((await person.call('get', '/v1/users')).status).toBe(401);
    await admin.call('patch', `/v1/users/${user.id}`, { state: 'active' });
    expect((await person.call('get', '/v1/users')).status).toBe(401);
    expect((await admin.call('delete', `/v1/users/${user.id}`)).status).toBe(200);
    expect(codeOf(await admin.call('get', `/v1/users/${user.id}`))).toEqual([404, 'not_found']);
  });

  test('the last administrator who can sign in stays one', async () => {
    const path = `/v1/users/${admin.user.id}`;
    // An invitation that nobody has taken up does not count.
    await admin.call('post', '/v1/users', { email: 'later@example.com', name: 'Later', role: 'admin' });
    const attempts = () => [
      admin.call('patch', path, { state: 'disabled' }),
      admin.call('patch', path, { role: 'viewer' }),
      admin.call('delete', path),
    ];
    for (const attempt of attempts()) expect(codeOf(await attempt)).toEqual([409, 'last_admin']);
    expect((await admin.call('patch', path, { name: 'Still here' })).body.name).toBe('Still here');
    const [one, two] = [await createUser(api, 'admin'), await createUser(api, 'admin')];
    // Of all of them at once, one must remain.
    const paths = [path, `/v1/users/${one.id}`, `/v1/users/${two.id}`];
    const answers = await Promise.all(paths.map((each) => api.admin.call('patch', each, { role: 'viewer' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409]);
    await api.db.knex('users').where({ id: admin.user.id }).update({ role: 'admin' });
  });

  test('work on the app they name; by-app endpoints want one', async () => {
    const person = await signInAs(api, await createUser(api, 'editor'));
    const send = { template: 'hello', recipients: [{ to: '+8613800138000', variables: { name: 'Ada' } }] };
    const missing = await person.call('post', '/v1/sends', send);
    expect(codeOf(missing)).toEqual([422, 'app_required']);
    expect(missing.body.errors).toMatchObject([{ parameter: 'X-Luminate-App' }]);
    for (const wrong of ['shop', 'app_01ARZ3NDEKTSV4RRFFQ69G5FAV']) {
      expect(codeOf(await person.call('get', '/v1/messages', undefined, { 'X-Luminate-App': wrong }))).toEqual([
        422,
        'app_required',
      ]);
    }
    const inShop = { 'X-Luminate-App': api.shop.appId };
    const made = await person.call('post', '/v1/sends', send, inShop);
    expect(made.status).toBe(202);
    expect((await api.shop.get(`/v1/sends/${made.body.id}`)).status).toBe(200);
    expect((await person.call('get', `/v1/messages?app=${api.shop.appId}`)).body.items).toHaveLength(1);
    const elsewhere = { 'X-Luminate-App': api.admin.appId };
    expect((await person.call('get', `/v1/sends/${made.body.id}`, undefined, elsewhere)).status).toBe(404);
    expect((await person.call('get', '/v1/templates')).status).toBe(200);
  });

  test('need not name the app where there is one alone', async () => {
    const own = await createTestApi();
    try {
      await own.db.knex('api_keys').where({ app_id: own.admin.appId }).delete();
      await own.db.knex('apps').where({ id: own.admin.appId }).delete();
      const person = await signInAs(own, await createUser(own, 'editor'));
      const answer = await person.call('post', '/v1/suppressions', { channel: 'sms', to: '+8613800138000' });
      expect([answer.status, answer.body.app]).toEqual([201, own.shop.appId]);
      await own.db.database.stores.apps.create('second');
      expect(codeOf(await person.call('get', '/v1/messages'))).toEqual([422, 'app_required']);
    } finally {
      await own.close();
    }
  });

  test('repeat a request only for the same app', async () => {
    const person = await signInAs(api, await createUser(api, 'editor'));
    const send = { template: 'hello', recipients: [{ to: '+8613800138001', variables: { name: 'Ada' } }] };
    const post = (app: string) =>
      person.call('post', '/v1/sends', send, { 'X-Luminate-App': app, 'Idempotency-Key': 'once' });
    const first = await post(api.shop.appId);
    expect((await post(api.shop.appId)).body.id).toBe(first.body.id);
    expect(codeOf(await post(api.admin.appId))).toEqual([422, 'idempotency_key_reused']);
  });
});

describe('scopes and times of keys', () => {
  const keyOf = async (body: object) => {
    const made = await admin.call('post', `/v1/apps/${api.shop.appId}/keys`, { name: 'k', ...body });
    expect([made.status, made.body.errors]).toEqual([201, undefined]);
    const use = (method: 'get' | 'post' | 'patch', path: string, sent?: object) =>
      request(api.app)[method](path).set('Authorization', `Bearer ${made.body.key}`).send(sent);
    return { ...(made.body as { id: string; scopes: string[]; expiresAt: string }), use };
  };

  test('a key does what its scopes say, and is told which one is missing', async () => {
    const { scopes, use } = await keyOf({ scopes: ['messages:read'] });
    expect(scopes).toEqual(['messages:read']);
    expect((await use('get', '/v1/messages')).status).toBe(200);
    const refused = await use('post', '/v1/sends', {});
    expect(codeOf(refused)).toEqual([403, 'forbidden']);
    expect(refused.body.detail).toContain('sends:write');
  });

  test('scopes beyond the role, unknown ones and a past expiry are refused', async () => {
    const refuse = async (body: object, pointer: string) => {
      const { status, body: problem } = await admin.call('post', `/v1/apps/${api.shop.appId}/keys`, {
        name: 'k',
        ...body,
      });
      expect([status, problem.errors?.[0]?.pointer]).toEqual([422, pointer]);
    };
    await refuse({ scopes: ['messages:read', 'users:write'] }, '/scopes/1');
    await refuse({ role: 'admin', scopes: ['everything'] }, '/scopes/0');
    await refuse({ scopes: [] }, '/scopes');
    await refuse({ expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt');
  });

  test('an expired key is refused as such, also while it is remembered', async () => {
    const { id, use } = await keyOf({ expiresAt: new Date(Date.now() + 700).toISOString() });
    expect((await use('get', '/v1/messages')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 710));
    expect(codeOf(await use('get', '/v1/messages'))).toEqual([401, 'key_expired']);
    const { items } = (await admin.call('get', `/v1/apps/${api.shop.appId}/keys`)).body;
    expect(items.find((key: { id: string }) => key.id === id).expiresAt).not.toBeNull();
  });

  test('nobody makes a key or a person that may do more than they', async () => {
    const keys = await keyOf({ role: 'admin', scopes: ['keys:write', 'messages:read'] });
    const path = `/v1/apps/${api.shop.appId}/keys`;
    const grand = await keys.use('post', path, { name: 'grand', role: 'admin' });
    expect(codeOf(grand)).toEqual([403, 'forbidden']);
    expect((await keys.use('post', path, { name: 'small', scopes: ['messages:read'] })).status).toBe(201);
    const people = await keyOf({ role: 'admin', scopes: ['users:write'] });
    const wanted = { email: 'eve@example.com', name: 'Eve', role: 'admin' };
    expect(codeOf(await people.use('post', '/v1/users', wanted))).toEqual([403, 'forbidden']);
    const takeOver = await people.use('post', `/v1/users/${admin.user.id}/set-password-token`);
    expect(codeOf(takeOver)).toEqual([403, 'forbidden']);
  });

  test('nor one that may do so for longer', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const brief = await keyOf({ role: 'admin', expiresAt });
    const make = (more: object) =>
      brief.use('post', `/v1/apps/${api.shop.appId}/keys`, { name: 'k', scopes: ['messages:read'], ...more });
    const later = new Date(Date.now() + 3_600_001).toISOString();
    for (const more of [{}, { expiresAt: null }, { expiresAt: later }]) {
      const refused = await make(more);
      expect(codeOf(refused)).toEqual([403, 'forbidden']);
      expect(refused.body.detail).toContain(expiresAt);
    }
    expect((await make({ expiresAt })).status).toBe(201);
    const { id } = await createUser(api, 'viewer');
    const attempts = [
      brief.use('post', '/v1/users', { email: 'late@example.com', name: 'L', role: 'viewer' }),
      brief.use('post', `/v1/users/${id}/set-password-token`),
      brief.use('patch', `/v1/users/${id}`, { role: 'editor' }),
      brief.use('patch', `/v1/users/${id}`, { state: 'active' }),
    ];
    for (const attempt of attempts) expect(codeOf(await attempt)).toEqual([403, 'forbidden']);
    const less = await brief.use('patch', `/v1/users/${id}`, { state: 'disabled' });
    expect([less.status, less.body.state]).toEqual([200, 'disabled']);
  });
});

describe('the keys of a person who goes', () => {
  interface Key {
    readonly id: string;
    readonly key: string;
  }
  /** Somebody with a key for each of two apps, one made with the other, a revoked and an expired one. */
  async function personWithKeys() {
    const person = await signInAs(api, await createUser(api, 'admin'));
    const make = async (app: string, body: object): Promise<Key> =>
      (await person.call('post', `/v1/apps/${app}/keys`, { name: 'k', ...body })).body;
    const [first, revoked] = [await make(api.admin.appId, { role: 'admin' }), await make(api.shop.appId, {})];
    const expired = await make(api.shop.appId, { expiresAt: '2099-01-01T00:00:00Z' });
    await api.db
      .knex('api_keys')
      .where({ id: expired.id })
      .update({ expires_at: new Date(Date.now() - 1) });
    await person.call('delete', `/v1/keys/${revoked.id}`);
    const { body: second } = await request(api.app)
      .post(`/v1/apps/${api.shop.appId}/keys`)
      .set('Authorization', `Bearer ${first.key}`)
      .send({ name: 'by the first' });
    return { id: person.user.id, path: `/v1/users/${person.user.id}`, first, second: second as Key };
  }
  const idsOf = (keys: readonly { id: string }[]) => keys.map(({ id }) => id);
  const works = async ({ key }: Key) =>
    (await request(api.app).get('/v1/templates').set('Authorization', `Bearer ${key}`)).status === 200;

  test('are told, as long as they work, and found by the person', async () => {
    const { id, path, first, second } = await personWithKeys();
    const { body } = await admin.call('patch', path, { state: 'disabled' });
    expect(idsOf(body.keys)).toEqual([first.id, second.id]);
    expect(body.keys[1]).toMatchObject({ appId: api.shop.appId, person: id, revokedAt: null });
    const ofPerson = await admin.call('get', `/v1/apps/${api.shop.appId}/keys?person=${id}&limit=1`);
    expect(idsOf(ofPerson.body.items)).toEqual([second.id]);
    expect((await admin.call('get', `/v1/apps/${api.shop.appId}/keys?person=é`)).status).toBe(422);
    const gone = await admin.call('delete', path);
    expect([gone.status, idsOf(gone.body.keys)]).toEqual([200, [first.id, second.id]]);
    expect([await works(first), await works(second)]).toEqual([true, true]);
  });

  test.each([
    ['patch', { state: 'disabled', revokeKeys: true }, ''],
    ['delete', undefined, '?revokeKeys=true'],
  ] as const)('end with %s where the request says so, and each is put down', async (method, body, query) => {
    const { id, path, first, second } = await personWithKeys();
    expect([await works(first), await works(second)]).toEqual([true, true]);
    const limits = { scopes: ['users:write'] } as const;
    const narrow = await api.db.database.stores.apps.createKey(api.shop.appId as never, 'admin', 'people', limits);
    const asked = request(api.app)[method](`${path}${query}`).set('Authorization', `Bearer ${narrow.key}`);
    const refused = await asked.send(body);
    expect(refused.body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('keys:write') });
    const [answer, entries] = await entriesOf(api, () => admin.call(method, `${path}${query}`, body));
    expect([answer.status, answer.body.keys]).toEqual([200, []]);
    expect([await works(first), await works(second)]).toEqual([false, false]);
    const revoked = (key: Key) => ({ action: 'key.revoke', subject: { id: key.id }, after: { madeBy: id } });
    const last = { action: method === 'patch' ? 'user.change' : 'user.delete', subject: { id } };
    expect(entries).toMatchObject([revoked(first), revoked(second), last]);
  });
});
