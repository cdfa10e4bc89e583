import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * When a process started, in which run of the machine: with its number that means the same process, however often numbers are
 * reused. `undefined` when there is no such process, or it has ended and only waits to be collected.
 */
export function processIdentity(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? identityFromProc(pid) : identityFromPs(pid);
}

/** Reads `/proc/<pid>/stat`: the state and the start time, whatever the program's name contains. */
export function parseProcStat(stat: string): { state: string; startTime: string } {
  // The name is in parentheses and may hold spaces and parentheses itself: fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
}

function identityFromProc(pid: number): string | undefined {
  try {
    const { state, startTime } = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (state === 'Z' || state === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${startTime}`;
  } catch {
    return undefined;
  }
}

function identityFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-p', String(pid), '-o', 'stat=,lstart='], { encoding: 'utf8' }).trim();
    const [state = '', ...rest] = line.split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : rest.join(' ');
  } catch {
    return undefined;
  }
}

/**
 * Asks the process to end and waits until it is gone; after `graceMs` (20 s) it is killed. Does nothing when the number
 * no longer belongs to the process that had this `identity`.
 */
export async function stopProcess(
  pid: number,
  { identity, graceMs = 20_000 }: { identity: string | undefined; graceMs?: number },
): Promise<void> {
  const isThere = () => identity !== undefined && processIdentity(pid) === identity;
  const deadline = Date.now() + graceMs;
  signal(pid, 'SIGTERM', isThere);
  while (isThere() && Date.now() < deadline) await sleep(50);
  signal(pid, 'SIGKILL', isThere);
  while (isThere()) await sleep(20);
}

function signal(pid: number, name: NodeJS.Signals, isThere: () => boolean): void {
  try {
    if (isThere()) process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
