import { setMaxListeners } from 'node:events';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { DispatchId } from '../domain/ids';
import type { Progress, StepResult } from '../workflows/messages';
import { createAccountDirectory, type AccountDirectory } from './account-directory';
import { dedupRound } from './dedup';
import { deliverRound } from './deliver';
import type { ActivityDeps } from './deps';
import { limitRound } from './rate-limit';
import { createRenderer, type RenderContent } from './render';
import { createRoundMemory, type Chosen, type Round } from './round';
import { withSafeFailures } from './to-failure';
import { whileAlive } from './while-alive';

/** The four steps of a dispatch. Each takes its id, works on the messages that are due, and answers with counts. */
export interface Activities {
  render(dispatchId: string): Promise<StepResult>;
  dedup(dispatchId: string): Promise<StepResult>;
  rateLimit(dispatchId: string): Promise<StepResult>;
  deliver(dispatchId: string): Promise<Progress>;
}

/** When messages are in flight in another process, look again after this. */
const IN_FLIGHT_PAUSE_MS = 5_000;

/**
 * The activities and their `close()`. A step finds the round of the step before it in this process's memory; where it does not
 * (another process, a retry), it goes through the earlier steps again, which give the same verdicts.
 */
export function createActivities(deps: ActivityDeps): { activities: Activities; close(): Promise<void> } {
  const directory = createAccountDirectory(deps);
  const renderer = createRenderer(deps);
  const rendered = createRoundMemory<Round>();
  const passed = createRoundMemory<Round>();
  const allowed = createRoundMemory<Round<Chosen>>();

  const rendering = (id: DispatchId): Promise<Round> => renderer.round(id);
  const passing = async (id: DispatchId): Promise<Round> =>
    dedupRound(deps, rendered.take(id) ?? (await rendering(id)));
  const allowing = async (id: DispatchId): Promise<Round<Chosen>> =>
    limitRound(deps, directory, passed.take(id) ?? (await passing(id)));

  const step =
    <R extends Round>(name: string, run: (id: DispatchId) => Promise<R>, keep: (round: R) => void) =>
    (dispatchId: string): Promise<StepResult> =>
      withSafeFailures(deps.log, name, async () => {
        const round = await run(dispatchId as DispatchId);
        const ready = round.go.length + round.inDoubt.length;
        if (ready === 0) return { ready, progress: await progressOf(deps, round.dispatchId) };
        keep(round);
        return { ready };
      });

  return {
    activities: {
      render: step('render', rendering, rendered.put),
      dedup: step('dedup', passing, passed.put),
      rateLimit: step('rateLimit', allowing, allowed.put),
      deliver: (dispatchId) =>
        withSafeFailures(deps.log, 'deliver', () =>
          deliverStep(
            deps,
            directory,
            renderer.content,
            dispatchId as DispatchId,
            async (id) => allowed.take(id) ?? (await allowing(id)),
          ),
        ),
    },
    close: () => directory.close(),
  };
}

async function deliverStep(
  deps: ActivityDeps,
  directory: AccountDirectory,
  renderContent: RenderContent,
  dispatchId: DispatchId,
  roundOf: (id: DispatchId) => Promise<Round<Chosen>>,
): Promise<Progress> {
  return whileAlive(async () => {
    const log = deps.log.child({ dispatchId, attempt: activityInfo().attempt });
    const signal = cancellationSignal();
    // Every hand-over of a batch listens to it.
    setMaxListeners(0, signal);
    const context = { deps: { ...deps, log }, directory, renderContent, dispatchId, signal };
    await deliverRound(context, await roundOf(dispatchId), heartbeat);
    return progressOf(deps, dispatchId);
  });
}

async function progressOf(deps: ActivityDeps, dispatchId: DispatchId): Promise<Progress> {
  const { counts, nextDueAt } = await deps.stores.delivery.progress(dispatchId);
  const waiting = (counts.accepted ?? 0) + (counts.deferred ?? 0);
  const { sending = 0 } = counts;
  if (nextDueAt) {
    const some = waiting > 0 ? `${waiting} messages wait for their time` : `${sending} answers are to be asked for`;
    return { counts, wait: { until: nextDueAt.getTime(), because: some } };
  }
  if (sending === 0) return { counts };
  const because = `${sending} messages are in flight`;
  return { counts, wait: { until: Date.now() + IN_FLIGHT_PAUSE_MS, because } };
}
