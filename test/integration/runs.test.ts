import { setTimeout as sleep } from 'node:timers/promises';
import type { RowPage } from '../../activities/runs/deps';
import type { Campaign, RunSettings } from '../../domain/campaign';
import { newId, sendOfRun, type RunId } from '../../domain/ids';
import { hasEnded, runOf, type Run } from '../../domain/run';
import { createTestSystem, type TestSystem } from '../support/test-system';

describe('runs', () => {
  let system: TestSystem;
  const audiences = new Map<string, readonly string[]>();

  async function* rowsOf(audienceId: string, from: number): AsyncIterable<RowPage> {
    const all = audiences.get(audienceId) ?? [];
    for (let i = from; i < all.length; i += 1_000) {
      const rows = all.slice(i, i + 1_000).map((address, k) => ({ row: i + k + 1, address, variables: { order: i } }));
      yield { rows, nextByte: i + rows.length };
    }
  }

  beforeAll(async () => {
    system = await createTestSystem({
      given: {
        runs: {
          audienceRows: rowsOf,
          audiences: { get: async (id) => ({ accepted: audiences.get(id)?.length ?? 0 }) },
          campaigns: { get: async () => undefined },
        },
      },
    });
  }, 90_000);
  afterAll(() => system.close());

  const SETTINGS: RunSettings = { rate: null, sendWindow: null, pauseOn: null };

  async function startRun(addresses: readonly string[], settings: Partial<RunSettings> = {}): Promise<Run> {
    const template = await system.template({ lane: 'email.marketing' });
    const audienceId = `aud_${newId('run').slice(4)}`;
    audiences.set(audienceId, addresses);
    const campaign: Campaign = {
      id: newId('cmp'),
      appId: system.app.id,
      name: 'news',
      templateId: template.id,
      templateVersion: null,
      audienceId,
      variables: undefined,
      schedule: { kind: 'now' },
      settings: { ...SETTINGS, ...settings },
      overlap: 'skip',
      catchupSeconds: 3600,
      paused: false,
      revision: 1,
      syncedRevision: 1,
      createdAt: new Date(),
      updatedAt: new Date(),
      deletedAt: null,
    };
    const run = runOf(campaign, {
      lane: 'email.marketing',
      templateVersion: template.currentVersion,
      total: addresses.length,
      trigger: 'api',
      firedAt: new Date(),
    });
    await system.db.database.stores.runs.create(run);
    await system.deps.gateway.startRun(run);
    return run;
  }

  const read = async (id: RunId): Promise<Run> => {
    const run = await system.db.database.stores.runs.get(id);
    if (!run) throw new Error('no run');
    return run;
  };
  const counts = (id: RunId) => system.db.database.stores.sends.counts(sendOfRun(id));
  async function ended(id: RunId, timeoutMs = 60_000): Promise<Run> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const run = await read(id);
      if (hasEnded(run)) return run;
      if (Date.now() > deadline)
        throw new Error(`not ended: ${JSON.stringify(run)} ${JSON.stringify(await counts(id))}`);
      await sleep(100);
    }
  }
  const addressesOf = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}${i}@example.com`);
  const received = (name: string) => system.sink.mails.filter(({ to }) => to.startsWith(name)).map(({ to }) => to);

  it('sends to each row of its audience once, and finishes', async () => {
    const addresses = addressesOf('plain', 2_001);
    const run = await startRun(addresses);
    expect(await ended(run.id)).toMatchObject({ state: 'finished', imported: 2_001, chunks: 2, importCursor: -1 });
    expect(await counts(run.id)).toEqual({ sent: 2_001 });
    expect(received('plain').sort()).toEqual([...addresses].sort());
  }, 120_000);

  it('pauses, goes on, and sends each once', async () => {
    const addresses = addressesOf('paused', 3_000);
    const run = await startRun(addresses);
    while (received('paused').length < 200) await sleep(5);
    const answer = await system.deps.gateway.askRun(run, 'pause', { by: 'test' });
    expect(answer).toEqual({ state: 'paused' });
    const before = received('paused').length;
    await sleep(2_000);
    expect(received('paused')).toHaveLength(before);
    expect(before).toBeLessThan(3_000);
    expect(await system.deps.gateway.askRun(run, 'resume', { by: 'test' })).toEqual({ state: 'running' });
    expect(await ended(run.id)).toMatchObject({ state: 'finished' });
    expect(await counts(run.id)).toEqual({ sent: 3_000 });
    expect(received('paused').sort()).toEqual([...addresses].sort());
  }, 120_000);

  it('cancels: what has not gone out is recalled', async () => {
    const addresses = addressesOf('cancel', 5_000);
    const run = await startRun(addresses);
    while (received('cancel').length < 200) await sleep(5);
    const answer = await system.deps.gateway.askRun(run, 'cancel', { by: 'test' });
    const end = await ended(run.id);
    expect(end.state).toBe('cancelled');
    const final = await counts(run.id);
    expect(answer).toMatchObject({ recalled: final.recalled, tooLate: final.sent });
    expect(received('cancel')).toHaveLength(final.sent!);
    expect(final.sent! + final.recalled!).toBe(end.imported);
  }, 120_000);

  it('keeps its rate, and takes another one while it goes', async () => {
    const addresses = addressesOf('rate', 300);
    const run = await startRun(addresses, { rate: { messages: 20, perSeconds: 1 } });
    while (received('rate').length < 40) await sleep(20);
    await system.deps.gateway.askRun(run, 'setRate', { by: 'test', rate: { messages: 400, perSeconds: 1 } });
    expect(await ended(run.id)).toMatchObject({ state: 'finished' });
    expect(await counts(run.id)).toEqual({ sent: 300 });
  }, 120_000);
});
