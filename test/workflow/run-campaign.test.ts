import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../domain/ids';
import type { RunResult } from '../../workflows/messages';
import { startRunWorker, workflowOf, type RunWorker } from '../support/run-worker';

let worker: RunWorker;
beforeAll(async () => {
  worker = await startRunWorker();
}, 90_000);
afterAll(() => worker.close());

const handleOf = (runId: ReturnType<typeof newId<'run'>>, execution?: string) =>
  worker.client.workflow.getHandle(workflowOf(runId), execution);

it('drives every chunk once, through as many histories as it takes, and none of them is long', async () => {
  // A chunk takes five events at least, however much is done at once; a history is long with 400 (scripts/test.ts).
  const chunks = 200;
  const driven: string[] = [];
  worker.use({
    chunks,
    sends: {
      deliver: async (id) => {
        driven.push(id);
        return { counts: { sent: 1 } };
      },
    },
  });
  const runId = await worker.start();
  const result = (await handleOf(runId).result()) as RunResult;
  expect(result).toEqual({ state: 'finished', counts: { sent: chunks } });
  expect(driven.sort()).toEqual(Array.from({ length: chunks }, (_, i) => `send/${runId}/${i + 1}`).sort());
  const lengths: number[] = [];
  await sleep(2_000);
  for await (const { historyLength } of worker.client.workflow.list({ query: `WorkflowId = "${workflowOf(runId)}"` })) {
    lengths.push(historyLength);
  }
  expect(lengths.length).toBeGreaterThan(1);
  for (const length of lengths) expect(length).toBeLessThan(800);
}, 300_000);

it('a chunk that waits for long gives its place to the next, and is waited for at the end', async () => {
  const started: string[] = [];
  let open = true;
  worker.use({
    chunks: 12,
    sends: {
      render: async (id) => {
        started.push(id);
        if (!open) return { ready: 1 };
        return {
          ready: 0,
          progress: { counts: { deferred: 1 }, wait: { until: Date.now() + 3600_000, because: 'night' } },
        };
      },
    },
  });
  const runId = await worker.start();
  while (new Set(started).size < 12) await sleep(50);
  await sleep(500);
  expect((await handleOf(runId).describe()).status.name).toBe('RUNNING');
  open = false;
  for (let n = 1; n <= 12; n++) await worker.client.workflow.getHandle(`send/${runId}/${n}`).signal('wake');
  expect(await handleOf(runId).result()).toMatchObject({ state: 'finished' });
}, 60_000);

it('starts a chunk again whose workflow was ended from outside', async () => {
  const rounds: string[] = [];
  let looks = 0;
  worker.use({
    sends: {
      deliver: async (id) => {
        rounds.push(id);
        if (rounds.length === 1) await worker.client.workflow.getHandle(id).terminate('by a test');
        return { counts: { sent: 1 } };
      },
    },
    runs: {
      finishRun: async () =>
        ++looks === 1
          ? { counts: { sending: 1 }, state: 'running', open: [{ n: 1, messages: 1, dueAt: 0 }] }
          : { counts: { sent: 1 }, state: 'finished', open: [] },
    },
  });
  const runId = await worker.start();
  expect(await handleOf(runId).result()).toMatchObject({ state: 'finished' });
  expect(rounds).toEqual([`send/${runId}/1`, `send/${runId}/1`]);
}, 60_000);

it('answers requests, also one that comes before it has begun, and tells its progress to the Web UI', async () => {
  const asked: unknown[] = [];
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let paused = true;
  worker.use({
    runs: {
      openRun: async (input) => {
        await begun;
        const runId = 'runId' in input ? input.runId : '';
        return {
          runId: runId as ReturnType<typeof newId<'run'>>,
          appId: newId('app'),
          lane: 'email.marketing',
          total: 3,
        };
      },
      nextChunks: async () =>
        paused ? { chunks: [], window: 4, left: 'some' } : { chunks: [], window: 4, left: 'all' },
      pauseRun: async (...args) => {
        asked.push(args);
        return { state: 'paused' };
      },
      resumeRun: async () => {
        paused = false;
        return { state: 'running' };
      },
    },
  });
  const runId = await worker.start();
  const pause = handleOf(runId).executeUpdate('pause', { args: [{ by: 'key_1' }] });
  await sleep(300);
  begin();
  expect(await pause).toEqual({ state: 'paused' });
  expect(asked).toEqual([[runId, { by: 'key_1', no: expect.any(Number) }]]);
  const metadata = await handleOf(runId).query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toContain('**paused** · 3 recipients');
  expect(await handleOf(runId).executeUpdate('resume', { args: [{ by: 'key_1' }] })).toEqual({ state: 'running' });
  expect(await handleOf(runId).result()).toMatchObject({ state: 'finished' });
}, 60_000);

it('that does not begin ends at once, with its state', async () => {
  worker.use({
    runs: {
      openRun: async () => ({
        ...{ runId: newId('run'), appId: newId('app'), lane: 'email.marketing', total: 3 },
        ended: 'skipped',
      }),
    },
  });
  const runId = await worker.start();
  expect(await handleOf(runId).result()).toEqual({ state: 'skipped', counts: {} });
});
