import type { Stores } from '../db/database';
import { runOfDispatch, type DispatchId, type RunId } from '../domain/ids';
import type { Run } from '../domain/run';
import { opensAt } from '../domain/send-window';
import type { ActivityDeps } from './deps';
import type { NamedLimit } from './flow-limits';
import { recordChanges, type MessageChange, type RecordDeps } from './record-changes';
import type { Prepared } from './round';

/** What a run says to its messages now. */
export interface RunGate {
  /** Why they wait, and until when they do at the latest; absent: they may go. */
  readonly hold?: Pick<MessageChange, 'event' | 'reason' | 'detail' | 'dueAt'>;
  /** Its rate, as a limit of flow control. */
  readonly limit?: NamedLimit;
}

type Deps = Pick<ActivityDeps, 'log'> & { readonly stores: Pick<Stores, 'runs'> };

/** A message of a paused run is looked at again after this, should nobody wake it, in milliseconds. */
const PAUSE_MS = 3600_000;
const OPEN_GATE: RunGate = {};

/**
 * Asks the run of a dispatch whether its messages may go: `undefined`-like for dispatches of no run. A run whose failures, also
 * those that receipts told since (workers/apply-receipts.ts), reached its threshold is paused here. The claim asks again in the same statement (db/stores/delivery-store.ts), so this decides no race.
 */
export async function runGate(deps: Deps, dispatchId: DispatchId): Promise<RunGate> {
  const id = runOfDispatch(dispatchId);
  const run = id && (await deps.stores.runs.get(id));
  if (!run) return OPEN_GATE;
  const paused = run.state === 'paused' || (run.state === 'running' && (await pausesItself(deps, run)));
  const now = Date.now();
  if (paused || run.state !== 'running') {
    return { hold: { event: 'defer', reason: 'paused', detail: { runId: run.id }, dueAt: new Date(now + PAUSE_MS) } };
  }
  const { sendWindow, rate } = run.settings;
  const opens = sendWindow && opensAt(sendWindow, now);
  if (opens) {
    return { hold: { event: 'defer', reason: 'send_window', detail: { ...sendWindow }, dueAt: new Date(opens) } };
  }
  // Codes go on other lanes: nothing of the rate is kept for them.
  return rate ? { limit: { kind: 'run', key: run.id, name: run.id, rate, reserve: false } } : OPEN_GATE;
}

/** Whether so many of the run's messages failed that it stops by itself; then it has. */
async function pausesItself({ stores, log }: Deps, run: Run): Promise<boolean> {
  const { pauseOn } = run.settings;
  if (!pauseOn || run.handed < pauseOn.atLeast) return false;
  const tooMany = pauseOn.errors !== null && run.errors >= pauseOn.errors;
  const tooGreat = pauseOn.share !== null && run.errors >= pauseOn.share * run.handed;
  if (run.errors === 0 || (!tooMany && !tooGreat)) return false;
  const { handed, errors } = run;
  const paused = await stores.runs.apply(run.id, 'pause', {
    reason: 'too_many_errors',
    detail: { handed, failed: errors, threshold: pauseOn },
  });
  if (paused) log.warn({ runId: run.id, handed, errors }, 'a run paused itself: too many of its messages failed');
  return paused;
}

/** Messages that are made due together. */
const BATCH = 500;

/** What waits because its run was paused is due now. */
export async function hastenPaused({ runMessages }: Pick<Stores, 'runMessages'>, id: RunId): Promise<void> {
  while ((await runMessages.hasten(id, 'paused', BATCH)) === BATCH);
}

/**
 * Puts off the messages that the gate holds. A run that was resumed after its gate was asked, and before they were put off, has
 * not found them to let them go; so its row is asked again: of the two, one sees what the other wrote.
 */
export async function holdBack(
  deps: RecordDeps & Deps & { readonly stores: Pick<Stores, 'runMessages'> },
  dispatchId: DispatchId,
  hold: NonNullable<RunGate['hold']>,
  items: readonly Prepared[],
): Promise<void> {
  await recordChanges(
    deps,
    items.map(({ message }) => ({ message, ...hold })),
  );
  const id = runOfDispatch(dispatchId);
  if (hold.reason !== 'paused' || !id) return;
  const run = await deps.stores.runs.get(id);
  if (run?.state === 'running') await hastenPaused(deps.stores, id);
}
