import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { importRows } from '../../activities/runs/import-rows';
import type { RunDeps } from '../../activities/runs/deps';
import { dispatchOfChunk, messageOfRow } from '../../domain/ids';
import type { Run } from '../../domain/run';
import { momentOfTime } from '../../domain/firing';
import { seedMessages } from '../support/seed-messages';
import { addressesOf, createTestRuns, csvOf, type RunOptions, type TestRuns } from '../support/test-runs';
import { createTestSystem, type TestSystem } from '../support/test-system';

/** What an account opens at most, where it says nothing else. */
const CONNECTIONS = 5;

describe('runs in trouble', () => {
  let system: TestSystem;
  let runs: TestRuns;
  let client: Client;

  beforeAll(async () => {
    system = await createTestSystem();
    runs = createTestRuns(system);
    client = new Client({ connection: system.temporal.connection, namespace: system.temporal.namespace });
  }, 90_000);
  afterAll(() => system.close());
  afterEach(() => {
    system.sink.onMail = () => undefined;
  });

  const start = async (csv: string, options?: RunOptions): Promise<Run> =>
    runs.start(await system.template({ lane: 'email.marketing' }), await runs.audience(csv), options);
  const arrived = async (name: string, n: number): Promise<void> => {
    while (runs.received(name).length < n) await sleep(5);
  };
  const ask = (run: Run, update: string, more: object = {}) =>
    system.deps.gateway.askRun(run, update, { by: 'test', ...more });

  it.each([1, 99, 100, 101, 1_999, 2_000])('of %i rows: each gets one', async (n) => {
    const addresses = addressesOf(`size${n}-`, n);
    const run = await start(csvOf(addresses));
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished', imported: n, total: n });
    expect(await runs.counts(run.id)).toEqual({ sent: n });
    expect(runs.received(`size${n}-`)).toEqual([...addresses].sort());
  });

  it('that nobody told Temporal of is started by the relay', async () => {
    const run = await start(csvOf(addressesOf('unstarted', 3)), { unstarted: true });
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished' });
  });

  it('started twice is one run', async () => {
    const run = await start(csvOf(addressesOf('twice', 50)));
    await Promise.all([system.deps.gateway.startRun(run), system.deps.gateway.startRun(run)]);
    await runs.ended(run.id);
    await system.deps.gateway.startRun(run);
    expect(await client.workflow.getHandle(run.workflowId).result()).toMatchObject({ state: 'finished' });
    expect(runs.received('twice')).toHaveLength(50);
  });

  it('imported by two at once makes each row one message', async () => {
    const { chunks, runs: store, runMessages } = system.db.database.stores;
    const run = await runs.start(
      await system.template({ lane: 'email.marketing' }),
      await runs.audience(csvOf(addressesOf('import', 3))),
      { unstarted: true },
    );
    await store.apply(run.id, 'pause', { reason: 'requested' });
    const rows = [1, 2].map((row) => ({ row, address: `import${row}@example.com`, variables: { order: row } }));
    const add = () => chunks.add(run, [{ dueAt: null, rows }], 0, 77);
    const done = await Promise.all([add(), add(), add()]);
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await add()).toBe(false);
    expect(await runs.read(run.id)).toMatchObject({ imported: 2, chunks: 1, importCursor: 77 });
    expect(await runMessages.inOrder(run.id, 0, 10)).toHaveLength(2);
    await store.apply(run.id, 'cancel', { reason: 'requested' });
    expect(await chunks.add(run, [{ dueAt: null, rows }], 77, 99)).toBe(false);
  });

  it('whose rows have ids that are taken says so, and does not ask for ever', async () => {
    const { stores } = system.db.database;
    const run = await runs.start(
      await system.template({ lane: 'email.marketing' }),
      await runs.audience(csvOf(addressesOf('taken', 3))),
      { unstarted: true },
    );
    await stores.runs.apply(run.id, 'pause', { reason: 'requested' });
    const [id] = await seedMessages(system.db, 1, { columns: { status: 'sent' } });
    await system.db
      .knex('messages')
      .where({ id })
      .update({ id: messageOfRow(run.id, 2) });
    const rows = [1, 2, 3].map((row) => ({ row, address: `taken${row}@example.com`, variables: { order: row } }));
    async function* audienceRows() {
      yield { rows, nextByte: 77 };
    }
    const imported = importRows({ stores, rules: system.deps.rules, audienceRows } as unknown as RunDeps, run.id);
    await expect(imported).rejects.toThrow(`The rows of run ${run.id} from 0 on cannot become messages`);
    expect(await runs.read(run.id)).toMatchObject({ imported: 0, chunks: 0, importCursor: 0 });
    await stores.runs.apply(run.id, 'cancel', { reason: 'requested' });
  });

  it('whose workflow and chunk were terminated goes on, sends none twice, and calls none sent that was not', async () => {
    const addresses = addressesOf('killed', 4_000);
    const run = await start(csvOf(addresses));
    await arrived('killed', 100);
    await client.workflow.getHandle(dispatchOfChunk(run.id, 1)).terminate('by a test');
    await client.workflow.getHandle(run.workflowId).terminate('by a test');
    // The relay would find it in two minutes.
    await system.deps.gateway.startRun(run);
    expect(await runs.ended(run.id, 150_000)).toMatchObject({ state: 'finished', imported: 4_000 });
    const { sent = 0, unknown = 0 } = await runs.counts(run.id);
    // Whoever drives the chunk anew may find messages that were claimed for a connection, and cannot know what became of them.
    expect([sent + unknown, unknown <= CONNECTIONS]).toEqual([4_000, true]);
    const received = runs.received('killed');
    expect(received).toEqual([...new Set(received)]);
    expect(received.length).toBeGreaterThanOrEqual(sent);
  }, 180_000);

  it('whose template is stopped: the rest is discarded, and says so', async () => {
    const template = await system.template({ lane: 'email.marketing' });
    const run = await runs.start(template, await runs.audience(csvOf(addressesOf('stopped', 4_000))));
    await arrived('stopped', 100);
    await system.db.database.stores.templates.update(template.id, { state: 'stopped' });
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished' });
    const { sent = 0, discarded = 0 } = await runs.counts(run.id);
    expect(sent + discarded).toBe(4_000);
    expect(discarded).toBeGreaterThan(0);
    expect(await system.message(messageOfRow(run.id, 4_000))).toMatchObject({ reason: 'template_stopped' });
    const again = await runs.start(template, await runs.audience(csvOf(['late@example.com'])));
    expect(await runs.ended(again.id)).toMatchObject({ state: 'failed', reason: 'template_stopped', imported: 0 });
  }, 120_000);

  it('pauses itself when too many fail, and goes on when it is told to', async () => {
    system.sink.onMail = ({ to }) => {
      if (to.startsWith('bad')) throw Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 });
    };
    const csv = csvOf([...addressesOf('bad', 300), ...addressesOf('good', 2_000)]);
    const run = await start(csv, { settings: { pauseOn: { errors: null, share: 0.5, atLeast: 100 } } });
    while ((await runs.read(run.id)).state !== 'paused') await sleep(50);
    const paused = await runs.read(run.id);
    expect(paused).toMatchObject({ reason: 'too_many_errors', detail: { threshold: { share: 0.5 } } });
    expect((await runs.counts(run.id)).sent ?? 0).toBeLessThan(2_000);
    system.sink.onMail = () => undefined;
    await ask(run, 'resume');
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished' });
    const { sent = 0, failed = 0 } = await runs.counts(run.id);
    expect(sent + failed).toBe(2_300);
    expect(failed).toBeGreaterThanOrEqual(100);
  }, 120_000);

  it('outside of its send window waits until that opens', async () => {
    const now = new Date();
    const clock = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString().slice(11, 16);
    const sendWindow = { from: clock(60), until: clock(120), timezone: 'UTC' };
    const run = await start(csvOf(['window@example.com']), { settings: { sendWindow } });
    while ((await runs.read(run.id)).importCursor !== -1) await sleep(50);
    await sleep(1_000);
    expect(await runs.counts(run.id)).toEqual({ accepted: 1 });
    expect(await ask(run, 'cancel')).toMatchObject({ recalled: 1, tooLate: 0 });
    expect(await runs.ended(run.id)).toMatchObject({ state: 'cancelled' });
  });

  it("at the recipients' local time: each message waits for that of its zone", async () => {
    const zones = ['Asia/Tokyo', 'Europe/Vienna', 'America/New_York', ''];
    const rows = zones.flatMap((zone, z) => [0, 1].map((i) => `zone${z}${i}@example.com,${z},${zone}`));
    const soon = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 16);
    const run = await start(['userId,order,timezone', ...rows].join('\n'), { recipientTime: soon });
    while ((await runs.read(run.id)).importCursor !== -1) await sleep(50);
    const messages = await system.db.database.stores.runMessages.inOrder(run.id, 0, 100);
    expect(messages.map(({ status, reason }) => ({ status, reason }))).toEqual(
      Array(8).fill({ status: 'deferred', reason: 'scheduled' }),
    );
    const due = zones.map((zone) => momentOfTime(soon, zone || system.config.DEFAULT_TIMEZONE));
    expect(messages.map(({ dueAt }) => dueAt!.getTime())).toEqual(due.flatMap((at) => [at, at]));
    expect((await runs.read(run.id)).chunks).toBe(4);
    expect(await ask(run, 'cancel')).toMatchObject({ recalled: 8 });
    await runs.ended(run.id);
  });
});
