import type { Outcome } from '../../db/stores/delivery-store';
import type { Attempt } from '../../domain/hand-over';
import { newId, type MessageId } from '../../domain/ids';
import {
  MESSAGE_EVENTS,
  MESSAGE_STATUS_NAMES,
  RECEIPT_EVENTS,
  transition,
  TRANSITIONS,
  WAITING,
  type MessageEvent,
  type MessageStatus,
} from '../../domain/message-status';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const ACCOUNT = newId('acc');
const HOUR = 3_600_000;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase(12);
});
afterAll(() => db.drop());

const delivery = () => db.database.stores.delivery;
const message = async (id: MessageId) => (await db.database.stores.messages.get(id))!;
const attemptOf = (n: number, more: Partial<Attempt> = {}): Attempt => ({
  n,
  accountId: ACCOUNT,
  account: 'main',
  why: 'weight 1 of 1',
  startedAt: 1,
  endedAt: 2,
  class: 'accepted',
  code: '250',
  detail: 'OK',
  ...more,
});
const outcome = (id: MessageId, event: MessageEvent, attempt = attemptOf(1)): Outcome => ({
  id,
  event,
  attempt,
  reason: event,
});
const claimsOf = (ids: readonly MessageId[], attempt = 1) => ids.map((id) => ({ id, attempt, accountId: ACCOUNT }));

/** One message for each status and each event. */
async function everyPair(attempt: number) {
  const pairs = MESSAGE_STATUS_NAMES.flatMap((status) => MESSAGE_EVENTS.map((event) => ({ status, event })));
  const ids = await seedMessages(db, pairs.length, { columns: { attempt } });
  const rows = pairs.map((pair, i) => ({ ...pair, id: ids[i]! }));
  for (const status of MESSAGE_STATUS_NAMES) {
    const of = rows.filter((row) => row.status === status).map(({ id }) => id);
    await db.knex('messages').whereIn('id', of).update({ status });
  }
  return rows;
}

async function expectStatuses(
  rows: readonly { id: MessageId; status: MessageStatus; event: MessageEvent }[],
  told: ReadonlySet<MessageId>,
  takesEffect: (status: MessageStatus, event: MessageEvent) => boolean,
): Promise<void> {
  const found = await db.knex('messages').select<{ id: MessageId; status: MessageStatus }[]>('id', 'status');
  const statuses = new Map(found.map((row) => [row.id, row.status]));
  for (const { id, status, event } of rows) {
    const { to } = TRANSITIONS[event];
    const effective = takesEffect(status, event);
    expect({ status, event, now: statuses.get(id), told: told.has(id) }).toEqual({
      status,
      event,
      now: effective ? to : status,
      // Whoever asks for what is there already is told that it took effect: it may be the retry of the same step.
      told: effective || status === to,
    });
  }
}

describe('conditional updates, over every status and every event', () => {
  const waits = (status: MessageStatus) => WAITING.includes(status);

  test('a change takes effect where the transition table says so, and by our own steps never on a message in flight that waited', async () => {
    const rows = await everyPair(0);
    const told = await delivery().apply(rows.map(({ id, event }) => ({ id, event, reason: 'why' })));
    await expectStatuses(rows, told, (status, event) => {
      const told = RECEIPT_EVENTS.some((receipt) => receipt === event);
      const waitingMay = !told && WAITING.some((waiting) => transition(waiting, event));
      return transition(status, event) !== undefined && (waits(status) || !waitingMay);
    });
  });

  test('an outcome takes effect where the transition table says so, on messages that are or were in flight', async () => {
    const rows = await everyPair(1);
    const told = await delivery().record(rows.map(({ id, event }) => outcome(id, event)));
    await expectStatuses(rows, told, (status, event) => transition(status, event) !== undefined && !waits(status));
  });

  test('a claim takes waiting messages only', async () => {
    const dispatchId = newDispatchId();
    const ids = await seedMessages(db, MESSAGE_STATUS_NAMES.length, { dispatchId });
    for (const [i, status] of MESSAGE_STATUS_NAMES.entries()) {
      await db.knex('messages').where({ id: ids[i] }).update({ status });
    }
    const taken = await delivery().claim(dispatchId, newId('batch'), claimsOf(ids), new Date());
    expect(taken).toEqual(new Set(ids.filter((_, i) => WAITING.includes(MESSAGE_STATUS_NAMES[i]!))));
  });
});

