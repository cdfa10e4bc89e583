import {
  condition,
  continueAsNew,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { StatusCounts } from '../domain/message-status';
import { HAND_OVER, QUICK_STEP } from './activity-options';
import {
  CHUNK_ENDED_SIGNAL,
  CHUNK_RESTS_SIGNAL,
  WAKE_SIGNAL,
  type ChunkNews,
  type Progress,
  type SendInput,
} from './messages';

const { render } = proxyLocalActivities<Activities>({ ...QUICK_STEP, summary: 'render the content' });
const { dedup } = proxyLocalActivities<Activities>({
  ...QUICK_STEP,
  summary: 'discard, suppress, quiet hours, deduplicate, cap',
});
const { rateLimit } = proxyLocalActivities<Activities>({ ...QUICK_STEP, summary: 'choose account, reserve slot' });
const { deliver } = proxyActivities<Activities>({ ...HAND_OVER, summary: 'hand over to the provider' });

/** No round starts sooner than this after the last one, so that messages due close together go in one round. */
const BREATH_MS = 200;
/** The same for a chunk of a run, whose rate lets a few of its messages go at a time. */
const CHUNK_BREATH_MS = 1_000;
/** A chunk that waits longer gives its place in the run to the next. */
const REST_MS = 5_000;

const wakeSignal = defineSignal(WAKE_SIGNAL);

/**
 * Drives the messages of one dispatch until none of them waits: those that are due pass the four steps; for the others
 * it sleeps until the next is due, or somebody wakes it. What is to be done is in MySQL; the history holds ids and counts only.
 */
export async function send({ dispatchId, rests = false }: SendInput): Promise<StatusCounts> {
  const { parent } = workflowInfo();
  let woken = false;
  let resting = rests;
  setHandler(wakeSignal, () => {
    woken = true;
  });
  for (;;) {
    woken = false;
    const { counts, wait } = await round(dispatchId);
    if (!wait) {
      if (parent && resting) await tell(parent.workflowId, CHUNK_ENDED_SIGNAL, { dispatchId, counts });
      return counts;
    }
    const pause = Math.max(parent ? CHUNK_BREATH_MS : BREATH_MS, wait.until - Date.now());
    if (parent && !resting && pause > REST_MS) {
      resting = true;
      await tell(parent.workflowId, CHUNK_RESTS_SIGNAL, { dispatchId, counts });
    }
    await condition(() => woken, pause, { summary: wait.because });
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof send>({ dispatchId, rests: resting });
  }
}

/** Tells the run of a chunk; one that has been ended from outside need not know. */
async function tell(runWorkflowId: string, signal: string, news: ChunkNews): Promise<void> {
  try {
    await getExternalWorkflowHandle(runWorkflowId).signal<[ChunkNews]>(signal, news);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

async function round(dispatchId: string): Promise<Progress> {
  const rendered = await render(dispatchId);
  if (rendered.progress) return rendered.progress;
  const passed = await dedup(dispatchId);
  if (passed.progress) return passed.progress;
  const allowed = await rateLimit(dispatchId);
  if (allowed.progress) return allowed.progress;
  return deliver(dispatchId);
}
