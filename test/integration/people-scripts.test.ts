import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { PROJECT_ROOT } from '../../scripts/services/project-root';
import { signInAs } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const run = promisify(execFile);

/** What a command of `npm run` prints; it is built by `npm test`. */
async function script(name: 'users' | 'keys', ...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: api.db.url };
  return (await run(process.execPath, [join(PROJECT_ROOT, `dist/scripts/${name}.js`), ...args], { env })).stdout;
}
const failureOf = (...args: Parameters<typeof script>): Promise<string> =>
  script(...args).then(
    () => 'it succeeded',
    (error: unknown) => (error as { stderr: string }).stderr,
  );

describe('npm run users', () => {
  const ada = ['--email', 'Ada@Example.com', '--role', 'admin'];

  test('makes an administrator who sets a password and signs in', async () => {
    const made = JSON.parse(await script('users', 'create', ...ada, '--json')) as Record<string, string>;
    expect(made).toMatchObject({ email: 'ada@example.com', role: 'admin', created: true });
    const set = { token: made['setPasswordToken'], password: 'a password of ada' };
    expect((await request(api.app).post('/v1/session/set-password').send(set)).status).toBe(204);
    const user = (await api.db.database.stores.users.findByEmail('ada@example.com'))!;
    const person = await signInAs(api, user, 'a password of ada');
    expect((await person.call('get', '/v1/users')).status).toBe(200);
    expect(await script('users', 'list')).toContain('ada@example.com');
  });

  test('makes nobody twice, and no token for --if-missing once there is a password', async () => {
    expect(await failureOf('users', 'create', ...ada)).toContain('There is already a user ada@example.com');
    const again = JSON.parse(await script('users', 'create', ...ada, '--if-missing', '--json')) as object;
    expect(again).toMatchObject({ created: false });
    expect(again).not.toHaveProperty('setPasswordToken');
  });

  test('gives a new token for a forgotten password', async () => {
    const [token = ''] = (await script('users', 'token', '--email', 'ada@example.com')).split('\n');
    const set = { token, password: 'another password' };
    expect((await request(api.app).post('/v1/session/set-password').send(set)).status).toBe(204);
  });

  test('says what is wrong', async () => {
    expect(await failureOf('users', 'create', '--email', 'x@example.com', '--role', 'root')).toContain(
      '--role must be one of',
    );
    expect(await failureOf('users', 'create', '--role', 'admin')).toContain('--email ADDRESS is missing');
    expect(await failureOf('users', 'token', '--email', 'x@example.com')).toContain('There is no user x@example.com');
  });
});

describe('npm run keys', () => {
  test('makes a key with scopes and an end', async () => {
    const limits = ['--scopes', 'messages:read, sends:recall', '--expires', '2099-01-01T00:00:00Z'];
    const { key, appId } = JSON.parse(
      await script('keys', 'create', '--app', 'reports', ...limits, '--json'),
    ) as Record<string, string>;
    const use = (path: string) =>
      request(api.app)
        .get(path)
        .set('Authorization', `Bearer ${key ?? ''}`);
    expect((await use('/v1/messages')).status).toBe(200);
    expect((await use('/v1/templates')).status).toBe(403);
    const { items } = (await api.admin.get(`/v1/apps/${appId ?? ''}/keys`)).body;
    expect(items).toMatchObject([{ scopes: ['messages:read', 'sends:recall'], expiresAt: '2099-01-01T00:00:00.000Z' }]);
    expect(await script('keys', 'list', '--app', 'reports')).toContain('live until 2099-01-01');
  });

  test('says which scope or time is wrong, and makes nothing', async () => {
    expect(await failureOf('keys', 'create', '--app', 'none', '--scopes', 'users:write')).toContain(
      '"users:write" is not for app keys',
    );
    expect(await failureOf('keys', 'create', '--app', 'none', '--expires', 'tomorrow')).toContain(
      'must be a time in the future',
    );
    expect(await api.db.database.stores.apps.findByName('none')).toBeUndefined();
  });
});
