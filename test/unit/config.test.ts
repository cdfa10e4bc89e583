import { loadConfig } from '../../config/env';

const KEY = Buffer.alloc(32, 7).toString('base64');
const GOOD = {
  DATABASE_URL: 'mysql://luminate:pw@127.0.0.1:3306/luminate',
  REDIS_URL: 'redis://127.0.0.1:6379',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  LUMINATE_SECRET_KEY: KEY,
};
function failureOf(env: Record<string, string | undefined>): string {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was accepted.');
}

test('four variables are enough; the others have defaults', () => {
  const config = loadConfig(GOOD);
  expect(config).toMatchObject({
    PORT: 3000,
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://127.0.0.1:3000',
    DEFAULT_REGION: 'CN',
    DEFAULT_TIMEZONE: 'Asia/Shanghai',
    REDIS_PREFIX: 'lum',
    TEMPORAL_NAMESPACE: 'default',
    LOG_LEVEL: 'info',
    TRACE_MESSAGE_DAYS: 3,
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('numbers are read from text, and the public address follows host and port', () => {
  expect(loadConfig({ ...GOOD, PORT: '8080', HOST: '0.0.0.0', API_START_SLOTS: '0' })).toMatchObject({
    PORT: 8080,
    PUBLIC_URL: 'http://0.0.0.0:8080',
    API_START_SLOTS: 0,
  });
  expect(loadConfig({ ...GOOD, PUBLIC_URL: 'https://luminate.example' }).PUBLIC_URL).toBe('https://luminate.example');
});

test('an empty environment names every variable that must be set, and where to read about them', () => {
  const message = failureOf({});
  for (const name of Object.keys(GOOD)) expect(message).toContain(`  ${name}: is not set`);
  expect(message.split('\n')).toHaveLength(2 + Object.keys(GOOD).length);
  expect(message).toContain('config/env.ts lists every variable.');
});

test.each([
  ['DATABASE_URL', 'postgres://u:hunter2@h/db', 'must look like mysql://user:password@host:3306/database'],
  ['DATABASE_URL', '', 'must look like mysql://'],
  ['REDIS_URL', 'hunter2:6379', 'must look like redis://host:6379'],
  ['TEMPORAL_ADDRESS', 'http://hunter2', 'must look like host:7233'],
  ['LUMINATE_SECRET_KEY', 'hunter2hunter2', 'must be base64 of exactly 32 bytes: openssl rand -base64 32'],
  ['LUMINATE_SECRET_KEY', Buffer.alloc(31).toString('base64'), 'must be base64 of exactly 32 bytes'],
  ['PORT', 'hunter2', ''],
  ['PORT', '65536', ''],
  ['DATABASE_POOL', '0', ''],
  ['LOG_LEVEL', 'hunter2', ''],
  ['DEFAULT_TIMEZONE', 'Mars/hunter2', 'is not an IANA time zone, e.g. Asia/Shanghai'],
  ['DEFAULT_REGION', 'hunter2', ''],
  ['PUBLIC_URL', 'hunter2', ''],
  ['TEMPORAL_UI_URL', 'hunter2', ''],
])('%s with the value %j is named, with what it should be, and the value is not repeated', (name, value, words) => {
  const message = failureOf({ ...GOOD, [name]: value });
  expect(message).toContain(`  ${name}: ${words}`);
  expect(message).not.toContain('hunter2');
  for (const other of Object.keys(GOOD)) if (other !== name) expect(message).not.toContain(other);
});

test('the roles of an OpenID claim are read in order, and what is no role is refused', () => {
  const map = (OIDC_ROLE_MAP: string) => loadConfig({ ...GOOD, OIDC_ROLE_MAP }).OIDC_ROLE_MAP;
  expect(map('')).toEqual([]);
  expect(map('ou=it=admin, sales = viewer')).toEqual([
    { value: 'ou=it', role: 'admin' },
    { value: 'sales', role: 'viewer' },
  ]);
  for (const wrong of ['it=root', 'it', '=admin', 'it=admin,x']) {
    expect(failureOf({ ...GOOD, OIDC_ROLE_MAP: wrong })).toContain('OIDC_ROLE_MAP: must look like');
  }
});

test('an OpenID provider is named with its client, and by https save on this machine', () => {
  const oidc = (OIDC_ISSUER: string, more = {}) => ({ ...GOOD, OIDC_ISSUER, OIDC_CLIENT_ID: 'luminate', ...more });
  for (const issuer of ['https://id.example/realm', 'http://127.0.0.1:4000', 'http://localhost/x']) {
    expect(loadConfig(oidc(issuer)).OIDC_ISSUER).toBe(issuer);
  }
  for (const issuer of ['http://id.example', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example']) {
    expect(failureOf(oidc(issuer))).toContain('OIDC_ISSUER: must begin with https://');
  }
  expect(failureOf(oidc('https://id.example', { OIDC_CLIENT_ID: undefined }))).toContain('set both, or none');
});
