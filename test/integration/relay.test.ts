import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { Registry } from 'prom-client';
import { createLogger } from '../../config/logger';
import type { Dispatch } from '../../db/stores/dispatch-store';
import type { Template } from '../../db/stores/template-store';
import { newId, type MessageId } from '../../domain/ids';
import { createRelay, type Relay, type RelayTimes } from '../../workers/relay';
import { createRelayMetrics } from '../../workers/relay-metrics';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { createTestSystem, type TestSystem } from '../support/test-system';

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 400) throw new Error('It did not come true within 20 s.');
    await sleep(50);
  }
}

describe('the relay with real workers', () => {
  let system: TestSystem;
  let template: Template;
  beforeAll(async () => {
    system = await createTestSystem({ withoutRelay: true });
    template = await system.template();
  }, 90_000);
  afterAll(() => system.close());

  const dispatchesOf = async (ids: readonly MessageId[]): Promise<string[]> => {
    const found = await Promise.all(ids.map((id) => system.message(id)));
    return [...new Set(found.map(({ dispatchId }) => dispatchId ?? 'none'))];
  };
  const seed = (count: number, more: Parameters<typeof seedMessages>[2]) =>
    seedMessages(system.db, count, { templateId: template.id, variables: { order: 1 }, ...more });
  const confirmed = async (id: string): Promise<boolean> =>
    (await system.db.knex('dispatches').where({ id }).whereNotNull('confirmed_at')).length === 1;

  test('makes one dispatch of the sends of one app and lane, others of others, and all are delivered', async () => {
    const marketing = await system.template({ lane: 'email.marketing' });
    const other = await system.db.database.stores.apps.create('other');
    const sends = [];
    for (let i = 0; i < 5; i++) sends.push(await system.send(template, [`user${i}@example.com`], { unclaimed: true }));
    const mine = sends.flatMap(({ messages }) => messages);
    const advertising = (await system.send(marketing, ['ada@example.com'], { unclaimed: true })).messages;
    const theirs = await seed(3, { appId: other.id });
    system.relay.start();
    const all = await system.final([...mine, ...advertising, ...theirs]);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['sent']));
    const groups = await Promise.all([mine, advertising, theirs].map(dispatchesOf));
    expect(groups.map((ids) => ids.length)).toEqual([1, 1, 1]);
    expect(new Set(groups.flat()).size).toBe(3);
    expect(groups.flat().every((id) => id.startsWith('send/batch_'))).toBe(true);
    await until(async () => confirmed(groups[0]![0]!));
    expect(system.sink.mails).toHaveLength(9);
  });

  test('starts a dispatch whose API crashed between its commit and the start', async () => {
    const dispatchId = newDispatchId();
    const ids = await seed(2, { appId: system.app.id, dispatchId });
    const lost: Dispatch = { id: dispatchId, appId: system.app.id, lane: 'email.notice', messages: 2 };
    await system.db.database.stores.dispatches.insert(lost);
    expect((await system.final(ids)).map(({ status }) => status)).toEqual(['sent', 'sent']);
    expect(await dispatchesOf(ids)).toEqual([dispatchId]);
    await until(() => confirmed(dispatchId));
  });

  test('gathers the messages again whose workflow an operator has terminated', async () => {
    const { stores } = system.db.database;
    await stores.accounts.park(system.accountId, 'for the test');
    await sleep(1_100); // Workers look the accounts of a lane up once a second.
    const send = await system.send(template, ['grace@example.com', 'linus@example.com']);
    const waits = async () => (await stores.sends.counts(send.id)).deferred === 2;
    await until(waits);
    const { connection, namespace } = system.temporal;
    await new Client({ connection, namespace }).workflow.getHandle(`send/${send.id}`).terminate('by an operator');
    await stores.accounts.update(system.accountId, {});
    await sleep(1_100);
    const longAgo = new Date(Date.now() - 60_000);
    await system.db.knex('messages').where({ send_id: send.id }).update({ due_at: longAgo, updated_at: longAgo });
    expect((await system.final(send.messages)).map(({ status }) => status)).toEqual(['sent', 'sent']);
    const [dispatch, ...more] = await dispatchesOf(send.messages);
    expect(more).toEqual([]);
    expect(dispatch).toMatch(/^send\/batch_/);
  });
});

