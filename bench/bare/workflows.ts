import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { BareActivities } from './activities';

const local = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '30s' });
const remote = proxyActivities<BareActivities>({ startToCloseTimeout: '1h', heartbeatTimeout: '15s' });

/** The shape of a send, doing nothing: three local activities and one activity, one after the other. */
export async function doNothing(id: string): Promise<number> {
  await local.nothing(id);
  await local.nothing(id);
  await local.nothing(id);
  return remote.nothing(id);
}
