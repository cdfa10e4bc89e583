import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where the Temporal CLI is kept between runs, shared by all checkouts: `~/.cache/luminate/bin`. */
export const TEMPORAL_CACHE = join(homedir(), '.cache/luminate/bin');

/** The first of `names` that is an executable file on PATH or in the usual places of servers, as an absolute path. */
export function findBinary(names: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** mariadbd or mysqld. */
export function findDatabaseServer(env?: NodeJS.ProcessEnv): string | undefined {
  return findBinary(['mariadbd', 'mysqld'], env);
}

export function findRedisServer(env?: NodeJS.ProcessEnv): string | undefined {
  return findBinary(['redis-server', 'valkey-server'], env);
}

/** The Temporal CLI: the cached one first, then the one on PATH. */
export function findTemporal(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const cached = join(TEMPORAL_CACHE, 'temporal');
  return isExecutable(cached) ? cached : findBinary(['temporal'], env);
}

export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env['TEST_CHROMIUM'] ?? findBinary(['chromium', 'chromium-browser', 'google-chrome'], env);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
