import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findTemporal } from './find-binary';
import { probeTemporal } from './probes';
import { startService, type RunningService } from './running-service';

export interface TemporalOptions {
  /** Where its database file goes; created when missing. */
  readonly dir: string;
  readonly port: number;
  /** Port of the Web UI. Default: no Web UI. */
  readonly uiPort?: number;
  readonly log: string;
  /** Keep workflows in `dir/temporal.db` over restarts. Default: in memory, a restart forgets them. */
  readonly persistent?: boolean;
  /** Events after which a workflow is told to begin a new history. Default: the server's, 4,096. */
  readonly longHistory?: number | undefined;
}

/** Registered at start; see temporal/search-attributes.ts for their use. */
const SEARCH_ATTRIBUTES = {
  LuminateLane: 'Keyword',
  LuminateApp: 'Keyword',
  LuminateMessages: 'Int',
};

/**
 * Measured for one machine: the default quotas stop at some 66 sends/s, and the three poll rates alone halve the latency
 * of a send, because the development server has one shard, whose queue is read 20 times a second by default.
 */
const DYNAMIC_CONFIG = {
  'frontend.rps': 20000,
  'frontend.namespaceRPS': 20000,
  'frontend.namespaceCount': 5000,
  'frontend.namespaceRPS.visibility': 200,
  'matching.rps': 20000,
  'history.rps': 20000,
  'frontend.persistenceMaxQPS': 50000,
  'history.persistenceMaxQPS': 50000,
  'matching.persistenceMaxQPS': 50000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  'system.enableActivityEagerExecution': true,
  'limit.maxIDLength': 255,
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'history.transferProcessorMaxPollHostRPS': 2000,
};

/**
 * Starts a Temporal development server on 127.0.0.1 and waits until it serves the namespace `default`. Url: `127.0.0.1:port`.
 * A start on the same folder and port continues where it was if persistent.
 */
export function startTemporal({
  dir,
  port,
  uiPort,
  log,
  persistent = false,
  longHistory,
}: TemporalOptions): Promise<RunningService> {
  const command = findTemporal();
  if (command === undefined) throw new Error('The Temporal CLI is not installed: https://docs.temporal.io/cli');
  mkdirSync(dir, { recursive: true });
  const url = `127.0.0.1:${port}`;
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(persistent ? ['--db-filename', join(dir, 'temporal.db')] : []),
    ...(persistent ? ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'] : []),
    ...pairs('--search-attribute', SEARCH_ATTRIBUTES),
    ...pairs('--dynamic-config-value', DYNAMIC_CONFIG),
    ...(longHistory === undefined
      ? []
      : pairs('--dynamic-config-value', { 'limit.historyCount.suggestContinueAsNew': longHistory })),
  ];
  // It picks ports for its own parts before it binds them, and ends when another program was quicker.
  return startService({ name: 'Temporal', url, command, args, log, probe: () => probeTemporal(url), tries: 3 });
}

function pairs(option: string, values: Record<string, unknown>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [option, `${key}=${String(value)}`]);
}
