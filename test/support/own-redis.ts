import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/services/ports';

/** A Redis of its own for a test that stops and starts it: same port and same folder every time. */
export interface OwnRedis {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it at once, without saving. */
  kill(): Promise<void>;
  /** Kills it and removes its folder. */
  remove(): Promise<void>;
}

/** Not started yet. `args` are added to the command line, e.g. `--appendonly yes`. */
export async function createOwnRedis(...args: string[]): Promise<OwnRedis> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'luminate-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    child = undefined;
  };
  return {
    url,
    start: async () => {
      const common = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
      child = spawn('redis-server', [...common, ...args], { stdio: 'ignore' });
      const probe = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
      probe.on('error', () => undefined);
      await probe.ping();
      probe.disconnect();
    },
    kill,
    remove: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
