import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { createApp } from '../../api/create-app';
import { PROJECT_ROOT } from '../../scripts/services/project-root';
import { entriesOf } from '../support/audited';
import { startOidcServer } from '../support/oidc';
import { PASSWORD, cookieOf, createUser, signIn, signInAs } from '../support/people';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const anonymous = { kind: 'anonymous', id: null, name: null };
const refused = (action: string, refusedAs: string, more: object) => ({ action, refusedAs, ...more });

describe('sessions', () => {
  test('signing in, out and a new password are put down with the person', async () => {
    const user = await createUser(api, 'editor');
    const self = { id: user.id, name: user.name };
    const actor = { kind: 'user', ...self };
    const [person, entries] = await entriesOf(api, () => signInAs(api, user));
    const by = { after: { by: 'password' } };
    expect(entries).toMatchObject([{ action: 'session.sign_in', actor, subject: self, refusedAs: null, ...by }]);
    expect(entries[0]?.origin).toMatchObject({ ip: '127.0.0.1', requestId: expect.any(String) });
    const change = { currentPassword: PASSWORD, newPassword: 'another password' };
    const [, changed] = await entriesOf(api, () => person.call('post', '/v1/session/password', change));
    expect(changed).toMatchObject([{ action: 'user.password', actor, subject: self, ...by }]);
    const [, wrong] = await entriesOf(api, () => person.call('post', '/v1/session/password', change));
    expect(wrong).toMatchObject([refused('user.password', 'sign_in_failed', { actor, subject: self })]);
    const [, out] = await entriesOf(api, () => person.call('delete', '/v1/session'));
    expect(out).toMatchObject([{ action: 'session.sign_out', actor, subject: self }]);
    const { token } = await api.db.database.stores.users.createSetPasswordToken(user.id);
    const set = () => request(api.app).post('/v1/session/set-password').send({ token, password: 'by the token' });
    const [, byToken] = await entriesOf(api, set);
    expect(byToken).toMatchObject([{ action: 'user.password', actor, after: { by: 'token' } }]);
    expect((await entriesOf(api, set))[1]).toEqual([]);
  });

  test('a refused sign-in tells whom it was about, and not what was typed', async () => {
    const user = await createUser(api, 'viewer');
    const attempts = [user.email, 'nobody@example.com', 'my password by mistake'];
    const [, entries] = await entriesOf(api, async () => {
      for (const email of attempts) await signIn(api, email, 'a wrong password');
    });
    const about = (id: string | null, name: string) =>
      refused('session.sign_in', 'sign_in_failed', { actor: anonymous, subject: { id, name } });
    expect(entries).toMatchObject([about(user.id, user.name), about(null, 'n***@example.com'), about(null, '***')]);
    expect(JSON.stringify(entries)).not.toContain('mistake');
  });

  test('a pause is put down once, however often it is tried', async () => {
    const user = await createUser(api, 'viewer');
    const [, entries] = await entriesOf(api, async () => {
      for (let i = 0; i < 15; i++) await signIn(api, user.email, 'a wrong password');
    });
    const codes = entries.map(({ refusedAs }) => refusedAs);
    expect(codes).toEqual([...Array<string>(10).fill('sign_in_failed'), 'sign_in_paused']);
    await api.db.knex('sign_in_attempts').delete();
  });

  test('a sign-in that cannot be put down is none', async () => {
    const user = await createUser(api, 'viewer');
    const head = await api.db.knex('audit_head').first();
    await api.db.knex('audit_head').delete();
    const answer = await signIn(api, user.email, PASSWORD);
    await api.db.knex('audit_head').insert(head);
    expect([answer.status, answer.get('Set-Cookie')]).toEqual([500, undefined]);
    expect(await api.db.knex('sessions').where({ user_id: user.id })).toEqual([]);
  });
});

