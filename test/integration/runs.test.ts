import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { dispatchOfChunk } from '../../domain/ids';
import { textsOf } from '../support/send-worker';
import { addressesOf, createTestRuns, csvOf, type RunOptions, type TestRuns } from '../support/test-runs';
import { createTestSystem, type TestSystem } from '../support/test-system';
import type { Run } from '../../domain/run';

describe('runs', () => {
  let system: TestSystem;
  let runs: TestRuns;

  beforeAll(async () => {
    system = await createTestSystem();
    runs = createTestRuns(system);
  }, 90_000);
  afterAll(() => system.close());

  const start = async (addresses: readonly string[], options?: RunOptions): Promise<Run> =>
    runs.start(await system.template({ lane: 'email.marketing' }), await runs.audience(csvOf(addresses)), options);
  const arrived = async (name: string, n: number): Promise<void> => {
    while (runs.received(name).length < n) await sleep(5);
  };
  const ask = (run: Run, update: string, more: object = {}) =>
    system.deps.gateway.askRun(run, update, { by: 'test', ...more });

  it('sends to each row of its audience once, and finishes', async () => {
    const addresses = addressesOf('plain', 2_001);
    const run = await start(addresses);
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished', imported: 2_001, chunks: 2, importCursor: -1 });
    expect(await runs.counts(run.id)).toEqual({ sent: 2_001 });
    expect(runs.received('plain')).toEqual([...addresses].sort());
    const client = new Client({ connection: system.temporal.connection, namespace: system.temporal.namespace });
    for (const workflow of [run.workflowId, dispatchOfChunk(run.id, 1)]) {
      const texts = textsOf(await client.workflow.getHandle(workflow).fetchHistory());
      expect(texts.some((text) => text.includes(run.id))).toBe(true);
      // Promise 7: ids and counts only.
      expect(texts.filter((text) => text.includes('example.com'))).toEqual([]);
    }
  }, 120_000);

  it('pauses, goes on, and sends each once', async () => {
    const addresses = addressesOf('paused', 3_000);
    const run = await start(addresses);
    await arrived('paused', 200);
    expect(await ask(run, 'pause')).toEqual({ state: 'paused' });
    const before = runs.received('paused').length;
    await sleep(2_000);
    expect(runs.received('paused')).toHaveLength(before);
    expect(before).toBeLessThan(3_000);
    expect(await ask(run, 'resume')).toEqual({ state: 'running' });
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished' });
    expect(await runs.counts(run.id)).toEqual({ sent: 3_000 });
    expect(runs.received('paused')).toEqual([...addresses].sort());
  }, 120_000);

  it('puts nothing off that was found paused and written down when it was resumed already', async () => {
    const run = await start(addressesOf('late', 5), { settings: { rate: { messages: 1, perSeconds: 1 } } });
    await arrived('late', 1);
    await ask(run, 'pause');
    const store = system.deps.database.stores.runs;
    const read = store.get.bind(store);
    let [found, resumed] = [false, false];
    const spy = jest.spyOn(store, 'get').mockImplementation(async (id) => {
      const answer = await read(id);
      if (answer?.state === 'paused') {
        found = true;
        while (!resumed) await sleep(5);
      }
      return answer;
    });
    try {
      while (!found) await sleep(5);
      expect(await ask(run, 'resume')).toEqual({ state: 'running' });
      resumed = true;
      expect(await runs.ended(run.id)).toMatchObject({ state: 'finished' });
    } finally {
      spy.mockRestore();
    }
    expect(runs.received('late')).toHaveLength(5);
  });

  it('cancels: what has not gone out is recalled', async () => {
    const run = await start(addressesOf('cancel', 5_000));
    await arrived('cancel', 200);
    const answer = await ask(run, 'cancel');
    const end = await runs.ended(run.id);
    expect(end.state).toBe('cancelled');
    const final = await runs.counts(run.id);
    expect(answer).toMatchObject({ recalled: final.recalled, tooLate: final.sent });
    expect(runs.received('cancel')).toHaveLength(final.sent!);
    expect(final.sent! + final.recalled!).toBe(end.imported);
  }, 120_000);

  it('keeps its rate, and takes another one while it goes', async () => {
    const run = await start(addressesOf('rate', 300), { settings: { rate: { messages: 20, perSeconds: 1 } } });
    await arrived('rate', 40);
    await ask(run, 'setRate', { rate: { messages: 400, perSeconds: 1 } });
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished' });
    expect(await runs.counts(run.id)).toEqual({ sent: 300 });
  }, 120_000);
});
