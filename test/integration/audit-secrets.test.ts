import request from 'supertest';
import { createRoutes, OTHER_PATHS } from '../../api/create-app';
import { createAuthenticator } from '../../api/middleware/auth';
import { createOpenApiDocument } from '../../api/openapi';
import { createSessions } from '../../api/people/sessions';
import { createUser, PASSWORD, signIn, signInAs } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';
import { uploadAudience } from '../support/test-audience';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ deps: { checkWebhookUrl: async () => undefined } });
});
afterAll(() => api.close());

let count = 0;
/** A secret, or personal data, that must be nowhere in the log. */
const canaries: string[] = [];
function canary(form: (unique: string) => string = (unique) => unique): string {
  const unique = `canary${++count}x${Math.random().toString(36).slice(2, 10)}`;
  canaries.push(unique);
  return form(unique);
}
/** Something secret that we were told. */
const told = (secret: unknown): string => {
  if (typeof secret !== 'string' || secret.length < 10) throw new Error('no secret was told');
  canaries.push(secret);
  return secret;
};

const SECRET = /password|secret|token|^key$|credential/i;
/** Not secrets, though they are called so: names of secrets, the key of a template, a name of a key, moments. */
const HARMLESS = /^(secrets?Names?|setPasswordUntil|previousSecretUntil|csrfToken)$/;

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [name: string]: unknown;
}

/** The operations that change something and take or tell a secret, by the document. */
function operationsWithSecrets(): string[] {
  const auth = createAuthenticator(api.db.database.stores.apps, createSessions(api.deps));
  const text = JSON.stringify(createOpenApiDocument(createRoutes(api.deps, auth), OTHER_PATHS));
  const document = JSON.parse(text) as {
    paths: Record<string, Record<string, { requestBody?: unknown; responses?: unknown }>>;
    components: { schemas: Record<string, Schema> };
  };
  const holds = (value: unknown, seen: ReadonlySet<string>): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const { $ref, properties } = value as Schema;
    const name = $ref?.split('/').at(-1) ?? '';
    if ($ref && !seen.has(name)) return holds(document.components.schemas[name], new Set([...seen, name]));
    const names = Object.keys(properties ?? {});
    if (names.some((one) => SECRET.test(one) && !HARMLESS.test(one) && !isKeyOfTemplate(names))) return true;
    return Object.entries(value).some(([part, held]) => part !== 'example' && part !== 'examples' && holds(held, seen));
  };
  return Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
    .filter(({ method, path }) => method !== 'get' && !path.startsWith('/luminate'))
    .filter(({ operation: { requestBody, responses } }) => holds(requestBody, new Set()) || holds(responses, new Set()))
    .map(({ method, path }) => `${method} ${path}`)
    .sort();
}
const isKeyOfTemplate = (names: readonly string[]): boolean => names.includes('key') && !names.includes('hint');

const smtp = () => ({
  config: { host: '127.0.0.1', port: 1, from: 'no-reply@example.com', connectTimeoutMs: 300 },
  secrets: { user: 'robot', pass: canary() },
});

