import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createKnex } from '../../db/create-knex';
import { migrate } from '../../db/migrate';
import { createAppStore } from '../../db/stores/app-store';
import { startMariaDb } from '../../scripts/services/mariadb';
import { freePort } from '../../scripts/services/ports';
import { probeHttp } from '../../scripts/services/probes';
import { PROJECT_ROOT } from '../../scripts/services/project-root';
import { startRedis } from '../../scripts/services/redis';
import { startService, type RunningService } from '../../scripts/services/running-service';
import { startSmsSandbox } from '../../scripts/services/sms-sandbox';
import { startTemporal } from '../../scripts/services/temporal';
import { createPart, watchParts, type Outage, type Part } from './parts';

/** A whole Luminate to be broken: two APIs, two workers, services with their data on disk, and providers that never break. */
export interface FaultSystem {
  readonly apiUrls: readonly string[];
  /** An admin's. */
  readonly key: string;
  readonly databaseUrl: string;
  readonly parts: readonly Part[];
  /** Every time a part was away, in order. */
  readonly outages: readonly Outage[];
  readonly smtp: { readonly port: number; readonly secondPort: number; readonly witnessUrl: string };
  readonly smsUrl: string;
  stop(): Promise<void>;
}

type Env = Readonly<Record<string, string>>;

/** Starts programs of dist/, each with a log of its own below `logs`. */
function createPrograms(logs: string, env: Env) {
  return (name: string, script: string, more: Env, url: string): Promise<RunningService> =>
    startService({
      name,
      url,
      command: process.execPath,
      args: ['--enable-source-maps', join(PROJECT_ROOT, 'dist', script)],
      env: { PATH: process.env['PATH'], ...env, ...more },
      log: join(logs, `${name}.log`),
      probe: () => probeHttp(url),
    });
}

/** The services of the system, on ports and folders that they keep. */
async function createServices(dir: string, redisForgets: boolean, outages: Outage[]) {
  const options = async (name: string) => ({
    dir: join(dir, name),
    port: await freePort(),
    log: join(dir, 'logs', `${name}.log`),
    persistent: true,
  });
  const [mysql, redis, temporal] = [await options('mysql'), await options('redis'), await options('temporal')];
  let databaseUrl = '';
  const startDatabase = async (): Promise<RunningService> => {
    const database = await startMariaDb(mysql);
    databaseUrl = database.url;
    return database;
  };
  const parts = [
    createPart({ name: 'mysql', kind: 'mysql', start: startDatabase, outages }),
    createPart({
      name: 'redis',
      kind: 'redis',
      start: () => startRedis({ ...redis, persistent: !redisForgets }),
      outages,
    }),
    createPart({ name: 'temporal', kind: 'temporal', start: () => startTemporal(temporal), outages }),
  ];
  for (const part of parts) await part.start();
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
    LUMINATE_SECRET_KEY: randomBytes(32).toString('base64'),
    // Providers that can be asked about a lost answer are believed sooner than in the field.
    RECONCILE_SECONDS: '6',
    LOG_LEVEL: 'info',
  };
  return { parts, env };
}

async function createProviders(dir: string, run: ReturnType<typeof createPrograms>, mailMs: number) {
  const [port, secondPort, httpPort, smsPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const ports = {
    PORT: String(port),
    SECOND_PORT: String(secondPort),
    HTTP_PORT: String(httpPort),
    DELAY_MS: String(mailMs),
  };
  const witnessUrl = `http://127.0.0.1:${httpPort}`;
  const smtp = await run('faulty-smtp', 'bench/faults/faulty-smtp.js', ports, witnessUrl);
  const sms = await startSmsSandbox({ port: smsPort, log: join(dir, 'logs', 'sms-sandbox.log') });
  return { smtp: { port, secondPort, witnessUrl }, smsUrl: sms.url, running: [smtp, sms] };
}

/** Migrates, and makes an app with a key. */
async function prepareDatabase(url: string): Promise<string> {
  const knex = createKnex(url, 2);
  try {
    await migrate(knex);
    const apps = createAppStore(knex);
    return (await apps.createKey((await apps.create('faults')).id, 'admin', 'faults')).key;
  } finally {
    await knex.destroy();
  }
}

/**
 * Starts everything in `dir`, which gets data and logs. What was started is stopped again when something fails. `redisForgets`: a
 * restart of Redis loses everything, instead of nothing. The mail server takes `mailMs` for a mail.
 */
export async function startFaultSystem(dir: string, redisForgets: boolean, mailMs = 200): Promise<FaultSystem> {
  const outages: Outage[] = [];
  const parts: Part[] = [];
  const providers: RunningService[] = [];
  let stopWatching = async (): Promise<void> => undefined;
  const stop = async (): Promise<void> => {
    await stopWatching();
    for (const part of [...parts].reverse()) await part.stop();
    for (const provider of providers) await provider.stop();
  };
  mkdirSync(join(dir, 'logs'), { recursive: true });
  try {
    const services = await createServices(dir, redisForgets, outages);
    parts.push(...services.parts);
    const run = createPrograms(join(dir, 'logs'), services.env);
    const key = await prepareDatabase(services.env.DATABASE_URL);
    const { running, ...witnesses } = await createProviders(dir, run, mailMs);
    providers.push(...running);
    const apiUrls: string[] = [];
    for (const n of [1, 2]) {
      const [port, workerPort] = [String(await freePort()), String(await freePort())];
      const [api, worker] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${workerPort}`];
      apiUrls.push(api);
      const start = {
        api: () => run(`api-${n}`, 'api/main.js', { PORT: port }, `${api}/healthz`),
        worker: () => run(`worker-${n}`, 'workers/main.js', { WORKER_PORT: workerPort }, `${worker}/healthz`),
      };
      for (const kind of ['api', 'worker'] as const) {
        const part = createPart({ name: `${kind}-${n}`, kind, start: start[kind], outages });
        parts.push(part);
        await part.start();
      }
    }
    stopWatching = watchParts(parts);
    return { apiUrls, key, databaseUrl: services.env.DATABASE_URL, parts, outages, ...witnesses, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
