import { createServer, connect, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createLogger } from '../../config/logger';
import { createDatabase } from '../../db/database';
import { defaultRules, type RuleName } from '../../domain/rules';
import { createRedis, type RedisClient } from '../../redis/create-redis';
import { createLiveRules, type LiveRulesReader } from '../../rules/live-rules';
import { createRuleMetrics, type RuleMetrics } from '../../rules/rule-metrics';
import { createRuleNotices } from '../../rules/rule-notices';
import { createOwnRedis, type OwnRedis } from '../support/own-redis';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { connectTestRedis } from '../support/test-redis';

const defaults = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });
/** Long enough that no test gets there: what happens, happens by a notice. */
const NEVER = 3_600_000;

let db: TestDatabase;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await db.knex('rule_versions').delete();
});

interface Reader {
  /** The connection that publishes. */
  readonly redis: RedisClient;
  readonly rules: LiveRulesReader;
  readonly metrics: RuleMetrics;
  readonly logs: { level: string; rule?: string; version?: number; msg: string; faults?: string[] }[];
}

interface ReaderOptions {
  readonly redisUrl?: string;
  readonly cluster?: boolean;
  readonly pollMs?: number;
  readonly databaseUrl?: string;
}

/** A process's reader, with connections of its own. */
async function openReader(options: ReaderOptions = {}): Promise<Reader> {
  const { redisUrl: url = process.env['TEST_REDIS_URL'] ?? '', cluster = false, databaseUrl, pollMs } = options;
  const logs: Reader['logs'] = [];
  const log = createLogger({ name: 'test', level: 'debug' }, { write: (line: string) => logs.push(JSON.parse(line)) });
  const quiet = { warn: () => undefined, info: () => undefined };
  const redis = await createRedis({ url, cluster, log: quiet });
  const subscriber = await createRedis({ url, cluster, log: quiet });
  const database = databaseUrl
    ? createDatabase({ url: databaseUrl, poolSize: 2, secretKey: db.secretKey })
    : db.database;
  const metrics = createRuleMetrics(new Registry());
  const rules = createLiveRules({
    store: database.stores.rules,
    notices: createRuleNotices({ redis, subscriber, channel: `test:{${db.url.split('/').at(-1) ?? ''}}:changed` }),
    defaults,
    metrics,
    log,
    ...(pollMs !== undefined && { pollMs }),
  });
  closers.push(async () => {
    rules.close();
    redis.disconnect();
    if (databaseUrl) await database.close();
  });
  return { redis, rules, metrics, logs };
}

const write = (name: RuleName, value: unknown) => db.database.stores.rules.add({ name, author: 'system' }, () => value);
const caps = (notice: number) => ({ ...defaults.caps, notice });
async function until(fact: () => unknown): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`This did not come true: ${String(fact)}`);
    await sleep(10);
  }
}
const capOf = ({ rules }: Reader): number | null => rules.current().caps.notice;
async function gauge(metric: RuleMetrics['version'], rule: RuleName): Promise<number | undefined> {
  return (await metric.get()).values.find(({ labels }) => labels['rule'] === rule)?.value;
}
/** Subscribed, and done with the look that follows subscribing. */
const settled = async ({ rules }: Reader): Promise<void> => {
  await rules.loaded;
  await sleep(300);
};

test('without anything stored the defaults are in force; what is stored is, from the start', async () => {
  const first = await openReader({ pollMs: NEVER });
  await first.rules.loaded;
  expect(first.rules.current()).toEqual(defaults);
  expect(await gauge(first.metrics.version, 'caps')).toBe(0);
  await write('caps', caps(1));
  await write('caps', caps(2));
  const second = await openReader({ pollMs: NEVER });
  await second.rules.loaded;
  expect(second.rules.current()).toEqual({ ...defaults, caps: caps(2) });
  expect(await gauge(second.metrics.version, 'caps')).toBe(2);
});

test('a notice brings a change to every process; the one that wrote it has it when the announcement returns', async () => {
  const [writer, other] = [await openReader({ pollMs: NEVER }), await openReader({ pollMs: NEVER })];
  await settled(writer);
  await settled(other);
  await write('caps', caps(3));
  await writer.rules.announce();
  expect(capOf(writer)).toBe(3);
  await until(() => capOf(other) === 3);
  expect(await gauge(other.metrics.version, 'caps')).toBe(1);
});

test('a change whose notice is lost is found by looking', async () => {
  const reader = await openReader();
  await settled(reader);
  await write('caps', caps(4));
  await until(() => capOf(reader) === 4);
});

