import { mkdirSync } from 'node:fs';
import { findRedisServer } from './find-binary';
import { probeRedis } from './probes';
import { startService, type RunningService } from './running-service';

export interface RedisOptions {
  /** Where its files go; created when missing. A start on the same folder and port continues with the same data if persistent. */
  readonly dir: string;
  readonly port: number;
  readonly log: string;
  /** Append-only file, synced every second. Default: nothing survives a restart. */
  readonly persistent?: boolean;
}

/** Starts Redis on 127.0.0.1 and waits until it answers. Url: `redis://127.0.0.1:port`. */
export function startRedis({ dir, port, log, persistent = false }: RedisOptions): Promise<RunningService> {
  const command = findRedisServer();
  if (command === undefined) throw new Error('redis-server is not installed: install the package redis-server.');
  mkdirSync(dir, { recursive: true });
  const url = `redis://127.0.0.1:${port}`;
  const settings = {
    bind: '127.0.0.1',
    port,
    dir,
    save: '',
    appendonly: persistent ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return startService({ name: 'Redis', url, command, args, log, probe: () => probeRedis(url) });
}
