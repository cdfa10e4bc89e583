import { heartbeat } from '@temporalio/activity';
import type { RunId } from '../../domain/ids';
import type { Ordered, RateRequest, RunAnswer, RunInput, RunRequest } from '../../workflows/messages';
import { withSafeFailures } from '../to-failure';
import { cancelRun, pauseRun, resumeRun, setRunRate } from './control-run';
import type { RunDeps } from './deps';
import { finishRun, type RunEnd } from './finish-run';
import { importRows, type Imported } from './import-rows';
import { nextChunks, type ChunksAsked, type NextChunks } from './next-chunks';
import { openRun, type Firing, type OpenedRun } from './open-run';

/** A third of the heartbeat timeout in workflows/activity-options.ts. */
const HEARTBEAT_MS = 3_000;

/** What the workflow of a run does outside of itself. Each may be repeated: it goes on from what MySQL says. */
export interface RunActivities {
  openRun(input: RunInput, firing: Firing): Promise<OpenedRun>;
  importRows(id: RunId): Promise<Imported>;
  nextChunks(asked: ChunksAsked): Promise<NextChunks>;
  pauseRun(id: RunId, request: Ordered<RunRequest>): Promise<RunAnswer>;
  resumeRun(id: RunId, request: Ordered<RunRequest>): Promise<RunAnswer>;
  cancelRun(id: RunId, request: Ordered<RunRequest>): Promise<RunAnswer>;
  setRunRate(id: RunId, request: Ordered<RateRequest>): Promise<RunAnswer>;
  finishRun(id: RunId): Promise<RunEnd>;
}

export function createRunActivities(deps: RunDeps): RunActivities {
  // Each tells that it is alive, so that one whose worker was killed is done by another within seconds.
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const alive = setInterval(() => {
      heartbeat();
    }, HEARTBEAT_MS);
    try {
      return await withSafeFailures(deps.log, name, work);
    } finally {
      clearInterval(alive);
    }
  };
  return {
    openRun: (input, firing) => step('openRun', () => openRun(deps, input, firing)),
    importRows: (id) => step('importRows', () => importRows(deps, id)),
    nextChunks: (asked) => step('nextChunks', () => nextChunks(deps, asked)),
    pauseRun: (id, request) => step('pauseRun', () => pauseRun(deps, id, request)),
    resumeRun: (id, request) => step('resumeRun', () => resumeRun(deps, id, request)),
    cancelRun: (id, request) => step('cancelRun', () => cancelRun(deps, id, request)),
    setRunRate: (id, request) => step('setRunRate', () => setRunRate(deps, id, request)),
    finishRun: (id) => step('finishRun', () => finishRun(deps, id)),
  };
}