describe('claim', () => {
  test('of ten claimers at once exactly one gets each message', async () => {
    const dispatchId = newDispatchId();
    const ids = await seedMessages(db, 60, { dispatchId });
    const claimers = Array.from({ length: 10 }, () =>
      delivery().claim(dispatchId, newId('batch'), claimsOf(ids), new Date()),
    );
    const won = (await Promise.all(claimers)).flatMap((taken) => [...taken]);
    expect(won.sort()).toEqual(ids);
    expect(await message(ids[0]!)).toMatchObject({ status: 'sending', attempt: 1, accountId: ACCOUNT });
  });

  test('an expired message, one of another dispatch and another attempt are left alone; the rest is taken', async () => {
    const dispatchId = newDispatchId();
    const now = new Date();
    const [good, expired, notYet, later] = (await seedMessages(db, 4, { dispatchId })) as [MessageId, ...MessageId[]];
    const [foreign] = (await seedMessages(db, 1, { dispatchId: newDispatchId() })) as [MessageId];
    await db.knex('messages').where({ id: expired }).update({ expires_at: now });
    await db
      .knex('messages')
      .where({ id: notYet })
      .update({ expires_at: new Date(now.getTime() + HOUR) });
    await db.knex('messages').where({ id: later }).update({ attempt: 1, status: 'deferred' });
    const ids = [good, expired!, notYet!, later!, foreign];
    const taken = await delivery().claim(dispatchId, newId('batch'), claimsOf(ids), now);
    expect(taken).toEqual(new Set([good, notYet]));
    expect(await message(expired!)).toMatchObject({ status: 'accepted', attempt: 0, accountId: null });
  });

  test('a claim clears what the message waited for', async () => {
    const dispatchId = newDispatchId();
    const columns = { status: 'deferred', reason: 'retry', detail: '{"a":1}', due_at: new Date() };
    const ids = await seedMessages(db, 1, { dispatchId, columns });
    await delivery().claim(dispatchId, newId('batch'), claimsOf(ids), new Date());
    expect(await message(ids[0]!)).toMatchObject({ status: 'sending', reason: null, detail: undefined, dueAt: null });
  });
});

describe('record', () => {
  async function inFlight(count = 1, attempt = 1): Promise<MessageId[]> {
    return seedMessages(db, count, { columns: { status: 'sending', attempt, account_id: ACCOUNT } });
  }

  test('a worker that was thought dead changes nothing with its older attempt, and is told so', async () => {
    const [id] = (await inFlight(1, 2)) as [MessageId];
    expect(await delivery().record([outcome(id, 'accept', attemptOf(1))])).toEqual(new Set());
    expect(await message(id)).toMatchObject({ status: 'sending', attempt: 2, attempts: [] });
    const second = attemptOf(2, { providerMessageId: 'q-2' });
    expect(await delivery().record([outcome(id, 'accept', second)])).toEqual(new Set([id]));
    expect(await delivery().record([outcome(id, 'accept', attemptOf(1))])).toEqual(new Set());
    expect(await message(id)).toMatchObject({ status: 'sent', attempts: [second], providerMessageId: 'q-2' });
  });

  test.each(['accept', 'defer', 'fail', 'loseAnswer'] as const)(
    'told twice that an attempt ended with "%s", reports the same messages and keeps the attempt once',
    async (event) => {
      const ids = await inFlight(3);
      const outcomes = ids.map((id) => outcome(id, event));
      expect(await delivery().record(outcomes)).toEqual(new Set(ids));
      expect(await delivery().record(outcomes)).toEqual(new Set(ids));
      expect((await message(ids[0]!)).attempts).toEqual([attemptOf(1)]);
    },
  );

  test('attempts are kept in order with what the provider said', async () => {
    const dispatchId = newDispatchId();
    const [id] = (await seedMessages(db, 1, { dispatchId })) as [MessageId];
    const first = attemptOf(1, { class: 'throttled', code: '421' });
    await delivery().claim(dispatchId, 'a', claimsOf([id]), new Date());
    await delivery().record([{ ...outcome(id, 'defer', first), dueAt: new Date(0), detail: { code: '421' } }]);
    expect(await message(id)).toMatchObject({ status: 'deferred', dueAt: new Date(0), detail: { code: '421' } });
    await delivery().claim(dispatchId, 'b', claimsOf([id], 2), new Date());
    await delivery().record([outcome(id, 'accept', attemptOf(2))]);
    expect(await message(id)).toMatchObject({ status: 'sent', attempt: 2, attempts: [first, attemptOf(2)] });
  });

  test('outcomes of several kinds, among them one that comes too late, are recorded in one call', async () => {
    const [sent, refused, lost, late] = (await inFlight(4)) as [MessageId, MessageId, MessageId, MessageId];
    await db.knex('messages').where({ id: late }).update({ status: 'delivered' });
    const told = await delivery().record([
      outcome(sent, 'accept'),
      outcome(refused, 'fail'),
      outcome(lost, 'loseAnswer'),
      outcome(late, 'accept'),
    ]);
    expect(told).toEqual(new Set([sent, refused, lost]));
    const statuses = await Promise.all([sent, refused, lost, late].map(async (id) => (await message(id)).status));
    expect(statuses).toEqual(['sent', 'failed', 'unknown', 'delivered']);
  });

  test('an answer that comes after all makes an unknown message sent', async () => {
    const [id] = (await inFlight()) as [MessageId];
    await delivery().record([outcome(id, 'loseAnswer', attemptOf(1, { class: 'ambiguous' }))]);
    expect(await delivery().record([outcome(id, 'accept')])).toEqual(new Set([id]));
    expect(await message(id)).toMatchObject({ status: 'sent' });
  });
});

