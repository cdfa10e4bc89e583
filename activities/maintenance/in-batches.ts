import { setTimeout as sleep } from 'node:timers/promises';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { workerStopping } from '../to-failure';
import { whileAlive } from '../while-alive';

/** What comes after a batch: the state after it, whether that was the last one, and for how long to rest before the next. */
export interface NextBatch<S> {
  readonly state: S;
  readonly done: boolean;
  /** In milliseconds; default 0. */
  readonly restMs?: number;
}

/**
 * Works in batches and tells Temporal after each how far it is: a retry, on whatever worker, goes on from there. Stops between two
 * batches when it is cancelled or the worker stops. The state goes into the history: ids and counts only.
 */
export async function inBatches<S>(start: S, batch: (state: S) => Promise<NextBatch<S>>): Promise<S> {
  const signal = cancellationSignal();
  let state = (activityInfo().heartbeatDetails as S | undefined) ?? start;
  const tell = (): void => {
    heartbeat(state);
  };
  return whileAlive(async () => {
    for (;;) {
      if (signal.aborted) throw whyStopped(signal);
      const next = await batch(state);
      state = next.state;
      tell();
      if (next.done) return state;
      // Cut short by a cancellation, which the next turn tells.
      if (next.restMs) await sleep(next.restMs, undefined, { signal }).catch(() => undefined);
    }
  }, tell);
}

function whyStopped({ reason }: AbortSignal): Error {
  const cause = reason instanceof Error ? reason : new Error('cancelled');
  return cause.message === 'WORKER_SHUTDOWN' ? workerStopping() : cause;
}
