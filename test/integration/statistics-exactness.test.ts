import { createStatisticsSteps } from '../../activities/maintenance/compute-statistics';
import type { ReceiptCursor } from '../../db/stores/statistics-looks';
import { firstIdAt, messageOfRow, timeOfId, type MessageId, type RunId } from '../../domain/ids';
import { COMMIT_MS, HOUR_MS, hourOf, type Measures } from '../../domain/statistics';
import { daysAgo, minutesAgo, oldReceipt, oldRun, oldSend } from '../support/old-rows';
import { seedMessages } from '../support/seed-messages';
import { createTestSystem, type TestSystem } from '../support/test-system';

let system: TestSystem;
beforeAll(async () => {
  system = await createTestSystem({ withoutWorker: true });
});
afterAll(() => system.close());
const TABLES = ['messages', 'sends', 'dispatches', 'receipts', 'runs', 'stat_hours', 'stat_states', 'stat_looks'];
afterEach(async () => {
  for (const table of TABLES) await system.db.knex(table).delete();
});

const store = () => system.db.database.stores.statistics;
/** Tells how many messages it counted. */
async function compute(): Promise<number> {
  const step = createStatisticsSteps({ store: store(), since: new Date(0) });
  for (let messages = 0; ;) {
    const took = await step();
    messages += took.messages;
    if (took.done) return messages;
  }
}
async function totals(): Promise<Measures> {
  const query = { from: new Date(0), until: new Date(Date.now() + HOUR_MS), by: [], days: [] };
  const [all] = await system.db.database.stores.statisticsReader.read(query, 10);
  return all?.measures ?? {};
}
const hourOfId = (id: MessageId | RunId): number => hourOf(timeOfId(id));
const stateOf = (id: MessageId | RunId) => system.db.knex('stat_states').where({ hour: new Date(hourOfId(id)) });
/** What the hour of a message or run is exact to. */
const asOfHour = (id: MessageId | RunId) =>
  system.db.database.stores.statisticsReader.asOf(new Date(hourOfId(id)), new Date(hourOfId(id) + HOUR_MS), new Date());

test('a receipt that is applied hours after it came moves its message, also if that happens during a scan', async () => {
  const { db, app, deps, accountId } = system;
  const columns = { attempt: 1, account_id: accountId, handed_at: new Date(daysAgo(2)) };
  const { messages } = await oldSend(db, app.id, 2, ['sent', 'sent'], columns);
  const [early, late] = messages as [MessageId, MessageId];
  await compute();
  const apply = async (messageId: MessageId): Promise<void> => {
    await oldReceipt(db, 2 / 24, { messageId, accountId, dueAt: minutesAgo(-60) });
    // Somebody looks while it waits.
    await compute();
    await db.knex('receipts').where({ message_id: messageId }).update({ due_at: new Date() });
    await deps.applyReceipts();
  };
  await apply(early);
  await compute();
  expect(await totals()).toMatchObject({ n_sent: 1, n_delivered: 1 });

  // A scan that began ten minutes ago; the receipt was applied five minutes later, and looked at three minutes ago.
  await stateOf(late).update({ computed_at: minutesAgo(20) });
  const begun = await store().begin({ hour: hourOfId(late), forgotten: 0 });
  const scan = await store().scan(begun, 10);
  await apply(late);
  await db.knex('receipts').update({ applied_at: minutesAgo(5) });
  await stateOf(late).update({ computed_at: minutesAgo(20), due_at: minutesAgo(-60) });
  await store().lookAtReceipts({ appliedAt: minutesAgo(30), id: '' }, minutesAgo(3), 100);
  await store().replace({ ...scan, begunAt: minutesAgo(10) });
  expect(await totals()).toMatchObject({ n_sent: 1, n_delivered: 1 });
  await compute();
  expect(await totals()).toMatchObject({ n_delivered: 2 });
});

test('all receipts are looked at, however few at a time and however many were applied in one moment', async () => {
  const { db, app, accountId } = system;
  const ids: MessageId[] = [];
  for (const days of [3, 4, 5, 6, 7]) ids.push(...(await oldSend(db, app.id, days, ['sent'])).messages);
  await compute();
  for (const messageId of ids) await oldReceipt(db, 1, { messageId, accountId });
  await db.knex('receipts').update({ applied_at: new Date() });
  const now = new Date(Date.now() + 1);
  let after: ReceiptCursor | null = await store().receiptsFrom(now);
  for (let looks = 0; after && looks < 5; looks++) after = await store().lookAtReceipts(after, now, 2);
  expect(after).toBeNull();
  for (const id of ids) expect(await stateOf(id).first()).toMatchObject({ due_at: now });
});

