import { carriesAttachments, withAttachments } from './attachments';
import { withoutDown } from './choose-accounts';
import { discardOf } from './discard';
import { handOverBatch, type HandOverContext } from './hand-over-batch';
import { recordChanges } from './record-changes';
import { holdBack, runGate } from './run-gate';
import type { Chosen, Round } from './round';
import { settleInDoubt } from './settle-in-doubt';
import { chunked } from './slots';
import { workerStopping } from './to-failure';

/** Messages per claim and per outcome statement: row by row would cost two thirds of the speed. */
const BATCH = 100;

/**
 * Last step: hands the messages of a round over, batch by batch, the next one when nothing of the last waits for a connection;
 * those with attachments last, so that nobody else waits for their files. What is switched off meanwhile stops the batches still
 * to come. Throws `WorkerStopping` between two batches when the worker stops: what is done is in MySQL.
 */
export async function deliverRound(
  context: HandOverContext,
  round: Round<Chosen>,
  progress: () => void,
): Promise<void> {
  await settleInDoubt(context, round.inDoubt);
  const give = async (batch: readonly Chosen[], isFirst: boolean, onLastBegun?: () => void): Promise<void> => {
    if (context.signal.aborted) throw workerStopping();
    const running = isFirst ? batch : await stillRunning(context, batch);
    await handOverBatch(context, await stillUsable(context, running), onLastBegun);
    progress();
  };
  const plain = round.go.filter((item) => !carriesAttachments(item));
  await oneAfterAnother(chunked(plain, BATCH), give);
  await withAttachments(context, round.go.filter(carriesAttachments), async (ready) => {
    for (const batch of chunked(ready, BATCH)) await give(batch, false);
  });
}

/**
 * Begins with each piece when the one before calls `goOn`, or ends; at most two are under way. When one fails nothing more is begun,
 * and its error is thrown once the other has ended.
 */
async function oneAfterAnother<T>(
  pieces: readonly T[],
  work: (piece: T, isFirst: boolean, goOn: () => void) => Promise<void>,
): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const failures: unknown[] = [];
  for (const [i, piece] of pieces.entries()) {
    const before = last;
    await new Promise<void>((goOn) => {
      const note = (error: unknown): void => {
        failures.push(error);
      };
      last = work(piece, i === 0, goOn)
        .catch(note)
        .then(goOn);
    });
    await before;
    if (failures.length > 0) break;
  }
  await last;
  if (failures.length > 0) throw failures[0];
}

async function stillUsable({ deps, directory }: HandOverContext, batch: readonly Chosen[]): Promise<readonly Chosen[]> {
  const first = batch[0];
  if (!first) return batch;
  const { go, down } = withoutDown(await directory.ofLane(first.message.lane), batch);
  await recordChanges(deps, down);
  return go;
}

async function stillRunning({ deps, dispatchId }: HandOverContext, batch: readonly Chosen[]): Promise<Chosen[]> {
  const gate = await runGate(deps, dispatchId);
  if (gate.hold) {
    await holdBack(deps, dispatchId, gate.hold, batch);
    return [];
  }
  const ids = [...new Set(batch.map(({ template }) => template.id))];
  const templates = await deps.stores.templates.getMany(ids);
  const { discard } = deps.rules.current();
  const changes = batch.map((prepared) => {
    const template = templates.find(({ id }) => id === prepared.template.id);
    return discardOf(prepared, template, discard);
  });
  await recordChanges(
    deps,
    changes.filter((change) => change !== undefined),
  );
  return batch.filter((_, i) => !changes[i]);
}
