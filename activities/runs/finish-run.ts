import type { RunId } from '../../domain/ids';
import { OPEN, type StatusCounts } from '../../domain/message-status';
import { hasEnded, type RunState } from '../../domain/run';
import type { RunDeps } from './deps';

/** How a run ended; with `open`, chunks that still have something to do, and so it has not. */
export interface RunEnd {
  readonly counts: StatusCounts;
  readonly state: RunState;
  readonly open: readonly { readonly n: number; readonly messages: number; readonly dueAt: number }[];
}

/** Chunks that are told at once. */
const TOLD = 50;

/** Ends a run if every one of its messages has ended, and all its rows are messages; else says what is open. */
export async function finishRun({ stores }: RunDeps, id: RunId): Promise<RunEnd> {
  const counts = await stores.runMessages.counts(id);
  if (OPEN.some((status) => counts[status])) {
    const open = await stores.chunks.open(id, TOLD);
    const run = await stores.runs.get(id);
    return {
      counts,
      state: run?.state ?? 'failed',
      open: open.map(({ n, messages, dueAt }) => ({ n, messages, dueAt: dueAt?.getTime() ?? 0 })),
    };
  }
  const run = await stores.runs.get(id);
  if (!run) throw new Error(`There is no run ${id}.`);
  if (!hasEnded(run)) {
    const why = { reason: run.reason ?? 'requested', detail: run.detail ?? {} };
    if (run.state === 'cancelling') await stores.runs.apply(id, 'endCancelled', why);
    else await stores.runs.apply(id, 'finish');
  }
  return { counts, state: (await stores.runs.get(id))?.state ?? run.state, open: [] };
}
