import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT } from './project-root';
import { processIdentity, stopProcess } from './process-identity';

/**
 * Names a file to which every start appends what was started, one JSON object a line. A test run sets it, so that it can end
 * what a failed or killed test has left running.
 */
export const STARTED_FILE_VARIABLE = 'LUMINATE_STARTED_FILE';

/** A service that answers. It outlives this process unless stopped. */
export interface RunningService {
  readonly name: string;
  readonly url: string;
  /** Absent for a service that is not a process of this machine's user, e.g. a container. */
  readonly pid: number | undefined;
  /** Ends it in its own good way and waits until it is gone; after 20 s it is killed. */
  stop(): Promise<void>;
  /** Sends a signal (default SIGKILL) and returns at once. */
  kill(signal?: NodeJS.Signals): void;
}

export interface ServiceCommand {
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** File that collects what the service prints. */
  readonly log: string;
  /** Resolves when the service answers, throws when it does not. */
  readonly probe: () => Promise<unknown>;
  /** Default 60 s. */
  readonly timeoutMs?: number;
  /** How often it is started when it ends by itself before it answers; default 1. */
  readonly tries?: number;
}

/** It ended by itself before it answered. */
class EndedAtOnce extends Error {}

/**
 * Starts a program and waits until it answers. It runs in its own process group, so that Ctrl-C reaches only the launcher,
 * which stops things in order. Throws with the end of its log when it ends or does not answer in time; nothing is left running.
 */
export async function startService({ tries = 1, ...options }: ServiceCommand): Promise<RunningService> {
  try {
    return await startOnce(options);
  } catch (error) {
    if (tries === 1 || !(error instanceof EndedAtOnce)) throw error;
    return startService({ ...options, tries: tries - 1 });
  }
}

async function startOnce(options: Omit<ServiceCommand, 'tries'>): Promise<RunningService> {
  const { name, url, command, args, env = process.env, log, probe, timeoutMs = 60_000 } = options;
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn(command, args, { cwd: PROJECT_ROOT, env, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once(
    'exit',
    (code, signal) => (ended = signal ? `it was ended by ${signal}` : `it ended with code ${code ?? 0}`),
  );
  child.unref();

  const { pid } = child;
  const identity = pid === undefined ? undefined : processIdentity(pid);
  const startedFile = process.env[STARTED_FILE_VARIABLE];
  if (startedFile) appendFileSync(startedFile, `${JSON.stringify({ pid, identity })}\n`);
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    const answered = await probe().then(
      () => true,
      (error: unknown) => {
        lastError = error;
        return false;
      },
    );
    if (ended !== undefined) throw new EndedAtOnce(`${name} did not start: ${ended}. ${endOfLog(log)}`);
    if (answered) break;
    if (Date.now() > deadline) {
      if (pid !== undefined) await stopProcess(pid, { identity, graceMs: 2000 });
      const why = lastError instanceof Error ? lastError.message : String(lastError);
      throw new Error(`${name} did not answer within ${timeoutMs / 1000} s (${why}). ${endOfLog(log)}`);
    }
    await sleep(100);
  }
  return {
    name,
    url,
    pid,
    stop: async () => (pid === undefined ? undefined : stopProcess(pid, { identity })),
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  };
}

/** The last lines of a log, for an error message. */
export function endOfLog(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8) : [];
  return lines.join('') === '' ? `It printed nothing (${log}).` : `The end of ${log}:\n  ${lines.join('\n  ')}`;
}