describe('the relay alone', () => {
  let db: TestDatabase;
  let relay: Relay | undefined;
  beforeEach(async () => {
    db = await createTestDatabase();
  });
  afterEach(async () => {
    await relay?.stop();
    await db.drop();
  });

  function relayWith(
    startDispatch: (dispatch: Dispatch) => Promise<'running_or_new' | 'closed'>,
    times: Partial<RelayTimes>,
  ) {
    const registry = new Registry();
    const metrics = createRelayMetrics(registry);
    const log = createLogger({ name: 'test', level: 'silent' });
    const replan = () => Promise.resolve();
    const recovery = { look: async () => undefined };
    relay = createRelay({
      stores: db.database.stores,
      startDispatch,
      startRun: async () => undefined,
      syncCampaigns: async () => undefined,
      replan,
      recovery,
      metrics,
      log,
      times,
    });
    relay.start();
    const counted = async (name: string): Promise<number> =>
      ((await registry.getSingleMetric(name)?.get())?.values ?? []).reduce((sum, { value }) => sum + value, 0);
    return { stop: relay.stop, counted, registry };
  }

  test('never gives more than 2,000 messages to one dispatch, and leaves none behind', async () => {
    const ids = await seedMessages(db, 4_100, { appId: newId('app') });
    const started: Dispatch[] = [];
    const { counted } = relayWith(
      async (dispatch) => {
        started.push(dispatch);
        return 'running_or_new';
      },
      { gatherEvery: 20 },
    );
    const unclaimed = async () => (await db.database.stores.dispatches.waitingGroups()).length;
    await until(async () => started.length >= 3 && (await unclaimed()) === 0);
    await relay?.stop();
    expect(started.map(({ messages }) => messages)).toEqual([2_000, 2_000, 100]);
    const oldest = await db.knex('messages').where({ dispatch_id: started[0]?.id }).orderBy('id').pluck('id');
    expect(oldest).toEqual(ids.slice(0, 2_000));
    expect(await db.database.stores.dispatches.unconfirmed(new Date(Date.now() + 1_000), 10)).toEqual([]);
    expect(await counted('luminate_relay_gathered_messages_total')).toBe(4_100);
  });

  test('while Temporal is away keeps trying, and starts what it had gathered when Temporal is back', async () => {
    await seedMessages(db, 3, { appId: newId('app') });
    let away = true;
    const started: string[] = [];
    const { counted } = relayWith(
      async ({ id }) => {
        if (away) throw new Error('14 UNAVAILABLE');
        started.push(id);
        return 'running_or_new';
      },
      { gatherEvery: 20, confirmEvery: 20 },
    );
    const { dispatches } = db.database.stores;
    const unconfirmed = () => dispatches.unconfirmed(new Date(Date.now() + 1_000), 10);
    await until(async () => (await unconfirmed()).length === 1);
    await until(async () => (await counted('luminate_relay_failures_total')) > 2);
    const [gathered] = await unconfirmed();
    away = false;
    await until(async () => (await unconfirmed()).length === 0);
    expect(new Set(started)).toEqual(new Set([gathered?.id]));
  });

  test('tells how many messages wait, and for what', async () => {
    const appId = (await db.database.stores.apps.create('waiting')).id;
    const later = new Date(Date.now() + 3_600_000);
    const deferred = (reason: string) => ({ status: 'deferred', reason, due_at: later });
    const dispatchId = newDispatchId();
    await seedMessages(db, 3, { appId, dispatchId, lane: 'sms.marketing', columns: deferred('quiet_hours') });
    await seedMessages(db, 2, { appId, dispatchId, lane: 'sms.marketing', columns: deferred('provider_down') });
    await seedMessages(db, 1, { appId, dispatchId, lane: 'sms.marketing', columns: { status: 'sent' } });
    const { registry } = relayWith(async () => 'running_or_new', { healEvery: 50 });
    await until(async () => (await registry.metrics()).includes('luminate_waiting_messages{'));
    const metrics = await registry.metrics();
    expect(metrics).toContain('luminate_waiting_messages{lane="sms.marketing",reason="quiet_hours"} 3');
    expect(metrics).toContain('luminate_waiting_messages{lane="sms.marketing",reason="provider_down"} 2');
  });

  test('tells how many changes wait for approval, of each kind', async () => {
    const { approvals } = db.database.stores;
    const author = newId('usr');
    const ask = (kind: 'rule' | 'account', subject: string) =>
      approvals.ask({ id: newId('apv'), kind, subject, appId: null, change: {}, author, person: author });
    for (const subject of ['flow', 'routes', 'routes']) await ask('rule', subject);
    await ask('account', 'a');
    const { registry } = relayWith(async () => 'running_or_new', { healEvery: 50 });
    const told = async (kind: string, n: number): Promise<boolean> =>
      (await registry.metrics()).includes(`luminate_waiting_approvals{kind="${kind}"} ${n}`);
    await until(() => told('rule', 2));
    await until(() => told('account', 1));
    await approvals.endWaiting('account', 'a', 'withdrawn', author);
    await until(async () => !(await registry.metrics()).includes('kind="account"'));
  });

  test('ends the look that is under way before it stops', async () => {
    await seedMessages(db, 1, { appId: newId('app') });
    let begun = false;
    let ended = false;
    const { stop } = relayWith(
      async () => {
        begun = true;
        await sleep(100);
        ended = true;
        return 'running_or_new';
      },
      { gatherEvery: 10 },
    );
    await until(async () => begun);
    await stop();
    expect(ended).toBe(true);
    expect(await db.database.stores.dispatches.unconfirmed(new Date(Date.now() + 1_000), 10)).toEqual([]);
  });
});
