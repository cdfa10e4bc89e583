import { hash } from '@node-rs/argon2';
import request from 'supertest';
import { createApp } from '../../api/create-app';
import { networkOf } from '../../api/people/network-of';
import { minutesAgo } from '../support/old-rows';
import { PASSWORD, codeOf, cookieOf, createUser, signIn, signInAs } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

describe('signing in', () => {
  test('the right password begins a session that tells the person, the permissions and a CSRF token', async () => {
    const user = await createUser(api, 'viewer');
    const response = await signIn(api, ` ${user.email.toUpperCase()} `, PASSWORD);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ user: { id: user.id, role: 'viewer', signsInBy: ['password'] } });
    expect(response.body.permissions).toContain('messages:read');
    expect(response.body.permissions).not.toContain('sends:write');
    expect(response.get('Set-Cookie')).toEqual([
      expect.stringMatching(/^lum_session=[\w-]{43};.*Path=\/;.*HttpOnly; SameSite=Lax$/),
    ]);
    expect(response.get('Cache-Control')).toBe('no-store');
    const again = await request(api.app).get('/v1/session').set('Cookie', cookieOf(response));
    expect(again.body).toMatchObject({ user: { id: user.id }, csrfToken: response.body.csrfToken });
    expect(again.body.user.lastSignInAt).not.toBeNull();
  });

  test('behind https the cookie is Secure and belongs to this host alone', async () => {
    const user = await createUser(api, 'viewer');
    const app = createApp({ ...api.deps, config: { ...api.deps.config, PUBLIC_URL: 'https://api.example' } });
    const response = await request(app).post('/v1/session').send({ email: user.email, password: PASSWORD });
    expect(response.get('Set-Cookie')?.[0]).toMatch(/^__Host-lum_session=.*; Path=\/;.*; Secure;/);
    expect((await request(app).get('/v1/session').set('Cookie', cookieOf(response))).status).toBe(200);
  });

  test('an unknown email, a wrong password, a disabled and an invited person get the same answer', async () => {
    const known = await createUser(api, 'viewer');
    const disabled = await createUser(api, 'viewer');
    await api.db.database.stores.users.change(disabled.id, { state: 'disabled' });
    const invited = await api.db.database.stores.users.create({
      email: 'invited@example.com',
      name: 'I',
      role: 'viewer',
    });
    const attempts = [
      [known.email, 'a wrong password'],
      ['nobody@example.com', PASSWORD],
      [disabled.email, PASSWORD],
      [invited.email, PASSWORD],
    ] as const;
    const answers = await Promise.all(attempts.map(([email, password]) => signIn(api, email, password)));
    const words = answers.map(({ status, body }) => JSON.stringify([status, body.code, body.title, body.detail]));
    expect(new Set(words).size).toBe(1);
    expect(codeOf(answers[0]!)).toEqual([401, 'sign_in_failed']);
    expect(answers.flatMap((answer) => answer.get('Set-Cookie') ?? [])).toEqual([]);
  });

  test('a page of another origin cannot sign anybody in', async () => {
    const user = await createUser(api, 'viewer');
    const answer = await signIn(api, user.email, PASSWORD, { Origin: 'https://evil.example' });
    expect(codeOf(answer)).toEqual([403, 'csrf_failed']);
    expect((await signIn(api, user.email, PASSWORD, { Origin: 'http://api.example' })).status).toBe(200);
  });

  test('a hash with older parameters is renewed, and a good one is left', async () => {
    const { users } = api.db.database.stores;
    const user = await createUser(api, 'viewer');
    const weak = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1 });
    await api.db.knex('users').where({ id: user.id }).update({ password_hash: weak });
    // Of two at once one renews it, and both get in.
    await Promise.all([signInAs(api, user), signInAs(api, user)]);
    const renewed = (await users.get(user.id))?.passwordHash;
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await signInAs(api, user);
    expect((await users.get(user.id))?.passwordHash).toBe(renewed);
  });

  test('neither password nor token is in the logs or, in clear, in the database', async () => {
    const user = await createUser(api, 'viewer');
    const { cookie } = await signInAs(api, user);
    const token = cookie.split('=')[1]!;
    const rows = JSON.stringify([
      await api.db.knex('users'),
      await api.db.knex('sessions'),
      await api.db.knex('sign_in_attempts'),
    ]);
    for (const secret of [PASSWORD, token]) {
      expect(rows).not.toContain(secret);
      expect(api.logs.join('\n')).not.toContain(secret);
    }
    expect(api.logs.join('\n')).not.toContain(user.email);
  });
});

