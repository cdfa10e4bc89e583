import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../domain/ids';
import { freePort } from '../../scripts/services/ports';
import { Client } from '@temporalio/client';
import { OPERATIONS_QUEUE } from '../../workflows/messages';
import { daysAgo, oldReceipt, oldRun, oldSend } from '../support/old-rows';
import { startOperations, type Operations } from '../support/operations';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { createWorkerProcess, settingsOf } from '../support/worker-process';

describe('retention', () => {
  let system: TestSystem;
  let operations: Operations;
  beforeAll(async () => {
    system = await createTestSystem({ withoutWorker: true });
    operations = await startOperations(system);
  });
  afterAll(async () => {
    await operations.close();
    await system.close();
  });
  afterEach(async () => {
    for (const table of ['messages', 'sends', 'dispatches', 'receipts', 'runs', 'suppressions', 'idempotency_keys']) {
      await system.db.knex(table).delete();
    }
  });
  const idsIn = async (table: string): Promise<string[]> => system.db.knex(table).orderBy('id').pluck('id');
  const { stringify } = JSON;

  test('deletes a send that ended long ago with its messages, receipts and dispatch, and nothing younger', async () => {
    const { db, app } = system;
    const old = await oldSend(db, app.id, 91, ['sent', 'failed', 'delivered']);
    const young = await oldSend(db, app.id, 89, ['sent']);
    await oldReceipt(db, 91, { messageId: old.messages[2]! });
    const kept = await oldReceipt(db, 88, { messageId: young.messages[0]! });
    await oldReceipt(db, 91, {});
    const result = await operations.run('retention');
    expect(result).toMatchObject({
      counts: { messages: 3, sends: 1, dispatches: 1, receipts: 2, runs: 0 },
      warnings: [],
    });
    expect(await idsIn('messages')).toEqual(young.messages);
    expect(await idsIn('sends')).toEqual([young.send]);
    expect(await idsIn('dispatches')).toEqual([young.dispatch]);
    expect(await idsIn('receipts')).toEqual([kept]);
  });

  test('keeps a send whole while one of its messages is open, was changed lately, or has a receipt that waits', async () => {
    const { db, app } = system;
    const open = await oldSend(db, app.id, 200, ['sent', 'deferred', 'sent']);
    const flying = await oldSend(db, app.id, 200, ['sent', 'sending']);
    const fresh = await oldSend(db, app.id, 200, ['sent', 'bounced']);
    await db.knex('messages').where({ id: fresh.messages[1] }).update({ updated_at: new Date() });
    const told = await oldSend(db, app.id, 200, ['sent', 'sent']);
    const later = new Date(Date.now() + 3_600_000);
    await oldReceipt(db, 1, { messageId: told.messages[0]!, dueAt: later });
    const gone = await oldSend(db, app.id, 200, ['sent']);
    const { counts } = await operations.run('retention');
    expect(counts).toMatchObject({ messages: 1, sends: 1 });
    const kept = [open, flying, fresh, told];
    expect(await idsIn('messages')).toEqual(kept.flatMap(({ messages }) => messages).sort());
    expect(await idsIn('sends')).toEqual(kept.map(({ send }) => send));
    expect(await idsIn('sends')).not.toContain(gone.send);
    expect(await idsIn('dispatches')).toEqual(kept.map(({ dispatch }) => dispatch));
  });

  test('a receipt that comes after its message was deleted ends unmatched and harms nothing', async () => {
    const { db, app, deps } = system;
    const gone = await oldSend(db, app.id, 91, ['sent']);
    await operations.run('retention');
    const id = await oldReceipt(db, 0, { messageId: gone.messages[0]!, dueAt: new Date() });
    await deps.applyReceipts();
    expect(await db.knex('receipts').where({ id }).first()).toMatchObject({ outcome: 'unmatched', due_at: null });
  });

  test('deletes an ended run with its many messages, and nothing of a run that waits or is the source of one', async () => {
    const { db, app } = system;
    await oldRun(db, app.id, 95, 'finished', 2_500);
    const paused = await oldRun(db, app.id, 94, 'paused', 2_500);
    const source = await oldRun(db, app.id, 93, 'finished', 3);
    const retry = await oldRun(db, app.id, 92, 'running', 2, { retry_of: source.id });
    await oldRun(db, app.id, 91, 'skipped', 0);
    const late = await oldRun(db, app.id, 91, 'finished', 2, { finished_at: new Date(daysAgo(5)) });
    const { counts } = await operations.run('retention');
    expect(counts).toMatchObject({ messages: 2_500, runs: 2, sends: 2 });
    expect(await idsIn('runs')).toEqual([paused.id, source.id, retry.id, late.id]);
    expect(await idsIn('sends')).toEqual([paused.send, source.send, retry.send, late.send]);
    expect(await idsIn('messages')).toHaveLength(2_500 + 3 + 2 + 2);
  });

  test('never touches suppressions; forgets idempotency keys after their time', async () => {
    const { db, app } = system;
    const { suppressions } = db.database.stores;
    await suppressions.add([
      {
        channel: 'email',
        address: 'no@example.com',
        appId: null,
        reason: 'manual',
        appliesTo: 'all',
        source: 'test',
      },
    ]);
    await db.knex('suppressions').update({ created_at: new Date(daysAgo(1_000)) });
    const key = { app_id: app.id, request_hash: 'x', status: 202 };
    await db.knex('idempotency_keys').insert([
      { ...key, idempotency_key: 'old', created_at: new Date(daysAgo(8)) },
      { ...key, idempotency_key: 'young', created_at: new Date(daysAgo(6)) },
    ]);
    expect((await operations.run('retention')).counts).toMatchObject({ idempotencyKeys: 1 });
    expect(await db.knex('suppressions').pluck('address')).toEqual(['no@example.com']);
    expect(await db.knex('idempotency_keys').pluck('idempotency_key')).toEqual(['young']);
  });

  test('with 0 days keeps messages for ever', async () => {
    const { db, app } = system;
    await operations.close();
    const own = await startOperations(system, { env: { RETENTION_MESSAGE_DAYS: '0' } });
    const old = await oldSend(db, app.id, 1_000, ['sent']);
    expect((await own.run('retention')).counts).toEqual({ idempotencyKeys: 0, uploads: 0 });
    expect(await idsIn('messages')).toEqual(old.messages);
    await own.close();
    operations = await startOperations(system);
  });

  test('cut off by a worker that stops, goes on at the next one; numbers count once', async () => {
    const { db, app } = system;
    await operations.close();
    operations = await startOperations(system, { batchRows: 200 });
    await oldRun(db, app.id, 95, 'finished', 12_000);
    const open = await oldSend(db, app.id, 94, ['deferred']);
    const job = await operations.start('retention');
    while ((await idsIn('messages')).length > 11_000) await sleep(20);
    await operations.close();
    expect((await idsIn('messages')).length).toBeGreaterThan(1);
    operations = await startOperations(system);
    const { counts } = await job.result();
    expect(counts).toMatchObject({ messages: 12_000, runs: 1, sends: 1 });
    expect(await idsIn('messages')).toEqual(open.messages);
  }, 120_000);

  test('cancelled, stops between two batches, says so, and the next one does the rest', async () => {
    const { db, app } = system;
    // A cancellation takes up to eight seconds to be heard of.
    await operations.close();
    operations = await startOperations(system, { batchRows: 100 });
    await oldRun(db, app.id, 95, 'finished', 20_000);
    const job = await operations.start('retention');
    while ((await idsIn('messages')).length > 19_500) await sleep(20);
    await job.cancel();
    await expect(job.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    const left = (await idsIn('messages')).length;
    expect(left).toBeGreaterThan(0);
    const [last] = await db.database.stores.maintenance.last('retention', 1);
    expect(last).toMatchObject({ job: 'retention', state: 'cancelled' });
    expect((await operations.run('retention')).counts).toMatchObject({ messages: left });
    expect(await idsIn('messages')).toEqual([]);
  }, 120_000);

  test('of a worker that is killed is finished by the next', async () => {
    const { db, app, temporal, config } = system;
    await operations.close();
    await oldRun(db, app.id, 95, 'finished', 12_000);
    const env = { ...settingsOf(config), LOG_LEVEL: 'info', WORKER_PORT: String(await freePort()) };
    const worker = createWorkerProcess({ ...env, MAINTENANCE_RETENTION_CRON: '' });
    await worker.start();
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const job = await client.workflow.start('maintenance', {
      ...{ workflowId: `maintenance/${newId('batch')}`, taskQueue: OPERATIONS_QUEUE, args: [{ job: 'retention' }] },
    });
    while ((await idsIn('messages')).length > 11_000) await sleep(20);
    await worker.kill();
    expect((await idsIn('messages')).length).toBeGreaterThan(0);
    operations = await startOperations(system);
    await job.result();
    expect(await idsIn('messages')).toEqual([]);
    expect(await idsIn('runs')).toEqual([]);
    expect(stringify(await db.database.stores.maintenance.last('retention', 1))).toContain('succeeded');
  }, 120_000);
});