describe('apply', () => {
  test('told twice reports the same messages', async () => {
    const ids = await seedMessages(db, 3);
    const changes = ids.map((id, i) => ({ id, event: 'cap' as const, reason: 'daily_cap', detail: { used: i } }));
    expect(await delivery().apply(changes)).toEqual(new Set(ids));
    expect(await delivery().apply(changes)).toEqual(new Set(ids));
    expect(await message(ids[2]!)).toMatchObject({ status: 'capped', reason: 'daily_cap', detail: { used: 2 } });
  });

  test('nothing to do does nothing', async () => {
    expect(await delivery().apply([])).toEqual(new Set());
    expect(await delivery().record([])).toEqual(new Set());
  });
});

describe('due and progress', () => {
  test('what is due are the open messages whose time has come, oldest first, with the variables of their send', async () => {
    const dispatchId = newDispatchId();
    const now = new Date();
    const variables = { order: 'A-1' };
    const ids = await seedMessages(db, 6, { dispatchId, variables });
    const set = (i: number, columns: Record<string, unknown>) =>
      db.knex('messages').where({ id: ids[i] }).update(columns);
    await set(1, { status: 'deferred', due_at: now });
    await set(2, { status: 'deferred', due_at: new Date(now.getTime() + 1) });
    await set(3, { status: 'sending' });
    await set(4, { status: 'sent' });
    await set(5, { dispatch_id: newDispatchId() });
    const due = await delivery().due(dispatchId, now);
    expect(due.map(({ id }) => id)).toEqual([ids[0], ids[1], ids[3]]);
    expect(due[0]).toMatchObject({ sharedVariables: variables, variables: undefined });
  });

  test('progress counts every status and names the next time at which one is due', async () => {
    const dispatchId = newDispatchId();
    const ids = await seedMessages(db, 4, { dispatchId, columns: { status: 'sent' } });
    expect(await delivery().progress(dispatchId)).toEqual({ counts: { sent: 4 }, nextDueAt: undefined });
    const set = (i: number, due: number) =>
      db
        .knex('messages')
        .where({ id: ids[i] })
        .update({ status: 'deferred', due_at: new Date(due) });
    await set(0, Date.UTC(2030, 0, 2));
    await set(1, Date.UTC(2030, 0, 1, 0, 0, 0, 250));
    const nextDueAt = new Date(Date.UTC(2030, 0, 1, 0, 0, 0, 250));
    expect(await delivery().progress(dispatchId)).toEqual({ counts: { sent: 2, deferred: 2 }, nextDueAt });
  });
});
