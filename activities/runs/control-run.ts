import { setTimeout as sleep } from 'node:timers/promises';
import type { RunChange } from '../../db/stores/run-store';
import type { DispatchId, RunId } from '../../domain/ids';
import { totalOf, WAITING } from '../../domain/message-status';
import type { Ordered, RateRequest, RunAnswer, RunRequest } from '../../workflows/messages';
import { recordChanges } from '../record-changes';
import { hastenPaused } from '../run-gate';
import type { RunDeps } from './deps';

/** Messages that are stopped together. */
const BATCH = 500;
/** How long a pause waits for what is on a connection. */
const SETTLE_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** What a request makes of the run's row. */
const asked = ({ by, note, no }: Ordered<RunRequest>): RunChange => ({
  reason: 'requested',
  detail: { by, ...(note === undefined ? {} : { note }) },
  no,
});

async function answerOf({ stores }: RunDeps, id: RunId): Promise<RunAnswer> {
  const run = await stores.runs.get(id);
  if (!run) throw new Error(`There is no run ${id}.`);
  return { state: run.state };
}

/** From the commit on no message of the run is claimed any more; answers when those on a connection have their answer, or after 5 s. */
export async function pauseRun(deps: RunDeps, id: RunId, request: Ordered<RunRequest>): Promise<RunAnswer> {
  const paused = await deps.stores.runs.apply(id, 'pause', asked(request));
  if (paused) await untilNoneIsSending(deps, id);
  return answerOf(deps, id);
}

async function untilNoneIsSending({ stores }: RunDeps, id: RunId): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline && (await stores.runMessages.sending(id)) > 0) await sleep(LOOK_EVERY_MS);
}

/** Goes on: what waited for that is due at once. Failures count from here anew. */
export async function resumeRun(deps: RunDeps, id: RunId, request: Ordered<RunRequest>): Promise<RunAnswer> {
  const resumed = await deps.stores.runs.apply(id, 'resume', asked(request));
  if (resumed) await letGo(deps, id);
  return answerOf(deps, id);
}

/** What waits for the run to go on is due now, and its workflows look. */
async function letGo({ stores, wake }: RunDeps, id: RunId): Promise<void> {
  await hastenPaused(stores, id);
  await wake(await stores.runMessages.waitingDispatches(id));
}

/** In force for every message that has not been told its time; for the others within a second (workers/replan.ts). */
export async function setRunRate(deps: RunDeps, id: RunId, { rate, no }: Ordered<RateRequest>): Promise<RunAnswer> {
  await deps.stores.runs.setRate(id, rate, no);
  return answerOf(deps, id);
}

/**
 * Stops a run for good: no message is claimed from the commit on, and every one that waits is recalled. What has gone out, or is
 * just going, is too late. Goes on where an earlier call stopped.
 */
export async function cancelRun(deps: RunDeps, id: RunId, request: Ordered<RunRequest>): Promise<RunAnswer> {
  const cancelled = await deps.stores.runs.apply(id, 'cancel', asked(request));
  if (cancelled) {
    const detail = { by: request.by, runId: id };
    const stopped = new Set<DispatchId>();
    for (;;) {
      const waiting = await deps.stores.runMessages.waiting(id, BATCH);
      await recordChanges(
        deps,
        waiting.map((message) => ({ message, event: 'recall', reason: 'recalled', detail })),
      );
      for (const { dispatchId } of waiting) if (dispatchId) stopped.add(dispatchId);
      if (waiting.length < BATCH) break;
    }
    await deps.wake([...stopped]);
    await untilNoneIsSending(deps, id);
  }
  const counts = await deps.stores.runMessages.counts(id);
  const recalled = counts.recalled ?? 0;
  const open = WAITING.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  return { ...(await answerOf(deps, id)), recalled, tooLate: totalOf(counts) - recalled - open };
}
