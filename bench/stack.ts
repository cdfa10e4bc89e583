import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { createKnex } from '../db/create-knex';
import { migrate } from '../db/migrate';
import { createAppStore } from '../db/stores/app-store';
import { HOME } from '../scripts/dev-env';
import { freePort } from '../scripts/services/ports';
import { PROJECT_ROOT } from '../scripts/services/project-root';
import type { Arrival } from './smtp-sink';
import { createTestServices } from '../scripts/test-services';

/** A whole Luminate for one bench run: fresh services, API, worker and SMTP sink, each in its own process. */
export interface BenchStack {
  readonly env: Record<string, string>;
  readonly apiUrl: string;
  readonly key: string;
  readonly knex: Knex;
  readonly temporal: Client;
  /** When each address was received, epoch milliseconds; several entries are duplicates. */
  readonly received: Map<string, number[]>;
  /** How many mails were received so far. */
  arrivals(): number;
  readonly sinkPort: number;
  /** Our own processes. */
  readonly processes: { readonly api: ChildProcess; readonly worker: ChildProcess; readonly sink: ChildProcess };
  /** Starts a further process from dist/bench and waits until it prints that it has started. */
  run(script: string, env?: Record<string, string>): Promise<ChildProcess>;
  /** Calls the API as an administrator; throws on an error status. */
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function startBenchStack(): Promise<BenchStack> {
  const services = createTestServices(HOME, (line) => {
    console.error(line);
  });
  await services.start();
  const [apiPort, workerPort, sinkPort] = [await freePort(), await freePort(), await freePort()];
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: services.env['TEST_DATABASE_URL'] ?? '',
    REDIS_URL: services.env['TEST_REDIS_URL'] ?? '',
    TEMPORAL_ADDRESS: services.env['TEST_TEMPORAL_ADDRESS'] ?? '',
    LUMINATE_SECRET_KEY: randomBytes(32).toString('base64'),
    PORT: String(apiPort),
    WORKER_PORT: String(workerPort),
    // Counted as always, and never reached.
    API_RATE_PER_SECOND: '1000000',
    LOG_LEVEL: 'warn',
    STORAGE_DIR: join(HOME, 'bench', 'files'),
    STORAGE_TEMP_DIR: join(HOME, 'bench', 'tmp'),
  };
  const knex = createKnex(env['DATABASE_URL'] ?? '', 4);
  await migrate(knex);
  const apps = createAppStore(knex);
  const { key } = await apps.createKey((await apps.create('bench')).id, 'admin', 'bench');

  const { run, stopAll } = createProcesses(env);
  const sink = await run('bench/smtp-sink.js', { PORT: String(sinkPort) });
  const arrived = countArrivals(sink);
  const info = { LOG_LEVEL: 'info' };
  const api = await run('api/main.js', info);
  const worker = await run('workers/main.js', info);
  const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS'] ?? '' });
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const call = createCaller(apiUrl, key);
  await prepare(call, sinkPort);
  return {
    env,
    apiUrl,
    key,
    knex,
    temporal: new Client({ connection }),
    ...arrived,
    sinkPort,
    processes: { api, worker, sink },
    run,
    call,
    async stop() {
      stopAll();
      await connection.close();
      await knex.destroy();
      await services.stop();
    },
  };
}

function countArrivals(sink: ChildProcess): Pick<BenchStack, 'received' | 'arrivals'> {
  const received = new Map<string, number[]>();
  let total = 0;
  sink.on('message', (arrivals: Arrival[]) => {
    total += arrivals.length;
    for (const { to, at } of arrivals) {
      const times = received.get(to);
      if (times) times.push(at);
      else received.set(to, [at]);
    }
  });
  return { received, arrivals: () => total };
}

/** Runs programs of dist/, each logging to a file of its own. */
function createProcesses(env: Record<string, string>): { run: BenchStack['run']; stopAll(): void } {
  const children: ChildProcess[] = [];
  const logs = join(HOME, 'logs');
  mkdirSync(logs, { recursive: true });
  return {
    async run(script, more = {}) {
      const log = join(logs, `bench-${script.replaceAll('/', '-')}.log`);
      const output = openSync(log, 'w');
      const stdio = ['ignore', output, output, 'ipc'] as const;
      // As it is deployed (docker-compose.yml).
      const execArgv = script === 'workers/main.js' ? ['--max-semi-space-size=64'] : [];
      const options = { env: { ...env, ...more }, stdio: [...stdio], execArgv };
      const child = fork(join(PROJECT_ROOT, 'dist', script), options);
      closeSync(output);
      children.push(child);
      while (!readFileSync(log, 'utf8').includes(' started')) {
        if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}; see ${log}`);
        await sleep(50);
      }
      return child;
    },
    stopAll() {
      for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    },
  };
}

function createCaller(apiUrl: string, key: string): BenchStack['call'] {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const answer = await fetch(apiUrl + path, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
}

/** An account at the sink, a route and a template for `email.notice` without window and cap. */
async function prepare(call: BenchStack['call'], sinkPort: number): Promise<void> {
  const config = { host: '127.0.0.1', port: sinkPort, from: 'bench@luminate.example', maxConnections: 20 };
  const account = await call('POST', '/v1/accounts', { name: 'sink', provider: 'smtp', config, secrets: {} });
  await call('PUT', '/v1/routes/email.notice', { accounts: [{ accountId: account['id'], weight: 1 }] });
  await call('POST', '/v1/templates', {
    key: 'bench',
    name: 'bench',
    channel: 'email',
    messageType: 'notice',
    content: { subject: 'Order {{ order }}', html: '<p>Your order {{ order }} is on its way.</p>' },
  });
}
