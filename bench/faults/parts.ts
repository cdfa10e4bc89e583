import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from '../../scripts/services/process-identity';
import type { RunningService } from '../../scripts/services/running-service';

export type PartKind = 'worker' | 'api' | 'redis' | 'temporal' | 'mysql';

/** A span in which a part was away. Times are epoch milliseconds. */
export interface Outage {
  readonly part: string;
  readonly kind: PartKind;
  /** `itself`: it ended unasked, as a worker does when Temporal fails it. */
  readonly how: 'kill' | 'stop' | 'itself';
  readonly from: number;
  /** Infinity while it lasts. */
  until: number;
}

/** Something that breaks: a process that can be ended and started again as it was. */
export interface Part {
  readonly name: string;
  readonly kind: PartKind;
  start(): Promise<void>;
  /** Away for `downMs`, after SIGKILL (`kill`) or SIGTERM (`stop`); resolves when it is back. */
  fail(how: 'kill' | 'stop', downMs: number): Promise<void>;
  /** Starts it again if it has ended by itself, as whatever runs the processes would. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

export interface PartOptions {
  readonly name: string;
  readonly kind: PartKind;
  readonly start: () => Promise<RunningService>;
  /** Gets a span for each time the part was away. */
  readonly outages: Outage[];
}

const STARTS = 5;

export function createPart({ name, kind, start, outages }: PartOptions): Part {
  let running: RunningService | undefined;
  let identity: string | undefined;
  let last: Promise<void> = Promise.resolve();

  /** One thing after the other: nobody starts what somebody else is just ending. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }
  /** A process may end while it starts, because what it needs is just being stopped. */
  async function begin(): Promise<void> {
    for (let n = 1; !running; n++) {
      running = await start().catch(async (error: unknown) => {
        if (n === STARTS) throw error;
        await sleep(1_000);
        return undefined;
      });
    }
    identity = running.pid === undefined ? undefined : processIdentity(running.pid);
  }
  async function end(how: 'kill' | 'stop'): Promise<void> {
    if (how === 'kill') running?.kill('SIGKILL');
    await running?.stop();
    running = undefined;
  }
  async function away(how: Outage['how'], downMs: number): Promise<void> {
    const outage: Outage = { part: name, kind, how, from: Date.now(), until: Infinity };
    outages.push(outage);
    await end(how === 'kill' ? 'kill' : 'stop');
    await sleep(downMs);
    await begin();
    outage.until = Date.now();
  }
  const hasEnded = (): boolean => running?.pid !== undefined && processIdentity(running.pid) !== identity;

  return {
    name,
    kind,
    start: () => inTurn(begin),
    fail: (how, downMs) => inTurn(() => away(how, downMs)),
    revive: () => inTurn(async () => (hasEnded() ? away('itself', 500) : undefined)),
    stop: () => inTurn(() => end('stop')),
  };
}

/** Looks after the parts until it is called off. */
export function watchParts(parts: readonly Part[]): () => Promise<void> {
  const stop = new AbortController();
  const watch = async (part: Part): Promise<void> => {
    while (!stop.signal.aborted) {
      await part.revive();
      await sleep(500, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const watching = Promise.allSettled(parts.map(watch));
  return async () => {
    stop.abort();
    await watching;
  };
}
