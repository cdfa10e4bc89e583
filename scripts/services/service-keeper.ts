import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { composeStop, type ComposeService } from './compose';
import { processIdentity, stopProcess } from './process-identity';
import type { RunningService } from './running-service';

/** One service in the state file. */
export interface ServiceRecord {
  /** What it is to us: database, redis, api … */
  readonly key: string;
  readonly name: string;
  readonly url: string;
  readonly ports: readonly number[];
  /** Process number and identity, of a process. */
  readonly pid?: number;
  readonly identity?: string;
  /** Name in docker-compose.yml, of a container. */
  readonly container?: ComposeService;
}

/** What is running, for later commands: the settings to reach it, and what to stop. */
export interface StackState {
  readonly env: Readonly<Record<string, string>>;
  readonly services: readonly ServiceRecord[];
}

const NOTHING: StackState = { env: {}, services: [] };

/** The state file's content; nothing when there is no file. */
export function readStackState(file: string): StackState {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackState) : NOTHING;
}

/** Whether the very process that was recorded still runs. Containers: false, ask Docker. */
function isRunning(record: ServiceRecord): boolean {
  return record.pid !== undefined && processIdentity(record.pid) === record.identity;
}

/** Stops exactly what was recorded, last started first; what has ended meanwhile is left alone. */
export async function stopRecorded(
  records: readonly Pick<ServiceRecord, 'pid' | 'identity' | 'container'>[],
): Promise<void> {
  for (const { pid, identity, container } of [...records].reverse()) {
    if (container !== undefined) await composeStop([container]);
    else if (pid !== undefined) await stopProcess(pid, { identity });
  }
}

/** Starts services and knows which it started, in memory and in a file that outlives a crash of this process. */
export interface ServiceKeeper {
  /** The running service of an earlier start under this key, if the file names one that still runs. */
  running(key: string): ServiceRecord | undefined;
  /** Starts a service and records it. Throws when everything is being stopped. */
  start(key: string, ports: readonly number[], start: () => Promise<RunningService>): Promise<ServiceRecord>;
  /** Records the settings under which later commands reach the services. */
  saveEnv(env: Readonly<Record<string, string>>): void;
  /** Waits for starts under way, then stops what this keeper started, last first, and nothing else. */
  stopAll(): Promise<void>;
}

/** Keeps its records in `file`, readable by its owner only (the settings hold passwords). */
export function createServiceKeeper(file: string): ServiceKeeper {
  const starts: { key: string; service: Promise<RunningService> }[] = [];
  let isStopping = false;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });

  const change = (edit: (state: StackState) => StackState): void => {
    const { env, services } = edit(readStackState(file));
    const state = { env, services: services.filter((record) => record.container !== undefined || isRunning(record)) };
    if (state.services.length === 0 && isStopping) {
      rmSync(file, { force: true });
      return;
    }
    writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const without = (state: StackState, key: string): StackState => ({
    ...state,
    services: state.services.filter((record) => record.key !== key),
  });

  return {
    running: (key) => readStackState(file).services.find((record) => record.key === key && isRunning(record)),
    start: async (key, ports, start) => {
      if (isStopping) throw new Error('Everything is being stopped.');
      const service = start();
      starts.push({ key, service });
      const record = recordOf(key, ports, await service);
      change((state) => ({ ...state, services: [...without(state, key).services, record] }));
      return record;
    },
    saveEnv: (env) => {
      change((state) => ({ ...state, env }));
    },
    stopAll: async () => {
      isStopping = true;
      for (const { key, service } of starts.splice(0).reverse()) {
        const running = await service.catch(() => undefined);
        await running?.stop();
        change((state) => without(state, key));
      }
    },
  };
}

function recordOf(key: string, ports: readonly number[], { name, url, pid }: RunningService): ServiceRecord {
  if (pid === undefined) return { key, name, url, ports, container: name as ComposeService };
  return { key, name, url, ports, pid, identity: processIdentity(pid) ?? '' };
}