describe('what may not be done', () => {
  test('is put down with who tried, and what', async () => {
    await createTemplate(api.admin, 'guarded');
    const viewer = await signInAs(api, await createUser(api, 'viewer'));
    const editor = await signInAs(api, await createUser(api, 'editor'));
    const by = ({ user }: typeof viewer) => ({ kind: 'user', id: user.id, name: user.name });
    const [, entries] = await entriesOf(api, async () => {
      await viewer.call('patch', '/v1/templates/guarded', { name: 'mine' });
      await editor.call('post', '/v1/templates/guarded/stop', {}, { 'X-CSRF-Token': 'forged' });
      await api.shop.call('delete', '/v1/templates/guarded');
      await api.shop.get('/v1/audit');
      await request(api.app).get('/v1/audit.csv').set('Authorization', `Bearer ${api.shop.key}`);
      await request(api.app).post('/luminate/stop/1').set('Authorization', `Bearer ${api.shop.key}`);
    });
    const guarded = { subject: { id: 'guarded' }, before: null, after: null };
    const key = { kind: 'key', name: 'test' };
    expect(entries).toMatchObject([
      refused('template.change', 'forbidden', { actor: by(viewer), ...guarded }),
      refused('template.stop', 'csrf_failed', { actor: by(editor), ...guarded }),
      refused('template.delete', 'forbidden', { actor: key, appId: api.shop.appId, ...guarded }),
      refused('audit.export', 'forbidden', { actor: key }),
      refused('template.stop', 'forbidden', { actor: key, subject: { id: '1' } }),
    ]);
  });

  test('giving more than one has is put down, and an unknown key is not', async () => {
    const { apps } = api.db.database.stores;
    const { id: appId } = await apps.create('narrow');
    const { key } = await apps.createKey(appId, 'admin', 'narrow', { scopes: ['users:write'] });
    const invite = (bearer: string) =>
      request(api.app)
        .post('/v1/users')
        .set('Authorization', `Bearer ${bearer}`)
        .send({ email: 'boss@example.com', name: 'Boss', role: 'admin' });
    const [, entries] = await entriesOf(api, async () => {
      expect((await invite(key)).status).toBe(403);
      expect((await invite('lum_unknown')).status).toBe(401);
    });
    expect(entries).toMatchObject([refused('user.invite', 'forbidden', { actor: { kind: 'key', name: 'narrow' } })]);
    expect(await api.db.database.stores.users.findByEmail('boss@example.com')).toBeUndefined();
  });
});

test('who comes in by the OpenID provider is put down, and what that changes', async () => {
  const provider = await startOidcServer();
  try {
    const oidc = {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'luminate',
      OIDC_CLIENT_SECRET: 'a secret of luminate',
    };
    const comeIn = async (login: string, more: object) => {
      const app = createApp({ ...api.deps, people: { ...api.deps.people, ...oidc, ...more } });
      const begun = await request(app).get('/v1/session/oidc');
      const back = await provider.signIn(begun.get('Location') ?? '', login);
      return request(app).get(`${back.pathname}${back.search}`).set('Cookie', cookieOf(begun, 'lum_oidc'));
    };
    const [, stranger] = await entriesOf(api, () => comeIn('ada', {}));
    expect(stranger).toMatchObject([
      refused('session.sign_in', 'sign_in_refused', { actor: anonymous, subject: { id: null } }),
    ]);
    const [, joined] = await entriesOf(api, () => comeIn('ada', { OIDC_DEFAULT_ROLE: 'viewer' }));
    expect(joined).toMatchObject([
      { action: 'user.join', actor: { kind: 'system', name: provider.issuer }, after: { role: 'viewer' } },
      { action: 'session.sign_in', actor: { kind: 'user' }, after: { by: 'oidc' } },
    ]);
  } finally {
    await provider.close();
  }
});

describe('commands', () => {
  const run = promisify(execFile);
  const script = async (name: string, ...args: string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: api.db.url };
    return (await run(process.execPath, [join(PROJECT_ROOT, `dist/scripts/${name}.js`), ...args], { env })).stdout;
  };

  test('are put down with the user of the operating system', async () => {
    const [[made, token], entries] = await entriesOf(api, async () => {
      const key = JSON.parse(await script('keys', 'create', '--app', 'by hand', '--json')) as Record<string, string>;
      await script('keys', 'revoke', key['id'] ?? '');
      const ada = ['--email', 'by-hand@example.com'];
      const user = JSON.parse(await script('users', 'create', ...ada, '--role', 'viewer', '--json')) as object;
      return [key, { ...user, again: await script('users', 'token', ...ada) }] as const;
    });
    expect(entries.map(({ action }) => action)).toEqual([
      ...['app.create', 'key.create', 'key.revoke', 'user.invite', 'user.token'],
    ]);
    const { username } = userInfo();
    const name = expect.stringMatching(new RegExp(`^${username}@`));
    for (const { actor, origin } of entries) {
      expect(actor).toEqual({ kind: 'command', id: username, name });
      expect(origin).toEqual({ requestId: null, ip: null, userAgent: null });
    }
    expect(entries[1]).toMatchObject({ appId: made['appId'], subject: { id: made['id'] }, after: { role: 'app' } });
    const written = JSON.stringify(entries);
    expect(written).not.toContain(made['key']);
    expect(written).not.toMatch(/lup_/);
    expect(token.again).toMatch(/^lup_/);
    expect(await script('audit', 'verify')).toMatch(/\d+ entries, all as they were written/);
  });
});
