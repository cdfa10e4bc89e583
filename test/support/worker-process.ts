import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/env';

const PROGRAMS = {
  worker: { main: path.resolve(__dirname, '../../dist/workers/main.js'), started: 'worker started' },
  api: { main: path.resolve(__dirname, '../../dist/api/main.js'), started: 'API started' },
} as const;

/** A real process, as it is deployed, for tests that kill it. */
export interface WorkerProcess {
  /** Resolves when it says that it works; what it printed stands in the error when it ends instead. */
  start(): Promise<void>;
  /** SIGKILL: nothing in it gets a chance to finish. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** The settings of a test's system, for a process of its own. */
export const settingsOf = (config: Config): Record<string, string> => ({
  DATABASE_URL: config.DATABASE_URL,
  REDIS_URL: config.REDIS_URL,
  REDIS_PREFIX: config.REDIS_PREFIX,
  TEMPORAL_ADDRESS: config.TEMPORAL_ADDRESS,
  TEMPORAL_NAMESPACE: config.TEMPORAL_NAMESPACE,
  LUMINATE_SECRET_KEY: config.LUMINATE_SECRET_KEY,
  STORAGE_DIR: config.STORAGE_DIR,
  STORAGE_TEMP_DIR: config.STORAGE_TEMP_DIR,
});

/** A worker, or an API. `env` is its whole environment beside PATH; it must log at `info`. */
export function createWorkerProcess(
  env: Record<string, string>,
  program: keyof typeof PROGRAMS = 'worker',
): WorkerProcess {
  const { main, started } = PROGRAMS[program];
  let child: ChildProcess | undefined;
  let printed = '';
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exited)[0];
  };
  return {
    async start() {
      if (!existsSync(main)) throw new Error('dist/ is not built. Run `npm run build`, or `npm test`, which does.');
      printed = '';
      child = spawn(process.execPath, [main], {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const keep = (chunk: Buffer): void => {
        printed = (printed + chunk.toString()).slice(-20_000);
      };
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      while (!printed.includes(started)) {
        if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}: ${printed}`);
        await sleep(50);
      }
    },
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}
