import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { StatusCounts } from '../domain/message-status';
import { HAND_OVER, QUICK_STEP } from './activity-options';
import { WAKE_SIGNAL, type Progress, type SendInput } from './messages';

const { render } = proxyLocalActivities<Activities>({ ...QUICK_STEP, summary: 'render the content' });
const { dedup } = proxyLocalActivities<Activities>({
  ...QUICK_STEP,
  summary: 'discard, suppress, quiet hours, deduplicate, cap',
});
const { rateLimit } = proxyLocalActivities<Activities>({ ...QUICK_STEP, summary: 'choose account, reserve slot' });
const { deliver } = proxyActivities<Activities>({ ...HAND_OVER, summary: 'hand over to the provider' });

/** No round starts sooner than this after the last one, so that messages due close together go in one round. */
const BREATH_MS = 200;

const wakeSignal = defineSignal(WAKE_SIGNAL);

/**
 * Drives the messages of one dispatch until none of them waits: those that are due pass the four steps; for the others
 * it sleeps until the next is due, or somebody wakes it. What is to be done is in MySQL; the history holds ids and counts only.
 */
export async function send({ dispatchId }: SendInput): Promise<StatusCounts> {
  let woken = false;
  setHandler(wakeSignal, () => {
    woken = true;
  });
  for (;;) {
    woken = false;
    const { counts, wait } = await round(dispatchId);
    if (!wait) return counts;
    const pause = Math.max(BREATH_MS, wait.until - Date.now());
    await condition(() => woken, pause, { summary: wait.because });
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof send>({ dispatchId });
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
