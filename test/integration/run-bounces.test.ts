import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { dispatchOfChunk, messageOfRow, type MessageId, type RunId } from '../../domain/ids';
import type { MessageStatus } from '../../domain/message-status';
import { seedMessages } from '../support/seed-messages';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';
import { addressesOf, createTestRuns, csvOf, type TestRuns } from '../support/test-runs';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { attemptOf } from '../support/webhook-api';
import { newWebhookSecret, standardHeaders } from '../support/webhooks';

/** Accepted by the provider, and bounced a moment later: failures that only receipts tell. */
describe('a run whose mails bounce', () => {
  const webhookSecret = newWebhookSecret();
  let system: TestSystem;
  let runs: TestRuns;
  let api: TestApi;

  beforeAll(async () => {
    system = await createTestSystem();
    runs = createTestRuns(system);
    api = await createSystemApi(system);
    await system.db.database.stores.accounts.update(system.accountId, { secrets: { webhookSecret } });
    system.deps.receiptSweeper.start();
  }, 90_000);
  afterAll(async () => {
    await system.deps.receiptSweeper.stop();
    await api.close();
    await system.close();
  });

  let events = 0;
  async function report(type: string, messageId: MessageId): Promise<void> {
    const text = JSON.stringify({ type, messageId });
    const { status } = await request(api.app)
      .post(`/webhooks/generic/${system.accountId}`)
      .set({ ...standardHeaders(webhookSecret, `evt_${++events}`, text), 'Content-Type': 'application/json' })
      .send(text);
    expect(status).toBe(204);
  }
  async function until(what: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!(await what())) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${what.toString()}`);
      await sleep(50);
    }
  }
  const applied = () => until(async () => !(await system.db.knex('receipts').whereNotNull('due_at').first()));
  const start = async (name: string, n: number, settings: object) =>
    runs.start(await system.template({ lane: 'email.marketing' }), await runs.audience(csvOf(addressesOf(name, n))), {
      settings,
    });
  /** The rows, from 1, of the run's messages that are `sent`, once there are so many. */
  async function sent(id: RunId, n: number): Promise<MessageId[]> {
    await until(async () => ((await runs.counts(id)).sent ?? 0) >= n);
    const messages = await system.db.database.stores.runMessages.inOrder(id, 0, 1_000);
    return messages.flatMap((one) => (one.status === 'sent' ? [one.id] : [])).slice(0, n);
  }

  it('pauses itself by what receipts tell, however often they tell it; resumed, it goes on', async () => {
    const rate = { messages: 20, perSeconds: 1 };
    const run = await start('bounce', 800, { rate, pauseOn: { errors: 30, share: null, atLeast: 30 } });
    const ids = await sent(run.id, 40);
    for (const id of ids.slice(0, 10)) for (let twice = 0; twice < 2; twice++) await report('bounced', id);
    for (const id of ids.slice(10, 20)) for (let twice = 0; twice < 2; twice++) await report('undelivered', id);
    for (const id of ids.slice(20, 29)) for (let twice = 0; twice < 2; twice++) await report('complained', id);
    for (const id of ids.slice(30, 40)) await report('delivered', id);
    await applied();
    expect(await runs.read(run.id)).toMatchObject({ state: 'running', errors: 29 });
    await report('complained', ids[35]!);
    await until(async () => (await runs.read(run.id)).state === 'paused');
    const paused = await runs.read(run.id);
    expect(paused).toMatchObject({ reason: 'too_many_errors', detail: { failed: 30, threshold: { errors: 30 } } });
    expect((await runs.counts(run.id)).deferred).toBeGreaterThan(0);
    const before = runs.received('bounce').length;
    await sleep(2_000);
    expect(runs.received('bounce')).toHaveLength(before);
    await system.deps.gateway.askRun(run, 'resume', { by: 'test' });
    await system.deps.gateway.askRun(run, 'setRate', { by: 'test', rate: null });
    expect(await runs.ended(run.id)).toMatchObject({ state: 'finished', errors: 0 });
    expect(await runs.counts(run.id)).toEqual({
      sent: 761,
      bounced: 10,
      undelivered: 10,
      complained: 10,
      delivered: 9,
    });
  }, 120_000);

  it('counts one whose answer was lost once: when that was found out, or by the receipt if it was to be sent again', async () => {
    const { runs: store } = system.db.database.stores;
    const run = await runs.start(
      await system.template({ lane: 'email.marketing' }),
      await runs.audience(csvOf(addressesOf('doubt', 1))),
      { unstarted: true },
    );
    await store.apply(run.id, 'pause', { reason: 'requested' });
    const attempts = JSON.stringify([attemptOf(system.accountId, { class: 'ambiguous' })]);
    const seed = async (status: MessageStatus): Promise<MessageId> => {
      const dispatchId = dispatchOfChunk(run.id, 99);
      const columns = { status, attempt: 1, attempts, account_id: system.accountId };
      return (await seedMessages(system.db, 1, { dispatchId, columns }))[0]!;
    };
    await report('bounced', await seed('unknown'));
    const cleared = await seed('unknown');
    await report('delivered', cleared);
    await applied();
    await report('bounced', cleared);
    await applied();
    expect((await system.message(cleared)).status).toBe('bounced');
    expect(await runs.read(run.id)).toMatchObject({ handed: 0, errors: 0 });
    await report('bounced', await seed('deferred'));
    await applied();
    expect(await runs.read(run.id)).toMatchObject({ handed: 1, errors: 1 });
    await store.apply(run.id, 'cancel', { reason: 'requested' });
  });

  it('of which something is told after its end is left as it ended', async () => {
    const run = await start('after', 5, { pauseOn: { errors: 1, share: null, atLeast: 1 } });
    const { handed, finishedAt } = await runs.ended(run.id);
    await report('bounced', messageOfRow(run.id, 1));
    await applied();
    expect((await system.message(messageOfRow(run.id, 1))).status).toBe('bounced');
    expect(await runs.read(run.id)).toMatchObject({ state: 'finished', handed, errors: 0, finishedAt });
  });
});
