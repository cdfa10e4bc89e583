import { heartbeat } from '@temporalio/activity';

/** How often an activity tells that it is alive: a third, or less, of the heartbeat timeouts in workflows/activity-options.ts. */
const HEARTBEAT_MS = 3_000;

/** Tells that the activity is alive as long as `work` goes on, so that one whose worker was killed is done by another within seconds. */
export async function whileAlive<T>(work: () => Promise<T>, tell: () => void = heartbeat): Promise<T> {
  const alive = setInterval(() => {
    tell();
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}
