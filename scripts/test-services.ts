import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './services/find-binary';
import { installPackages } from './services/install-packages';
import { ensureSchemathesis } from './services/install-schemathesis';
import { startMariaDb } from './services/mariadb';
import { freePort } from './services/ports';
import { processIdentity } from './services/process-identity';
import { ensureInstalled } from './services/provide-services';
import { startRedis } from './services/redis';
import type { Say } from './services/run-with-progress';
import { STARTED_FILE_VARIABLE } from './services/running-service';
import { createServiceKeeper, readStackState, stopRecorded } from './services/service-keeper';
import { startTemporal, type TemporalOptions } from './services/temporal';

const STARTED_FILE = 'started-by-tests.jsonl';
const OWNER_FILE = 'owner';

export interface TestServices {
  /** TEST_DATABASE_URL, TEST_REDIS_URL, TEST_TEMPORAL_ADDRESS, and TEST_CHROMIUM and TEST_SCHEMATHESIS where they are. */
  readonly env: Record<string, string>;
  /** Stops the services and removes their files. */
  stop(): Promise<void>;
}

/**
 * Starts a database, Redis and Temporal for one test run, on free ports and with files of their own below `home`. Nothing that
 * runs already is used or touched. Throws one sentence when something cannot be had; `stop` is safe to call at any time.
 */
export function createTestServices(
  home: string,
  say: Say,
  { longHistory }: Pick<TemporalOptions, 'longHistory'> = {},
): TestServices & { start(): Promise<void> } {
  const dir = join(home, `test-${process.pid}`);
  const keeper = createServiceKeeper(join(dir, 'stack.json'));
  const env: Record<string, string> = { [STARTED_FILE_VARIABLE]: join(dir, STARTED_FILE) };
  writeFileSync(join(dir, OWNER_FILE), processIdentity(process.pid) ?? '');
  const start = async (): Promise<void> => {
    await removeAbandoned(home);
    await ensureInstalled(['database', 'redis', 'temporal'], join(home, 'logs', 'install.log'), say);
    // One after the other: a port that is only found, not yet listened on, could be found twice.
    const options = async (name: string) => ({
      dir: join(dir, name),
      port: await freePort(),
      log: join(dir, `${name}.log`),
    });
    const database = await options('database');
    env['TEST_DATABASE_URL'] = (await keeper.start('database', [database.port], () => startMariaDb(database))).url;
    const redis = await options('redis');
    env['TEST_REDIS_URL'] = (await keeper.start('redis', [redis.port], () => startRedis(redis))).url;
    const temporal = await options('temporal');
    const started = await keeper.start('temporal', [temporal.port], () => startTemporal({ ...temporal, longHistory }));
    env['TEST_TEMPORAL_ADDRESS'] = started.url;
    Object.assign(env, await provideChromium(home, say), await provideSchemathesis(home, say));
  };
  const stop = async (): Promise<void> => {
    await stopRecorded(startedByTests(dir));
    await keeper.stopAll();
    rmSync(dir, { recursive: true, force: true });
  };
  return { env, start, stop };
}

/** Ends what a killed test run has left behind. */
async function removeAbandoned(home: string): Promise<void> {
  for (const name of readdirSync(home)) {
    const pid = /^test-(\d+)$/.exec(name)?.[1];
    if (pid === undefined) continue;
    const dir = join(home, name);
    if (processIdentity(Number(pid)) === readIfThere(join(dir, OWNER_FILE))) continue;
    await stopRecorded([...readStackState(join(dir, 'stack.json')).services, ...startedByTests(dir)]);
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What tests started by themselves; most of it they have stopped, too. */
function startedByTests(dir: string): { pid: number; identity: string }[] {
  const lines = readIfThere(join(dir, STARTED_FILE)).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as { pid: number; identity: string });
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** For the tests of pages; they say so and pass over when there is no browser. */
async function provideChromium(home: string, say: Say): Promise<{ TEST_CHROMIUM?: string }> {
  if (findChromium() === undefined) {
    await installPackages({ packages: ['chromium'], log: join(home, 'logs', 'install.log'), say }).catch(
      (error: unknown) => {
        say(`No browser, so pages are not tested: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }
  const path = findChromium();
  return path === undefined ? {} : { TEST_CHROMIUM: path };
}

/** For the test that tries the API against its document; it says so and passes over when there is no Python. */
async function provideSchemathesis(home: string, say: Say): Promise<{ TEST_SCHEMATHESIS?: string }> {
  try {
    return { TEST_SCHEMATHESIS: await ensureSchemathesis({ log: join(home, 'logs', 'install.log'), say }) };
  } catch (error) {
    say(`No schemathesis, so the API is not fuzzed: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}
