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
