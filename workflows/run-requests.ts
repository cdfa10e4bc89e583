import { defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';
import type { RunActivities } from '../activities/runs';
import type { RunId } from '../domain/ids';
import type { RunState } from '../domain/run';
import { RUN_STEP } from './activity-options';
import {
  CANCEL_UPDATE,
  PAUSE_UPDATE,
  RATE_UPDATE,
  RESUME_UPDATE,
  type Ordered,
  type RateRequest,
  type RunAnswer,
  type RunRequest,
} from './messages';

const { pauseRun } = proxyActivities<RunActivities>({ ...RUN_STEP, summary: 'pause' });
const { resumeRun } = proxyActivities<RunActivities>({ ...RUN_STEP, summary: 'resume' });
const { setRunRate } = proxyActivities<RunActivities>({ ...RUN_STEP, summary: 'change the rate' });
const { cancelRun } = proxyActivities<RunActivities>({ ...RUN_STEP, summary: 'cancel: recall what waits' });

interface Run {
  /** Resolves once it is known which run this is. */
  readonly runId: () => Promise<string>;
  readonly answered: (state: RunState) => void;
}

/** Answers what people ask of a run while it goes: each answer is given when MySQL has it. */
export function answerRequests(run: Run): void {
  // By the clock, so that the order also holds over a workflow that was started anew.
  let last = 0;
  const answer = <R extends RunRequest>(
    name: string,
    description: string,
    step: (id: RunId, request: Ordered<R>) => Promise<RunAnswer>,
  ): void => {
    setHandler(
      defineUpdate<RunAnswer, [R]>(name),
      async (request) => {
        const no = Math.max(last + 1, Date.now() * 1_000);
        last = no;
        const done = await step((await run.runId()) as RunId, { ...request, no });
        run.answered(done.state);
        return done;
      },
      { description },
    );
  };
  answer<RunRequest>(PAUSE_UPDATE, 'Nothing of the run is handed over after this.', pauseRun);
  answer<RunRequest>(RESUME_UPDATE, 'The run goes on where it was paused.', resumeRun);
  answer<RunRequest>(CANCEL_UPDATE, 'Everything that has not gone out is recalled, for good.', cancelRun);
  answer<RateRequest>(RATE_UPDATE, 'Another rate from now on; null: none.', setRunRate);
}