describe('waiting after too many attempts', () => {
  test.each(['somebody', 'nobody'])(
    '%s waits after ten, also with the right password, and no longer than 15 minutes',
    async (who) => {
      const email = who === 'somebody' ? (await createUser(api, 'viewer')).email : 'never-was@example.com';
      for (let i = 0; i < 10; i++)
        expect(codeOf(await signIn(api, email, 'a wrong password'))).toEqual([401, 'sign_in_failed']);
      const paused = await signIn(api, email, PASSWORD);
      expect(codeOf(paused)).toEqual([429, 'sign_in_paused']);
      expect(Number(paused.get('Retry-After'))).toBeGreaterThan(800);
      expect(Number(paused.get('Retry-After'))).toBeLessThanOrEqual(900);
      // Time passes.
      await api.db.knex('sign_in_attempts').update({ since: minutesAgo(16), locked_until: minutesAgo(1) });
      const later = await signIn(api, email, PASSWORD);
      expect(codeOf(later)).toEqual(who === 'somebody' ? [200, undefined] : [401, 'sign_in_failed']);
    },
  );

  test('attempts that are spread over more than 15 minutes lead to none', async () => {
    const { email } = await createUser(api, 'viewer');
    for (let i = 0; i < 9; i++) await signIn(api, email, 'a wrong password');
    await api.db.knex('sign_in_attempts').update({ since: minutesAgo(15.1) });
    for (let i = 0; i < 9; i++) await signIn(api, email, 'a wrong password');
    expect((await signIn(api, email, PASSWORD)).status).toBe(200);
    await api.db.knex('sign_in_attempts').delete();
  });

  test('twenty at once compare no more than ten passwords', async () => {
    const { email } = await createUser(api, 'viewer');
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(api, email, 'a wrong password')));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10);
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(10);
  });

  test('an address from which too many come waits too, whatever the email', async () => {
    await api.db.knex('sign_in_attempts').delete();
    const { email } = await createUser(api, 'viewer');
    const { signIns } = api.db.database.stores;
    await signIn(api, email, PASSWORD);
    const { ip } = (await api.db.knex('sessions').first()) as { ip: string };
    const address = { kind: 'address', value: networkOf(ip), limit: 100, windowMs: 900_000 } as const;
    await api.db.knex('sign_in_attempts').delete();
    for (let i = 0; i < 100; i++) expect(await signIns.take(address)).toBeUndefined();
    expect(codeOf(await signIn(api, email, PASSWORD))).toEqual([429, 'sign_in_paused']);
    await api.db.knex('sign_in_attempts').delete();
    for (let i = 0; i < 99; i++) await signIns.take(address);
    // A success gives its attempt back: people of one office do not use up the limit.
    for (let i = 0; i < 3; i++) expect((await signIn(api, email, PASSWORD)).status).toBe(200);
    await api.db.knex('sign_in_attempts').delete();
  });
});

describe('a session', () => {
  test.each([
    ['a forged token', 'lum_session=forgedforgedforgedforgedforgedforgedforgedf'],
    ['an empty one', 'lum_session='],
    ['another cookie', 'lum_sessions=x; other=y'],
  ])('%s is refused', async (_what, cookie) => {
    const answer = await request(api.app).get('/v1/apps').set('Cookie', cookie);
    expect(codeOf(answer)).toEqual([401, 'unauthorized']);
    expect(codeOf(await request(api.app).get('/v1/session').set('Cookie', cookie))).toEqual([401, 'unauthorized']);
  });

  test.each([
    ['is over after 12 hours, however much it is used', { ends_at: minutesAgo(0) }],
    ['is over after 60 minutes without use', { last_seen_at: minutesAgo(60.1) }],
  ])('%s', async (_what, change) => {
    const user = await createUser(api, 'viewer');
    const person = await signInAs(api, user);
    expect((await person.call('get', '/v1/apps')).status).toBe(200);
    await api.db.knex('sessions').where({ user_id: user.id }).update(change);
    expect(codeOf(await person.call('get', '/v1/apps'))).toEqual([401, 'unauthorized']);
  });

  test('goes on while it is used', async () => {
    const user = await createUser(api, 'viewer');
    const person = await signInAs(api, user);
    const mine = api.db.knex('sessions').where({ user_id: user.id });
    await mine.clone().update({ last_seen_at: minutesAgo(59) });
    expect((await person.call('get', '/v1/apps')).status).toBe(200);
    const { last_seen_at: seen, ends_at: ends } = (await mine.clone().first()) as { last_seen_at: Date; ends_at: Date };
    expect(seen.getTime()).toBeGreaterThan(minutesAgo(1).getTime());
    expect(ends.getTime() - Date.now()).toBeLessThanOrEqual(12 * 3_600_000);
  });

  test('ends by signing out, and does so alone', async () => {
    const user = await createUser(api, 'viewer');
    const [here, there] = [await signInAs(api, user), await signInAs(api, user)];
    const answer = await here.call('delete', '/v1/session');
    expect(answer.status).toBe(204);
    expect(answer.get('Set-Cookie')?.[0]).toMatch(/^lum_session=;.*Expires=Thu, 01 Jan 1970/);
    expect((await here.call('get', '/v1/session')).status).toBe(401);
    expect((await there.call('get', '/v1/session')).status).toBe(200);
  });

  test('changes nothing without its CSRF token, or from another page', async () => {
    const admin = await signInAs(api, await createUser(api, 'admin'));
    const other = await signInAs(api, await createUser(api, 'admin'));
    const create = (headers: Record<string, string>) => admin.call('post', '/v1/apps', { name: 'csrf' }, headers);
    for (const headers of [
      { 'X-CSRF-Token': '' },
      { 'X-CSRF-Token': 'wrong' },
      { 'X-CSRF-Token': other.csrfToken },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
    ] as Record<string, string>[]) {
      expect(codeOf(await create(headers))).toEqual([403, 'csrf_failed']);
    }
    expect((await admin.call('delete', '/v1/session', undefined, { 'X-CSRF-Token': '' })).status).toBe(403);
    expect((await create({ Origin: 'http://api.example' })).status).toBe(201);
    expect((await admin.call('get', '/v1/apps', undefined, { 'X-CSRF-Token': '' })).status).toBe(200);
  });

  test('a key in the header decides, whatever cookie comes along', async () => {
    const admin = await signInAs(api, await createUser(api, 'admin'));
    const headers = { Authorization: `Bearer ${api.shop.key}`, 'X-CSRF-Token': '' };
    expect(codeOf(await admin.call('post', '/v1/apps', { name: 'x' }, headers))).toEqual([403, 'forbidden']);
  });
});
