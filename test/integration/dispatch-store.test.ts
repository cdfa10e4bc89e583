import { newId, type AppId, type DispatchId, type MessageId } from '../../domain/ids';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
let appId: AppId;
beforeAll(async () => {
  db = await createTestDatabase(12);
});
beforeEach(() => {
  appId = newId('app');
});
afterAll(() => db.drop());

const store = () => db.database.stores.dispatches;
const dispatchOf = async (id: MessageId) => (await db.database.stores.messages.get(id))?.dispatchId;
const ofDispatch = (id: DispatchId): Promise<MessageId[]> =>
  db.knex('messages').where({ dispatch_id: id }).orderBy('id').pluck('id');

describe('gather', () => {
  test('takes the oldest messages of one lane and app, up to the limit', async () => {
    const ids = await seedMessages(db, 5, { appId });
    await seedMessages(db, 2, { appId, lane: 'email.marketing' });
    await seedMessages(db, 2);
    const dispatch = await store().gather(appId, 'email.notice', 3);
    expect(dispatch).toMatchObject({ appId, lane: 'email.notice', messages: 3 });
    expect(dispatch?.id).toMatch(/^send\/batch_/);
    expect(await ofDispatch(dispatch!.id)).toEqual(ids.slice(0, 3));
    const rest = await store().gather(appId, 'email.notice', 3);
    expect(await ofDispatch(rest!.id)).toEqual(ids.slice(3));
    expect(await store().gather(appId, 'email.notice', 3)).toBeUndefined();
  });

  test('by several relays at once gives no message to two dispatches and leaves none behind', async () => {
    const ids = await seedMessages(db, 300, { appId });
    const relay = async () => {
      const made = [];
      for (;;) {
        const dispatch = await store().gather(appId, 'email.notice', 20);
        if (!dispatch) return made;
        made.push(dispatch);
      }
    };
    const made = (await Promise.all([relay(), relay(), relay(), relay(), relay()])).flat();
    const given = await Promise.all(made.map(({ id }) => ofDispatch(id)));
    expect(given.map((part) => part.length)).toEqual(made.map(({ messages }) => messages));
    expect(given.flat().sort()).toEqual(ids);
    expect(Math.max(...made.map(({ messages }) => messages))).toBeLessThanOrEqual(20);
  });

  test('a dispatch that is made by gathering waits to be confirmed', async () => {
    await seedMessages(db, 1, { appId });
    const dispatch = (await store().gather(appId, 'email.notice', 10))!;
    const soon = new Date(Date.now() + 1_000);
    expect((await store().unconfirmed(soon, 1_000)).filter((other) => other.appId === appId)).toEqual([dispatch]);
  });
});

describe('waitingGroups', () => {
  test('names each lane and app that has messages without a dispatch once', async () => {
    const other = newId('app');
    await seedMessages(db, 3, { appId });
    await seedMessages(db, 1, { appId, lane: 'sms.verification' });
    await seedMessages(db, 2, { appId: other });
    await seedMessages(db, 2, { appId, lane: 'email.marketing', dispatchId: newDispatchId() });
    const groups = (await store().waitingGroups()).filter((group) => [appId, other].includes(group.appId));
    expect(groups).toHaveLength(3);
    expect(groups).toEqual(
      expect.arrayContaining([
        { appId, lane: 'email.notice' },
        { appId, lane: 'sms.verification' },
        { appId: other, lane: 'email.notice' },
      ]),
    );
  });
});

describe('unconfirmed', () => {
  test('names dispatches older than a moment, oldest first and limited, until they are confirmed', async () => {
    const ids = [newDispatchId(), newDispatchId(), newDispatchId()];
    for (const [i, id] of ids.entries()) {
      await store().insert({ id, appId, lane: 'email.notice', messages: 1 });
      await db
        .knex('dispatches')
        .where({ id })
        .update({ created_at: new Date(Date.UTC(2020, 0, 3 - i)) });
    }
    const old = new Date(Date.UTC(2020, 0, 3));
    const found = async (limit: number) => (await store().unconfirmed(old, limit)).map(({ id }) => id);
    expect(await found(10)).toEqual([ids[2], ids[1]]);
    expect(await found(1)).toEqual([ids[2]]);
    await store().confirm([ids[2]!]);
    expect(await found(10)).toEqual([ids[1]]);
    await store().confirm([]);
  });
});

describe('stalled and release', () => {
  const LONG_AGO = new Date(Date.UTC(2020, 0, 1));
  const before = new Date(Date.UTC(2020, 0, 2));
  async function dispatchWith(columns: Record<string, unknown>): Promise<DispatchId> {
    const id = newDispatchId();
    await seedMessages(db, 2, { appId, dispatchId: id, columns: { updated_at: LONG_AGO, ...columns } });
    await store().insert({ id, appId, lane: 'email.notice', messages: 2 });
    return id;
  }

  test('a dispatch is stalled when an open message of it should have moved, and named once', async () => {
    const untouched = await dispatchWith({});
    const stuck = await dispatchWith({ status: 'sending' });
    const overdue = await dispatchWith({ status: 'deferred', due_at: LONG_AGO });
    await dispatchWith({ status: 'deferred', due_at: new Date(Date.now() + 3_600_000) });
    await dispatchWith({ status: 'sent' });
    await dispatchWith({ updated_at: new Date() });
    await seedMessages(db, 1, { appId, columns: { updated_at: LONG_AGO } });
    const stalled = await store().stalled([appId], before, 10);
    expect(stalled.map(({ id }) => id).sort()).toEqual([untouched, stuck, overdue].sort());
    expect(stalled[0]).toMatchObject({ appId, lane: 'email.notice', messages: 2 });
    expect(await store().stalled([appId], before, 1)).toHaveLength(1);
    expect(await store().stalled([newId('app')], before, 10)).toEqual([]);
  });

  test('release takes the open messages away, so that they are gathered again, and keeps the finished ones', async () => {
    const id = newDispatchId();
    const [done, waiting, inFlight] = (await seedMessages(db, 3, { appId, dispatchId: id })) as [
      MessageId,
      MessageId,
      MessageId,
    ];
    await db.knex('messages').where({ id: done }).update({ status: 'sent' });
    await db.knex('messages').where({ id: inFlight }).update({ status: 'sending', attempt: 1 });
    expect(await store().release(id)).toBe(2);
    expect(await dispatchOf(done)).toBe(id);
    const gathered = (await store().gather(appId, 'email.notice', 10))!;
    expect(await ofDispatch(gathered.id)).toEqual([waiting, inFlight]);
  });
});
