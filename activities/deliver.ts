import { handOverBatch, type HandOverContext } from './hand-over-batch';
import { withoutDown } from './choose-accounts';
import { recordChanges } from './record-changes';
import type { Chosen, Round } from './round';
import { settleInDoubt } from './settle-in-doubt';
import { chunked } from './slots';
import { workerStopping } from './to-failure';

/** Messages per claim and per outcome statement: row by row would cost two thirds of the speed. */
const BATCH = 100;

/**
 * Last step: hands the messages of a round over, batch by batch. A template that is switched off stops the batches still to
 * come. Throws `WorkerStopping` between two batches when the worker stops: what is done is in MySQL.
 */
export async function deliverRound(
  context: HandOverContext,
  round: Round<Chosen>,
  progress: () => void,
): Promise<void> {
  await settleInDoubt(context, round.inDoubt);
  for (const [i, batch] of chunked(round.go, BATCH).entries()) {
    if (context.signal.aborted) throw workerStopping();
    await handOverBatch(context, await stillUsable(context, i === 0 ? batch : await stillRunning(context, batch)));
    progress();
  }
}

async function stillUsable({ deps, directory }: HandOverContext, batch: readonly Chosen[]): Promise<readonly Chosen[]> {
  const first = batch[0];
  if (!first) return batch;
  const { go, down } = withoutDown(await directory.ofLane(first.message.lane), batch);
  await recordChanges(deps, down);
  return go;
}

async function stillRunning({ deps }: HandOverContext, batch: readonly Chosen[]): Promise<Chosen[]> {
  const ids = [...new Set(batch.map(({ template }) => template.id))];
  const templates = await deps.stores.templates.getMany(ids);
  const running = new Set(
    templates.filter(({ state, deletedAt }) => state === 'running' && !deletedAt).map(({ id }) => id),
  );
  const stopped = batch.filter(({ template }) => !running.has(template.id));
  await recordChanges(
    deps,
    stopped.map(({ message }) => ({ message, event: 'discard', reason: 'template_stopped' })),
  );
  return batch.filter(({ template }) => running.has(template.id));
}
