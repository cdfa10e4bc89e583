import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../api/create-app';
import type { PeopleConfig } from '../../api/deps';
import { startOidcServer, type OidcServer } from '../support/oidc';
import { codeOf, cookieOf, createUser } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
let provider: OidcServer;
beforeAll(async () => {
  [api, provider] = await Promise.all([createTestApi(), startOidcServer()]);
});
afterAll(async () => {
  await provider.close();
  await api.close();
});

const users = () => api.db.database.stores.users;

function appWith(more: Partial<PeopleConfig> = {}): Express {
  const oidc = { OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: 'luminate', OIDC_CLIENT_SECRET: 'a secret of luminate' };
  return createApp({ ...api.deps, people: { ...api.deps.people, ...oidc, ...more } });
}

const begin = (app: Express, returnTo = '/campaigns') =>
  request(app).get(`/v1/session/oidc?returnTo=${encodeURIComponent(returnTo)}`);
const comeBack = (app: Express, back: URL, cookie: string) =>
  request(app).get(`${back.pathname}${back.search}`).set('Cookie', cookie);

/** All the way; `tamper` may change the address on the way there. */
async function signIn(app: Express, login: string, tamper: (url: URL) => void = () => undefined) {
  const begun = await begin(app);
  expect(begun.status).toBe(302);
  const there = new URL(begun.get('Location') ?? '');
  tamper(there);
  return comeBack(app, await provider.signIn(there.href, login), cookieOf(begun, 'lum_oidc'));
}

async function whoIs(app: Express, answer: request.Response) {
  const { body } = await request(app).get('/v1/session').set('Cookie', cookieOf(answer));
  return (body as { user?: unknown }).user;
}

describe('sign-in at an OpenID provider', () => {
  test('is begun with PKCE, state and nonce, in a cookie that scripts cannot read', async () => {
    const answer = await begin(appWith());
    const there = new URL(answer.get('Location') ?? '');
    expect(there.origin).toBe(provider.issuer);
    expect(Object.fromEntries(there.searchParams)).toMatchObject({
      client_id: 'luminate',
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/.{20}/),
      nonce: expect.stringMatching(/.{20}/),
      redirect_uri: 'http://api.example/v1/session/oidc/callback',
    });
    expect(answer.get('Set-Cookie')?.[0]).toMatch(/^lum_oidc=.*HttpOnly; SameSite=Lax/);
  });

  test('lets in whoever was invited under the verified email, and knows them again', async () => {
    const app = appWith();
    const invited = await users().create({ email: 'ada@people.example', name: 'Ada', role: 'approver' });
    const answer = await signIn(app, 'ada');
    expect([answer.status, answer.get('Location')]).toEqual([302, '/campaigns']);
    expect(await whoIs(app, answer)).toMatchObject({ id: invited.id, role: 'approver', signsInBy: ['oidc'] });
    expect(answer.get('Set-Cookie')?.join()).toMatch(/lum_oidc=;/);
    await api.db.knex('users').where({ id: invited.id }).update({ email: 'renamed@people.example' });
    expect(await whoIs(app, await signIn(app, 'ada'))).toMatchObject({ id: invited.id });
  });

  test('refuses people nobody knows, and those whose email is not verified', async () => {
    const app = appWith();
    await users().create({ email: 'unverified@people.example', name: 'U', role: 'admin' });
    for (const login of ['stranger', 'unverified']) {
      const answer = await signIn(app, login);
      expect(codeOf(answer)).toEqual([403, 'sign_in_refused']);
      expect(cookieOf(answer)).toBe('');
    }
    expect(await users().findByEmail('stranger@people.example')).toBeUndefined();
  });

  test.each(['mixed-word', 'mixed-email'])(
    'takes no email for verified because another document says so of another one: %s',
    async (login) => {
      const app = appWith();
      const known = await users().findByEmail('victim@people.example');
      const { id } = known ?? (await users().create({ email: 'victim@people.example', name: 'V', role: 'admin' }));
      expect(codeOf(await signIn(app, login))).toEqual([403, 'sign_in_refused']);
      expect((await users().get(id))?.oidc).toBeNull();
    },
  );

  test('lets nobody take over a user who has another identity, or is disabled', async () => {
    const app = appWith({ OIDC_DEFAULT_ROLE: 'viewer' });
    const other = { issuer: 'https://elsewhere.example', subject: 'bob' };
    await users().create({ email: 'bob@people.example', name: 'Bob', role: 'admin', oidc: other });
    const gone = await createUser(api, 'admin', 'gone@people.example');
    await users().change(gone.id, { state: 'disabled' });
    for (const login of ['bob', 'gone']) expect(codeOf(await signIn(app, login))).toEqual([403, 'sign_in_refused']);
  });

  test('takes the role from a claim, at every sign-in, or the default one', async () => {
    const map = [
      { value: 'it', role: 'admin' },
      { value: 'marketing', role: 'editor' },
    ] as const;
    const app = appWith({ OIDC_ROLE_CLAIM: 'groups', OIDC_ROLE_MAP: [...map], OIDC_DEFAULT_ROLE: 'viewer' });
    const answer = await signIn(app, 'eve+sales+marketing');
    expect(await whoIs(app, answer)).toMatchObject({ email: 'eve@people.example', role: 'editor' });
    expect(await whoIs(app, await signIn(app, 'finn+sales'))).toMatchObject({ role: 'viewer' });
    const eve = (await users().findByEmail('eve@people.example'))!;
    await users().change(eve.id, { role: 'support' });
    expect(await whoIs(app, await signIn(app, 'eve+sales+marketing'))).toMatchObject({ id: eve.id, role: 'editor' });
  });

  test.each([
    ['another nonce', 'nonce'],
    ['another state', 'state'],
    ['another PKCE challenge', 'code_challenge'],
  ])('refuses an answer for %s', async (_what, name) => {
    const answer = await signIn(appWith({ OIDC_DEFAULT_ROLE: 'viewer' }), 'mallory', (url) => {
      url.searchParams.set(name, 'x'.repeat(43));
    });
    expect(codeOf(answer)).toEqual([401, 'oidc_failed']);
    expect(cookieOf(answer)).toBe('');
    expect(await users().findByEmail('mallory@people.example')).toBeUndefined();
  });

  test('refuses an answer in another browser, a changed cookie, and the same answer again', async () => {
    const app = appWith({ OIDC_DEFAULT_ROLE: 'viewer' });
    const begun = await begin(app);
    const cookie = cookieOf(begun, 'lum_oidc');
    const back = await provider.signIn(begun.get('Location') ?? '', 'greta');
    const other = cookieOf(await begin(app), 'lum_oidc');
    for (const wrong of ['', 'lum_oidc=', 'lum_oidc=e30.AAAA', `${cookie.slice(0, -3)}AAA`, other]) {
      expect(codeOf(await comeBack(app, back, wrong))).toEqual([401, 'oidc_failed']);
    }
    expect((await comeBack(app, back, cookie)).status).toBe(302);
    expect(codeOf(await comeBack(app, back, cookie))).toEqual([401, 'oidc_failed']);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'campaigns'])(
    'does not lead to %s afterwards',
    async (returnTo) => {
      expect(codeOf(await begin(appWith(), returnTo))).toEqual([422, 'invalid_request']);
    },
  );

  test('is not there where no provider is configured, and says so while it does not answer', async () => {
    expect(codeOf(await begin(api.app))).toEqual([404, 'not_found']);
    expect(codeOf(await begin(appWith({ OIDC_ISSUER: 'http://127.0.0.1:1' })))).toEqual([503, 'service_unavailable']);
  });
});
