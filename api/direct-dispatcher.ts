import type { Logger } from '../config/logger';
import type { Dispatch } from '../db/stores/dispatch-store';
import type { DispatchId } from '../domain/ids';

/** The right to start one workflow; ends with exactly one call of either method. */
export interface Slot {
  /** Starts the workflow without making the caller wait. A failed start is left to the relay. */
  start(dispatch: Dispatch): void;
  /** Gives the slot back unused. */
  free(): void;
}

/** Starts workflows for sends that the API dispatches itself, a bounded number at a time; the relay does the rest. */
export interface DirectDispatcher {
  /** `undefined` in a burst, when all slots are taken, or when the process is shutting down: the send is left to the relay. */
  reserve(): Slot | undefined;
  /** Hands out no more slots; resolves when every start has ended and is confirmed or given up. */
  drain(): Promise<void>;
}

export interface DirectDispatcherOptions {
  /** Starts in flight at most. */
  readonly slots: number;
  /**
   * Sends in a second up to which they are started directly; default 20. A workflow costs the machine more than its start:
   * in a burst sends are left to the relay, which gives many of them one workflow.
   */
  readonly quietPerSecond?: number;
  readonly startDispatch: (dispatch: Dispatch) => Promise<unknown>;
  /** Records that these starts reached Temporal. */
  readonly confirm: (ids: readonly DispatchId[]) => Promise<void>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly onResult?: (result: 'started' | 'failed') => void;
  /** For how long confirmations are collected into one statement, in milliseconds; default 50. */
  readonly confirmEveryMs?: number;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** Collects confirmations and writes them together: one UPDATE for many starts. */
function createConfirmer({ confirm, logger, confirmEveryMs = 50 }: DirectDispatcherOptions) {
  let waiting: DispatchId[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(ids: readonly DispatchId[]): Promise<void> {
    try {
      await confirm(ids);
    } catch (error) {
      // Harmless: the relay starts them again, and Temporal knows them already.
      logger.warn({ dispatches: ids.length, error: nameOf(error) }, 'started workflows could not be confirmed');
    }
  }
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const ids = waiting;
    waiting = [];
    if (ids.length > 0) writing = Promise.all([writing, write(ids)]).then(() => undefined);
    return writing;
  }
  return {
    add(id: DispatchId): void {
      waiting.push(id);
      timer ??= setTimeout(() => void flush(), confirmEveryMs);
    },
    flush,
  };
}

/** Counts its calls; true while there were at most `perSecond` in the last second, this one included. */
function createRateProbe(perSecond: number): () => boolean {
  const calls: number[] = [];
  return () => {
    const now = performance.now();
    calls.push(now);
    if (calls.length <= perSecond) return true;
    return now - (calls.shift() ?? now) > 1000;
  };
}

export function createDirectDispatcher(options: DirectDispatcherOptions): DirectDispatcher {
  const { slots, startDispatch, logger, onResult, quietPerSecond = 20 } = options;
  const isQuiet = createRateProbe(quietPerSecond);
  const confirmer = createConfirmer(options);
  const starts = new Set<Promise<void>>();
  let taken = 0;
  let draining = false;

  async function start(dispatch: Dispatch): Promise<void> {
    try {
      await startDispatch(dispatch);
      confirmer.add(dispatch.id);
      onResult?.('started');
    } catch (error) {
      logger.warn({ dispatch: dispatch.id, error: nameOf(error) }, 'workflow not started; left to the relay');
      onResult?.('failed');
    }
  }
  return {
    reserve() {
      // Asked first: it counts every send.
      if (!isQuiet() || draining || taken >= slots) return undefined;
      taken++;
      return {
        start(dispatch) {
          const started = start(dispatch).finally(() => {
            taken--;
            starts.delete(started);
          });
          starts.add(started);
        },
        free() {
          taken--;
        },
      };
    },
    async drain() {
      draining = true;
      await Promise.all(starts);
      await confirmer.flush();
    },
  };
}