describe('with a Redis that comes and goes', () => {
  let redis: OwnRedis;
  beforeEach(async () => {
    redis = await createOwnRedis();
    closers.push(() => redis.remove());
  });

  test('changes are found while it is away, announcing does not fail, and notices work once it is there', async () => {
    const reader = await openReader({ redisUrl: redis.url, pollMs: 100 });
    await reader.rules.loaded;
    await write('caps', caps(5));
    await until(() => capOf(reader) === 5);
    await write('caps', caps(6));
    await reader.rules.announce();
    expect(capOf(reader)).toBe(6);

    const byNotice = await openReader({ redisUrl: redis.url, pollMs: NEVER });
    await byNotice.rules.loaded;
    await write('caps', caps(7));
    await redis.start();
    // Nobody announced it: the reader looks when it has subscribed at last.
    await until(() => capOf(byNotice) === 7);
    for (const notice of [8, 9]) {
      await until(() => reader.redis.status === 'ready');
      await write('caps', caps(notice));
      await reader.rules.announce();
      await until(() => capOf(byNotice) === notice);
      // Nobody can be told now; the change is found by the look after subscribing anew.
      await redis.kill();
      await write('caps', caps(notice * 100));
      await redis.start();
      await until(() => capOf(byNotice) === notice * 100);
    }
  });

  test('notices reach everyone on a Redis Cluster', async () => {
    const cluster = await createOwnRedis('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
    closers.push(() => cluster.remove());
    await cluster.start();
    const plain = await connectTestRedis(cluster.url);
    await plain.redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await until(async () => String(await plain.redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    plain.close();
    const options = { redisUrl: cluster.url, cluster: true, pollMs: NEVER };
    const [writer, other] = [await openReader(options), await openReader(options)];
    await settled(writer);
    await settled(other);
    await write('caps', caps(11));
    await writer.rules.announce();
    await until(() => capOf(other) === 11);
  });
});

test('while MySQL is away the defaults, then the last rules, are in force; it is told once, and found again', async () => {
  await write('caps', caps(12));
  const door = await openDoor(new URL(db.url));
  closers.push(() => door.close());
  await door.close();
  const reader = await openReader({ databaseUrl: door.url, pollMs: 50 });
  await until(() => reader.logs.some(({ msg }) => msg.includes('MySQL does not tell')));
  expect(reader.rules.current()).toEqual(defaults);
  await expect(reader.rules.refresh()).rejects.toBeDefined();
  await reader.rules.announce();

  await door.open();
  await reader.rules.loaded;
  expect(capOf(reader)).toBe(12);
  await door.close();
  await until(() => reader.logs.filter(({ msg }) => msg.includes('MySQL does not tell')).length === 2);
  expect(capOf(reader)).toBe(12);
  await write('caps', caps(13));
  await door.open();
  await until(() => capOf(reader) === 13);
  expect(reader.logs.filter(({ msg }) => msg.includes('read from MySQL again'))).toHaveLength(2);
});

test('a stored value that does not fit is told once and counted, and the newest that fits stays in force everywhere', async () => {
  const old = await openReader({ pollMs: 20 });
  await write('caps', caps(14));
  await until(() => capOf(old) === 14);
  await write('caps', { ...caps(15), notice: 'many' });
  await until(async () => (await gauge(old.metrics.invalid, 'caps')) === 1);
  await write('caps', 'nonsense');
  const fresh = await openReader({ pollMs: 20 });
  await fresh.rules.loaded;
  await sleep(200);
  for (const reader of [old, fresh]) {
    expect(reader.rules.current()).toEqual({ ...defaults, caps: caps(14) });
    expect(await gauge(reader.metrics.version, 'caps')).toBe(1);
    const errors = reader.logs.filter(({ level }) => level === 'error');
    expect(errors.map(({ rule, version }) => `${rule ?? ''} ${version ?? ''}`).sort()).toEqual(['caps 2', 'caps 3']);
    expect(errors.find(({ version }) => version === 2)?.faults).toEqual([expect.stringMatching(/^notice: /)]);
  }

  // The other rules live on, and a good value ends it.
  await write('discard', { templates: ['x'], apps: [] });
  await until(() => old.rules.current().discard.templates.length === 1);
  await write('caps', caps(16));
  await until(() => capOf(old) === 16);
  expect(await gauge(old.metrics.invalid, 'caps')).toBe(0);
  expect(await gauge(old.metrics.version, 'caps')).toBe(4);
});

test('where no stored value fits the default is in force, and where all are removed as well', async () => {
  await write('defaults', { region: 'XX' });
  const reader = await openReader({ pollMs: 20 });
  await reader.rules.loaded;
  expect(reader.rules.current().defaults).toEqual(defaults.defaults);
  expect(await gauge(reader.metrics.invalid, 'defaults')).toBe(1);
  await write('defaults', { region: 'FR', timezone: 'Europe/Paris' });
  await until(() => reader.rules.current().defaults.region === 'FR');
  await db.knex('rule_versions').delete();
  await until(() => reader.rules.current().defaults.region === 'CN');
  expect(await gauge(reader.metrics.invalid, 'defaults')).toBe(0);
});

test('a closed reader looks no more', async () => {
  const reader = await openReader({ pollMs: 20 });
  await settled(reader);
  reader.rules.close();
  await write('caps', caps(17));
  await sleep(200);
  expect(capOf(reader)).toBe(5);
});

/** A way to MySQL that can be shut: what runs through it breaks, and nobody gets in. */
async function openDoor(target: URL): Promise<{ url: string; open(): Promise<void>; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const open = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    });
    const opened = server;
    await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
    port = (opened.address() as { port: number }).port;
  };
  await open();
  const url = new URL(target);
  [url.hostname, url.port] = ['127.0.0.1', String(port)];
  return {
    url: url.href,
    open,
    async close() {
      const closing = server;
      server = undefined;
      if (!closing) return;
      const closed = new Promise((resolve) => closing.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
