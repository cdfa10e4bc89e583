import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Template } from '../../db/stores/template-store';
import { localDay } from '../../domain/day';
import { firstIdAt, newId, type AccountId, type MessageId } from '../../domain/ids';
import { eventsOfRecord } from '../../trace/record-events';
import { daysAgo, oldReceipt, oldRun } from '../support/old-rows';
import { startOperations, type Operations } from '../support/operations';
import { SANDBOX_ACCOUNT, startSandbox, type RunningSandbox } from '../support/sandbox';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { attemptOf } from '../support/webhook-api';

const RECORDED = '+15005550103';
const NOT_RECORDED = '+15005550102';

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
  for (const table of ['messages', 'sends', 'dispatches', 'receipts', 'runs']) await system.db.knex(table).delete();
});

describe('reconcile', () => {
  let sandbox: RunningSandbox;
  let texts: AccountId;
  let template: Template;
  beforeAll(async () => {
    sandbox = await startSandbox();
    const { accountSid, authToken } = SANDBOX_ACCOUNT;
    texts = await system.db.database.stores.accounts.create({
      name: 'texts',
      channel: 'sms',
      provider: 'twilio',
      config: { accountSid, from: '+15005550006', baseUrl: sandbox.url, timeoutMs: 500 },
      secrets: { authToken },
      rate: null,
    });
    template = await system.template({ lane: 'sms.notice', content: { text: 'Order {{ order }}' } });
  });
  afterAll(() => sandbox.close());

  /** A text that was handed to the sandbox, whose answer was lost, and that ended unknown. */
  async function unknownText(to: string, columns: Record<string, unknown> = {}): Promise<MessageId> {
    const { deps, db, app } = system;
    const order = newId('batch');
    const [id] = await seedMessages(db, 1, {
      ...{ appId: app.id, lane: 'sms.notice', templateId: template.id, variables: { order } },
    });
    const account = (await db.database.stores.accounts.get(texts))!;
    const sender = deps.activityDeps.openSender(account, await db.database.stores.accounts.secretsOf(texts));
    const startedAt = Date.now();
    const content = { channel: 'sms', text: `Order ${order}` } as const;
    expect(await sender.handOver({ messageId: id!, to, content })).toMatchObject({ class: 'ambiguous' });
    await sender.close();
    // Long enough ago for a provider that does not list it to be believed.
    const attempt = attemptOf(texts, { class: 'ambiguous', code: 'timeout', startedAt, endedAt: startedAt + 500 });
    await db
      .knex('messages')
      .where({ id })
      .update({
        ...{ address: to, status: 'unknown', reason: 'answer_lost', attempt: 1, account_id: texts },
        attempts: JSON.stringify([attempt]),
        ...columns,
      });
    return id!;
  }

  test('settles an unknown message that its provider has, and leaves one that it has not; sends nothing', async () => {
    const found = await unknownText(RECORDED);
    const absent = await unknownText(NOT_RECORDED);
    const handedOver = sandbox.messages().length;
    // A provider is asked at the earliest five seconds after the hand-over.
    await sleep(5_000);
    const { counts } = await operations.run('reconcile');
    expect(counts).toMatchObject({ asked: 2, found: 1, notListed: 1, notAskable: 0 });
    expect(await system.message(found)).toMatchObject({
      ...{ status: 'sent', reason: 'resolved', providerMessageId: sandbox.messages()[0]!.sid },
      detail: { by: 'reconcile', outcome: 'sent' },
    });
    expect(await system.message(absent)).toMatchObject({ status: 'unknown', providerMessageId: null, attempt: 1 });
    expect(sandbox.messages()).toHaveLength(handedOver);
    const message = await system.message(found);
    expect(eventsOfRecord(message).map(({ step, status }) => [step, status])).toContainEqual(['resolved', 'sent']);
  });

  test('asks nothing about what is older than three days, or of an account that cannot be asked', async () => {
    const old = await unknownText(RECORDED, { updated_at: new Date(daysAgo(4)) });
    const mail = attemptOf(system.accountId, { class: 'ambiguous', code: 'timeout' });
    const [letter] = await seedMessages(system.db, 1, {
      ...{ appId: system.app.id, templateId: template.id, variables: { order: 1 } },
      columns: { status: 'unknown', attempt: 1, account_id: system.accountId, attempts: JSON.stringify([mail]) },
    });
    const { counts } = await operations.run('reconcile');
    expect(counts).toMatchObject({ asked: 1, found: 0, notAskable: 1 });
    expect((await system.message(old)).status).toBe('unknown');
    expect((await system.message(letter!)).status).toBe('unknown');
  });

  test('applies a receipt that came before its message was known', async () => {
    const { db, app } = system;
    const [id] = await seedMessages(db, 1, {
      appId: app.id,
      columns: { status: 'sent', attempt: 1, account_id: texts, provider_message_id: 'SM1' },
    });
    const later = new Date(Date.now() + 3_600_000);
    const early = await oldReceipt(db, 1, { providerMessageId: 'SM1', accountId: texts, dueAt: later });
    const other = await oldReceipt(db, 1, { providerMessageId: 'SM2', accountId: texts, dueAt: later });
    const { counts } = await operations.run('reconcile');
    expect(counts).toMatchObject({ receiptsMatched: 1, receiptsLookedAt: 1 });
    expect((await system.message(id!)).status).toBe('delivered');
    const receipts = await db.knex('receipts').select<{ id: string; outcome: string | null }[]>('id', 'outcome');
    expect(new Map(receipts.map((receipt) => [receipt.id, receipt.outcome]))).toEqual(
      new Map([
        [early, 'applied'],
        [other, null],
      ]),
    );
  });
});

