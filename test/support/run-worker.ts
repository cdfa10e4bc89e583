import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities';
import type { RunActivities } from '../../activities/runs';
import { newId, type RunId } from '../../domain/ids';
import type { RunAnswer, RunInput } from '../../workflows/messages';
import { OPERATIONS_QUEUE } from '../../workflows/messages';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { createTestNamespace, type TestNamespace } from './temporal-namespace';

/** The real workflows of runs and chunks on a real server, with activities of the test. */
export interface RunWorker {
  readonly temporal: TestNamespace;
  readonly client: Client;
  /** What the activities do from now on; those not named belong to a run of `chunks` chunks, all of which are sent. */
  use(script: {
    readonly chunks?: number;
    readonly runs?: Partial<RunActivities>;
    readonly sends?: Partial<Activities>;
  }): void;
  /** Starts a run and returns its id, which is the end of its workflow's name too. */
  start(): Promise<RunId>;
  close(): Promise<void>;
}

export const workflowOf = (runId: RunId): string => `run/${runId}`;

const SENT: Activities = {
  render: async () => ({ ready: 1 }),
  dedup: async () => ({ ready: 1 }),
  rateLimit: async () => ({ ready: 1 }),
  deliver: async () => ({ counts: { sent: 1 } }),
};
const answer = async (): Promise<RunAnswer> => ({ state: 'running' });

function politeRun(chunks: number): RunActivities {
  const appId = newId('app');
  return {
    openRun: async (input: RunInput) => ({
      runId: ('runId' in input ? input.runId : '') as RunId,
      ...{ appId, lane: 'email.marketing', total: chunks },
    }),
    importRows: async () => ({ imported: chunks, done: true }),
    nextChunks: async ({ cursor, inFlight }) => {
      const first = (cursor?.n ?? 0) + 1;
      const room = Math.min(4 - inFlight, chunks - first + 1);
      const next = Array.from({ length: Math.max(0, room) }, (_, i) => ({ n: first + i, messages: 1, dueAt: 0 }));
      return { chunks: next, window: 4, left: first + next.length > chunks ? 'all' : 'some' };
    },
    ...{ pauseRun: answer, resumeRun: answer, cancelRun: answer, setRunRate: answer },
    finishRun: async () => ({ counts: { sent: chunks }, state: 'finished', open: [] }),
  };
}

export async function startRunWorker(): Promise<RunWorker> {
  const temporal = await createTestNamespace();
  const { connection, namespace } = temporal;
  let runs = politeRun(1);
  let sends = SENT;
  const activities: Activities & RunActivities = {
    render: (id) => sends.render(id),
    dedup: (id) => sends.dedup(id),
    rateLimit: (id) => sends.rateLimit(id),
    deliver: (id) => sends.deliver(id),
    openRun: (...args) => runs.openRun(...args),
    importRows: (...args) => runs.importRows(...args),
    nextChunks: (...args) => runs.nextChunks(...args),
    pauseRun: (...args) => runs.pauseRun(...args),
    resumeRun: (...args) => runs.resumeRun(...args),
    cancelRun: (...args) => runs.cancelRun(...args),
    setRunRate: (...args) => runs.setRunRate(...args),
    finishRun: (...args) => runs.finishRun(...args),
  };
  const workflowBundle = { code: await bundleWorkflows() };
  const workers = await Promise.all(
    ['email.marketing', OPERATIONS_QUEUE].map((taskQueue) =>
      Worker.create({ connection, namespace, taskQueue, workflowBundle, activities: { ...activities } }),
    ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  const client = new Client({ connection, namespace });
  return {
    temporal,
    client,
    use(script) {
      runs = { ...politeRun(script.chunks ?? 1), ...script.runs };
      sends = { ...SENT, ...script.sends };
    },
    async start() {
      const runId = newId('run');
      await client.workflow.start('runCampaign', {
        workflowId: workflowOf(runId),
        taskQueue: OPERATIONS_QUEUE,
        args: [{ runId }],
      });
      return runId;
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await running;
      await temporal.close();
    },
  };
}
