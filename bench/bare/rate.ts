import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { inFlight } from '../load';
import type { BenchStack } from '../stack';

/** Task queue of the do-nothing workflow. */
export const BARE_QUEUE = 'bench.bare';

/** One do-nothing workflow from its start to its end; returns the milliseconds. */
export async function runBare({ temporal }: BenchStack): Promise<number> {
  const started = performance.now();
  const workflowId = `bare/${randomUUID()}`;
  await temporal.workflow.execute('doNothing', { workflowId, taskQueue: BARE_QUEUE, args: [workflowId] });
  return performance.now() - started;
}

/** Do-nothing workflows per second, `width` in flight. */
export async function bareRate(stack: BenchStack, count: number, width: number): Promise<number> {
  const started = performance.now();
  await inFlight(count, width, async () => {
    await runBare(stack);
  });
  return count / ((performance.now() - started) / 1000);
}