/** Every operation of `operationsWithSecrets`, with canaries in place of secrets. */
const SENDS: Readonly<Record<string, (ids: Ids) => Promise<unknown>>> = {
  'post /v1/accounts': () => api.admin.post('/v1/accounts', { name: canary2(), provider: 'smtp', ...smtp() }),
  'patch /v1/accounts/{id}': ({ account }) => api.admin.call('patch', `/v1/accounts/${account}`, smtp()),
  'put /v1/accounts/{id}/health': ({ account }) =>
    api.admin.call('put', `/v1/accounts/${account}/health`, { override: 'open' }),
  'post /v1/apps/{id}/keys': async () => {
    const { body } = await api.admin.post(`/v1/apps/${api.shop.appId}/keys`, { role: 'app', name: 'k' });
    told(body.key);
  },
  'post /v1/users': async () => {
    const { body } = await api.admin.post('/v1/users', { email: 'g@example.com', name: 'G', role: 'viewer' });
    told(body.setPasswordToken);
  },
  'post /v1/users/{id}/set-password-token': async ({ user }) => {
    told((await api.admin.post(`/v1/users/${user}/set-password-token`)).body.setPasswordToken);
  },
  'post /v1/webhooks': async () => {
    const url = canary((unique) => `https://hooks.example.com/?token=${unique}`);
    told((await api.shop.post('/v1/webhooks', { url })).body.secret);
  },
  'post /v1/webhooks/{id}/rotate-secret': async ({ webhook }) => {
    told((await api.shop.post(`/v1/webhooks/${webhook}/rotate-secret`)).body.secret);
  },
  'post /v1/session': async () => {
    const user = await createUser(api, 'viewer');
    canaries.push(PASSWORD);
    await signIn(api, user.email, canary());
    await signIn(api, canary(), 'a wrong password');
    told((await signInAs(api, user)).csrfToken);
  },
  'post /v1/session/password': async () => {
    const person = await signInAs(api, await createUser(api, 'viewer'));
    told(person.cookie.split('=')[1]);
    const ask = (currentPassword: string) =>
      person.call('post', '/v1/session/password', { currentPassword, newPassword: canary() });
    await ask(canary());
    expect((await ask(PASSWORD)).status).toBe(204);
  },
  'post /v1/session/set-password': async ({ user }) => {
    const { token } = await api.db.database.stores.users.createSetPasswordToken(user as never);
    const set = (given: string) => ({ token: given, password: canary((unique) => `${unique} is my password`) });
    await request(api.app).post('/v1/session/set-password').send(set(canary()));
    const done = await request(api.app)
      .post('/v1/session/set-password')
      .send(set(told(token)));
    expect(done.status).toBe(204);
  },
};
interface Ids {
  readonly account: string;
  readonly user: string;
  readonly webhook: string;
}
/** A name that is no secret. */
const canary2 = (): string => `account ${++count}`;

/** Personal data of recipients, in every place that takes it. */
async function sendPersonalData(): Promise<void> {
  const to = (): string => canary((unique) => `${unique}@example.com`);
  const content = { subject: 'For {{ name }}', html: '<p>{{ name }}</p>' };
  const template = { key: 'personal', name: 'Personal', channel: 'email', messageType: 'notice', content };
  await api.admin.post('/v1/templates', template);
  await api.admin.post('/v1/templates/personal/test', { to: to(), variables: { name: canary() } });
  const { body } = await api.shop.post('/v1/sends', {
    template: 'personal',
    recipients: [{ to: to(), variables: { name: canary() } }],
  });
  await api.shop.post(`/v1/sends/${body.id}/recall`);
  await api.shop.post('/v1/suppressions', { to: to(), note: `asked by ${to()}` });
  await request(api.app)
    .post('/v1/suppressions/import')
    .set({ Authorization: `Bearer ${api.admin.key}`, 'Content-Type': 'text/csv' })
    .send(`to\n${to()}\n`);
  await request(api.app).get(`/v1/suppressions/export?to=${to()}`).set('Authorization', `Bearer ${api.admin.key}`);
  const audience = await uploadAudience(api, api.shop, 'email', `to,name\n${to()},${canary()}\n`);
  const campaign = { name: 'personal', template: 'personal', audience, schedule: { kind: 'now' }, paused: true };
  const made = await api.shop.post('/v1/campaigns', { ...campaign, variables: { name: canary() } });
  expect(made.status).toBe(201);
  await api.shop.call('patch', `/v1/campaigns/${made.body.id}`, { variables: { name: canary() } });
}

test('no secret and nothing personal of recipients is in the log or in its export, whatever is sent', async () => {
  const account = (await api.admin.post('/v1/accounts', { name: 'first', provider: 'smtp', ...smtp() })).body.id;
  const webhook = (await api.shop.post('/v1/webhooks', { url: 'https://hooks.example.com/' })).body.id;
  const { id: user } = await createUser(api, 'viewer');
  for (const send of Object.values(SENDS)) await send({ account, user, webhook });
  await sendPersonalData();
  canaries.push(api.admin.key, api.shop.key);
  const rows = JSON.stringify(await api.db.knex('audit_log'));
  const { text } = await request(api.app).get('/v1/audit.csv').set('Authorization', `Bearer ${api.admin.key}`);
  expect(canaries.length).toBeGreaterThan(25);
  expect(text.split('\r\n').length).toBeGreaterThan(25);
  for (const secret of canaries) {
    expect(rows).not.toContain(secret);
    expect(text).not.toContain(secret);
  }
  // Hashes of passwords and tokens are secrets, too.
  expect(rows).not.toMatch(/argon2|lum_|lup_|whsec_/);
});

test('no operation with a secret is left out above', () => {
  expect(operationsWithSecrets()).toEqual(Object.keys(SENDS).sort());
});
