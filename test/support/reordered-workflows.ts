import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { StatusCounts } from '../../domain/message-status';
import { HAND_OVER, QUICK_STEP } from '../../workflows/activity-options';
import type { SendInput } from '../../workflows/messages';

const { render, rateLimit, dedup } = proxyLocalActivities<Activities>(QUICK_STEP);
const { deliver } = proxyActivities<Activities>(HAND_OVER);

/** The `send` workflow as somebody might change it without thinking of the sends that are under way: two steps swapped. */
export async function send({ dispatchId }: SendInput): Promise<StatusCounts> {
  await render(dispatchId);
  await rateLimit(dispatchId);
  await dedup(dispatchId);
  return (await deliver(dispatchId)).counts;
}
