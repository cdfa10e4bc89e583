import { createStatisticsSteps } from '../../activities/maintenance/compute-statistics';
import { newId, type AppId } from '../../domain/ids';
import { createStatisticsReader } from '../../db/stores/statistics-reader';
import { countOf, HOUR_MS, hourOf, MEASURES, type Measures } from '../../domain/statistics';
import { daysAgo, oldReceipt, oldRun, oldSend } from '../support/old-rows';
import { planOf } from '../support/explain';
import { startOperations, type Operations } from '../support/operations';
import { seedMessages } from '../support/seed-messages';
import { createTestSystem, type TestSystem } from '../support/test-system';

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
const TABLES = ['messages', 'sends', 'dispatches', 'receipts', 'runs', 'stat_hours', 'stat_gone', 'stat_states'];
afterEach(async () => {
  for (const table of [...TABLES, 'stat_runs', 'stat_looks']) await system.db.knex(table).delete();
});

const store = () => system.db.database.stores.statistics;
const steps = (batchRows?: number) => createStatisticsSteps({ store: store(), since: new Date(0), batchRows });
async function compute(batchRows?: number): Promise<void> {
  const step = steps(batchRows);
  while (!(await step()).done);
}
/** Everything that there are statistics of, as one sum. */
async function totals(): Promise<Measures> {
  const query = { from: new Date(0), until: new Date(Date.now() + HOUR_MS), by: [], days: [] };
  const [all] = await system.db.database.stores.statisticsReader.read(query, 10);
  return Object.fromEntries(Object.entries(all?.measures ?? {}).filter(([, n]) => n > 0));
}
/** Makes every hour due that has figures. */
async function makeDue(): Promise<void> {
  const { knex } = system.db;
  const hours = await knex('stat_hours').distinct('hour').pluck<Date[]>('hour');
  await knex('stat_states')
    .whereIn('hour', hours)
    .update({ due_at: new Date(0) });
}
const rowsOfHours = (): Promise<unknown[]> =>
  system.db.knex('stat_hours').orderBy(['app_id', 'hour', 'template_id', 'lane', 'account_id', 'run_id']);

test('the job counts every message once, and again only the hours in which something may have changed', async () => {
  const { db, app } = system;
  await seedMessages(db, 30, { appId: app.id });
  await oldSend(db, app.id, 2, ['sent', 'failed', 'capped']);
  const first = await operations.run('statistics');
  expect(first.counts).toMatchObject({ messagesCounted: 33, statistics: 0 });
  expect(first.counts['hours']).toBeGreaterThanOrEqual(2);
  expect(await totals()).toEqual({ n_accepted: 30, n_sent: 1, n_failed: 1, n_capped: 1, emails: 1 });
  const again = await operations.run('statistics');
  expect(again.counts).toMatchObject({ hours: 0, messagesCounted: 0 });
  const [last] = await db.database.stores.maintenance.last('statistics', 1);
  expect(last).toMatchObject({ state: 'succeeded' });
});

test('a receipt that comes after the hour was computed moves a message from sent to delivered', async () => {
  const { db, app, deps, accountId } = system;
  const { messages } = await oldSend(db, app.id, 2, ['sent', 'sent'], {
    ...{ attempt: 1, account_id: accountId, handed_at: new Date(daysAgo(2) + 500) },
  });
  await compute();
  expect(await totals()).toMatchObject({ n_sent: 2 });
  await oldReceipt(db, 0, { messageId: messages[0]!, accountId, dueAt: new Date() });
  await deps.applyReceipts();
  const { counts } = await operations.run('statistics');
  expect(counts).toMatchObject({ messagesCounted: 2 });
  expect(await totals()).toMatchObject({ n_sent: 1, n_delivered: 1, [`deliver_16`]: 1 });
});

test('whatever is cut off, computed at once by many, or anew in other parts, the figures are the same', async () => {
  const { db, app } = system;
  for (let i = 0; i < 5; i++) await oldSend(db, app.id, 1 + i / 100, ['sent', 'failed', 'unknown', 'bounced']);
  await oldRun(db, app.id, 1, 'finished', 700);
  await compute();
  const rows = await rowsOfHours();
  expect(rows.length).toBeGreaterThan(1);
  await makeDue();
  const abandoned = steps(100);
  for (let i = 0; i < 4; i++) await abandoned();
  expect(await rowsOfHours()).toEqual(rows);
  await Promise.all([compute(3), compute(50), compute()]);
  expect(await rowsOfHours()).toEqual(rows);
  await makeDue();
  await Promise.all([compute(7), compute(7), abandoned()]);
  expect(await rowsOfHours()).toEqual(rows);
});