describe('the check of the relay', () => {
  test('finds nothing where there is nothing', async () => {
    expect(await operations.run('relay-check')).toEqual({
      counts: { oldestUnclaimedSeconds: 0, unconfirmed: 0, stalled: 0, runsWithoutWorkflow: 0 },
      warnings: [],
    });
  });

  test('finds what the relay has left undone, warns, and lets it be done', async () => {
    const { db, app } = system;
    const { dispatches } = db.database.stores;
    const [unclaimed] = await seedMessages(db, 1, { appId: app.id });
    const old = new Date(daysAgo(1));
    const firstOfAll = `msg_01${'0'.repeat(24)}` as MessageId;
    await db.knex('messages').where({ id: unclaimed }).update({ id: firstOfAll });
    const lost = newDispatchId();
    await dispatches.insert({ id: lost, appId: app.id, lane: 'email.notice', messages: 1 });
    await db.knex('dispatches').where({ id: lost }).update({ created_at: old });
    const run = await oldRun(db, app.id, 1, 'running', 0);
    const { counts, warnings } = await operations.run('relay-check');
    expect(counts).toMatchObject({ unconfirmed: 1, unconfirmedLeft: 0, runsWithoutWorkflow: 1, runsLeft: 0 });
    expect(counts['oldestUnclaimedSeconds']).toBeGreaterThan(60);
    expect(warnings).toHaveLength(3);
    expect((await system.message(firstOfAll)).dispatchId).toMatch(/^send\/batch_/);
    expect(await dispatches.oldestUnclaimed()).toBeUndefined();
    expect(await system.deps.gateway.isRunning(`run/${run.id}`)).toBe(true);
  });
});

describe('the repair of the projection', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(system.config.REDIS_URL);
  });
  afterAll(() => {
    redis.disconnect();
  });

  /** Messages that were sent hours ago, in MySQL alone. */
  async function sentHoursAgo(hours: number, count: number): Promise<MessageId[]> {
    const { db, app } = system;
    const ids = await seedMessages(db, count, { appId: app.id });
    const made = [];
    for (const id of ids) {
      const at = daysAgo(hours / 24);
      const older = firstIdAt('msg', at);
      await db
        .knex('messages')
        .where({ id })
        .update({
          ...{ id: older, status: 'sent', attempt: 1, account_id: system.accountId },
          attempts: JSON.stringify([attemptOf(system.accountId, { startedAt: at, endedAt: at + 5 })]),
          ...{ created_at: new Date(at), updated_at: new Date(at + 5) },
        });
      made.push(older);
    }
    return made;
  }
  const statusesOf = async (ids: readonly MessageId[]) =>
    system.deps.trace.readStatuses(await system.db.database.stores.messages.getMany(ids));
  async function project(ids: readonly MessageId[]): Promise<void> {
    const messages = await system.db.database.stores.messages.getMany(ids);
    await system.deps.trace.emit(messages.flatMap((message) => eventsOfRecord(message)));
  }
  async function forget(ids?: readonly MessageId[]): Promise<void> {
    const keys = await redis.keys(`${system.config.REDIS_PREFIX}*`);
    const gone = keys.filter((key) => ids === undefined || ids.some((id) => key.includes(id)));
    if (gone.length > 0) await redis.del(gone);
  }

  test('changes nothing where both say the same', async () => {
    await project(await sentHoursAgo(2, 20));
    const { counts, warnings } = await operations.run('projection-repair');
    expect(counts).toMatchObject({ differing: 0 });
    expect(counts['sampled']).toBeGreaterThan(5);
    expect(warnings).toEqual([]);
  });

  test('rebuilds the hours that Redis has forgotten, with the counts of their templates', async () => {
    const ids = [...(await sentHoursAgo(1, 40)), ...(await sentHoursAgo(5, 40)), ...(await sentHoursAgo(30, 3))];
    await project(ids);
    await forget();
    expect(new Set(await statusesOf(ids))).toEqual(new Set([undefined]));
    const { counts, warnings } = await operations.run('projection-repair');
    expect(counts['messagesRebuilt']).toBe(80);
    expect(warnings).toEqual([expect.stringContaining('rebuilt from MySQL')]);
    expect(new Set(await statusesOf(ids.slice(0, 80)))).toEqual(new Set(['sent']));
    // Older than a day: left to `npm run trace:rebuild`.
    expect(new Set(await statusesOf(ids.slice(80)))).toEqual(new Set([undefined]));
    expect((await operations.run('projection-repair')).counts).toMatchObject({ differing: 0 });
  });

  test('repairs a single message that differs, and counts it once', async () => {
    await forget();
    const ids = await sentHoursAgo(3, 30);
    await project(ids);
    const before = await countsOfDay(ids[0]!);
    await forget(ids.slice(0, 1));
    // Which messages are drawn is chance.
    for (let tries = 0; (await statusesOf(ids))[0] === undefined; tries++) {
      expect(tries).toBeLessThan(50);
      await operations.run('projection-repair');
    }
    expect(await countsOfDay(ids[0]!)).toEqual(before);
  });
  async function countsOfDay(id: MessageId) {
    const { createdAt, templateId } = await system.message(id);
    return system.deps.trace.readTemplateDay(templateId, localDay(createdAt.getTime(), system.config.DEFAULT_TIMEZONE));
  }
});