test('the rows of a run are counted, and promised, as they become messages', async () => {
  const { db, app } = system;
  const half = { import_cursor: 100, total: 5 };
  const { id, send } = await oldRun(db, app.id, 3 / 24, 'running', 3, half);
  await oldRun(db, app.id, 2 / 24, 'cancelled', 1, half);
  await compute();
  expect(await totals()).toMatchObject({ n_sent: 4 });
  expect((await asOfHour(id)).accepted).toEqual(new Date(timeOfId(id)));
  // Nothing was added: nothing is counted anew.
  expect(await compute()).toBe(0);

  const row = await db.knex('messages').where({ send_id: send, position: 3 }).first();
  const more = async (position: number, change: object): Promise<void> => {
    const message = {
      ...row,
      id: messageOfRow(id, position),
      position,
      updated_at: new Date(),
      created_at: new Date(),
    };
    await db.knex('messages').insert({ ...message, address: `row${position}@example.com` });
    await db
      .knex('runs')
      .where({ id })
      .update({ updated_at: new Date(), imported: position, ...change });
  };
  await more(4, { import_cursor: 200 });
  await compute();
  expect(await totals()).toMatchObject({ n_sent: 5 });
  // Its import ends, and it all, before anybody looks again.
  await more(5, { import_cursor: -1, state: 'finished' });
  expect((await asOfHour(id)).accepted).toEqual(new Date(timeOfId(id)));
  await compute();
  expect(await totals()).toMatchObject({ n_sent: 6 });
  expect((await asOfHour(id)).accepted).toEqual(new Date(hourOfId(id) + HOUR_MS));
  expect(await stateOf(id).first()).toMatchObject({ imports_from: null });
});

test('an hour in which all has ended is as exact as the last look at receipts; one with a text to come as its computation', async () => {
  const { db, app, accountId } = system;
  const ended = (await oldSend(db, app.id, 6, ['sent', 'failed'])).messages[0]!;
  const held = (await oldSend(db, app.id, 5, ['sent'], { send_at: minutesAgo(-60) })).messages[0]!;
  await compute();
  // As if that had been yesterday.
  const yesterday = new Date(daysAgo(1));
  for (const id of [ended, held]) await stateOf(id).update({ computed_at: yesterday });
  await stateOf(held).whereNotNull('counted_until').update({ counted_until: yesterday });
  const begun = Date.now();
  expect(await compute()).toBe(0);
  expect((await asOfHour(ended)).changes.getTime()).toBeGreaterThanOrEqual(begun - COMMIT_MS);
  expect((await asOfHour(held)).changes.getTime()).toBeLessThanOrEqual(yesterday.getTime());

  await oldReceipt(db, 0, { messageId: ended, accountId });
  const applied = minutesAgo(10);
  await db.knex('receipts').update({ applied_at: applied });
  await store().lookAtReceipts({ appliedAt: minutesAgo(30), id: '' }, new Date(), 100);
  expect((await asOfHour(ended)).changes).toEqual(new Date(applied.getTime() - COMMIT_MS));
  await compute();
  expect((await asOfHour(ended)).changes.getTime()).toBeGreaterThanOrEqual(begun - COMMIT_MS);
});

test('asOf tells what is counted: nothing at first, then all, and less once an hour has begun', async () => {
  const { db, app } = system;
  const reader = db.database.stores.statisticsReader;
  const from = new Date(hourOf(Date.now()) - 5 * HOUR_MS);
  const until = new Date(hourOf(Date.now()) + HOUR_MS);
  expect(await reader.asOf(from, until, new Date())).toEqual({ changes: from, accepted: from });
  await seedMessages(db, 1, { appId: app.id });
  await db.knex('messages').update({ id: firstIdAt('msg', from.getTime()) as MessageId });
  const begun = Date.now();
  await compute();
  const { changes, accepted } = await reader.asOf(from, until, new Date());
  // A message or a change may be written some time after the moment it bears.
  for (const time of [changes.getTime(), accepted.getTime()]) {
    expect(time).toBeGreaterThanOrEqual(begun - COMMIT_MS);
    expect(time).toBeLessThanOrEqual(Date.now() - COMMIT_MS);
  }
  const later = await reader.asOf(from, new Date(until.getTime() + 3 * HOUR_MS), new Date(until.getTime() + HOUR_MS));
  expect(later.accepted).toEqual(accepted);
});