test('a scan that began before another one does not replace its figures', async () => {
  const { db, app } = system;
  const { messages } = await oldSend(db, app.id, 1, ['accepted']);
  await compute();
  const hour = hourOf((await db.knex('messages').first('created_at')).created_at.getTime());
  const slow = await store().scan(await store().begin({ hour, forgotten: 0 }), 10);
  await db.knex('messages').where({ id: messages[0] }).update({ status: 'sent' });
  await makeDue();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await compute();
  expect(await store().replace(slow)).toBe(true);
  expect(await totals()).toMatchObject({ n_sent: 1 });
});

test('retention takes messages and runs away and leaves their statistics, also while they are computed', async () => {
  const { db, app } = system;
  const campaigns = async (): Promise<unknown> => {
    const query = { from: new Date(0), until: new Date(Date.now() + HOUR_MS), by: ['campaign'] as const, days: [] };
    const groups = await db.database.stores.statisticsReader.read(query, 10);
    return groups.map(({ campaign, measures }) => [campaign, measures[countOf('sent')]]);
  };
  await oldSend(db, app.id, 95, ['sent', 'failed', 'delivered'], { handed_at: new Date(daysAgo(94)) });
  const kept = await oldSend(db, app.id, 95, ['deferred', 'sent']);
  await oldRun(db, app.id, 95, 'finished', 1_500);
  await compute();
  const [before, byCampaign] = [await totals(), await campaigns()];
  expect(before).toMatchObject({ n_sent: 1_502, n_failed: 1, n_delivered: 1, n_deferred: 1 });

  const hour = hourOf(Date.now() - 95 * 24 * HOUR_MS);
  const [due] = (await db.knex('stat_states').where({ hour: new Date(hour) })) as { forgotten: number }[];
  const scan = await store().scan(await store().begin({ hour, forgotten: due!.forgotten }), 10_000);
  const { counts } = await operations.run('retention');
  expect(counts).toMatchObject({ messages: 1_503, runs: 1 });
  expect(await db.knex('messages').orderBy('id').pluck('id')).toEqual([...kept.messages].sort());
  expect(await store().replace(scan)).toBe(false);
  expect(await totals()).toEqual(before);
  await makeDue();
  await compute();
  expect(await totals()).toEqual(before);
  expect(await campaigns()).toEqual(byCampaign);
});

test('messages that are deleted before anybody counted them are counted', async () => {
  const { db, app } = system;
  await oldSend(db, app.id, 95, ['sent', 'failed']);
  await operations.run('retention');
  expect(await db.knex('messages').pluck('id')).toEqual([]);
  await compute();
  expect(await totals()).toMatchObject({ n_sent: 1, n_failed: 1 });
});

test('statistics older than their time are deleted and do not come back', async () => {
  const { db, app } = system;
  await operations.close();
  operations = await startOperations(system, { env: { RETENTION_STATISTICS_DAYS: '10' } });
  await oldSend(db, app.id, 20, ['sent']);
  await oldSend(db, app.id, 5, ['failed']);
  await compute();
  expect(await totals()).toMatchObject({ n_sent: 1, n_failed: 1 });
  await operations.run('statistics');
  expect(await totals()).toEqual({ n_failed: 1 });
  await makeDue();
  await operations.run('statistics');
  expect(await totals()).toEqual({ n_failed: 1 });
  await operations.close();
  operations = await startOperations(system);
});

test('the tables have a column for everything that is counted, and no other', async () => {
  const key = ['hour', 'app_id', 'template_id', 'lane', 'account_id', 'run_id'];
  for (const table of ['stat_hours', 'stat_gone']) {
    expect(Object.keys(await system.db.knex(table).columnInfo()).sort()).toEqual([...key, ...MEASURES].sort());
  }
});

test('the API reads the hours asked for of the apps asked for, and no message', async () => {
  const { db } = system;
  const apps = [newId('app'), newId('app')] as [AppId, AppId];
  const hours = 200;
  const end = hourOf(Date.now());
  const rows = apps.flatMap((app_id) =>
    Array.from({ length: hours * 5 }, (_, i) => ({
      ...{ hour: new Date(end - Math.floor(i / 5) * HOUR_MS), app_id, template_id: i % 5, lane: 'email.notice' },
      ...{ account_id: '', run_id: '', n_sent: 1 },
    })),
  );
  for (let i = 0; i < rows.length; i += 500) await db.knex('stat_hours').insert(rows.slice(i, i + 500));
  await db.knex.raw('ANALYZE TABLE stat_hours');
  const from = new Date(end - 9 * HOUR_MS);
  const query = { from, until: new Date(end + HOUR_MS), by: ['hour', 'template'] as const, days: [] };
  const own = await planOf(db.knex, 'stat_hours', (trx) =>
    createStatisticsReader(trx).read({ ...query, appId: apps[0] }, 1_000),
  );
  expect(own.key).toBe('PRIMARY');
  // 50 rows of the hours; as many of the groups, written and read in order.
  expect(own.read).toBeLessThan(250);
});
