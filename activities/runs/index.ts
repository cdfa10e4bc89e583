import type { RunId } from '../../domain/ids';
import type { Ordered, RateRequest, RunAnswer, RunInput, RunRequest } from '../../workflows/messages';
import { withSafeFailures } from '../to-failure';
import { whileAlive } from '../while-alive';
import { cancelRun, pauseRun, resumeRun, setRunRate } from './control-run';
import type { RunDeps } from './deps';
import { finishRun, type RunEnd } from './finish-run';
import { importRows, type Imported } from './import-rows';
import { nextChunks, type ChunksAsked, type NextChunks } from './next-chunks';
import { openRun, type Firing, type OpenedRun } from './open-run';

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
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    whileAlive(() => withSafeFailures(deps.log, name, work));
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
