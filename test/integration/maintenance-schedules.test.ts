import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { Registry } from 'prom-client';
import { createLogger } from '../../config/logger';
import { MAINTENANCE_JOBS } from '../../domain/maintenance';
import { createMaintenanceMetrics } from '../../workers/maintenance-metrics';
import { createMaintenanceSchedules } from '../../workers/maintenance-schedules';
import { startOperations } from '../support/operations';
import { oldRun } from '../support/old-rows';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';
import { createTestSystem, type TestSystem } from '../support/test-system';

let system: TestSystem;
let api: TestApi;
beforeAll(async () => {
  system = await createTestSystem({ withoutWorker: true });
  api = await createSystemApi(system);
});
afterAll(async () => {
  await api.close();
  await system.close();
});

function createSchedules(crons: Partial<TestSystem['config']> = {}, gateway = system.deps.gateway.maintenance) {
  const registry = new Registry();
  const metrics = createMaintenanceMetrics(registry, system.db.database.stores.maintenance);
  const log = createLogger({ name: 'test', level: 'silent' });
  const config = { ...system.config, ...crons };
  return { registry, schedules: createMaintenanceSchedules({ config, maintenance: gateway, metrics, log }) };
}
/** Starts them and waits until they have done their work. */
async function putOnce(...all: ReturnType<typeof createSchedules>[]): Promise<void> {
  for (const { schedules } of all) schedules.start();
  await Promise.all(all.map(({ schedules }) => schedules.done()));
}
interface Listed {
  job: string;
  paused: boolean | null;
  nextAt: string | null;
  running: boolean | null;
  runs: { state: string; counts: Record<string, number> }[];
}
const list = async (of = api): Promise<Listed[]> =>
  ((await of.admin.get('/v1/maintenance')).body as { items: Listed[] }).items;

test('two workers that start at once make one Schedule for each job', async () => {
  await putOnce(createSchedules(), createSchedules(), createSchedules());
  const client = new Client({ connection: system.temporal.connection, namespace: system.temporal.namespace });
  const wanted = MAINTENANCE_JOBS.map((job) => `maintenance/${job}`);
  const ids: string[] = [];
  // The list of Schedules is kept up to date with a delay.
  while (ids.length < wanted.length) {
    await sleep(200);
    ids.length = 0;
    for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
  }
  expect(ids.sort()).toEqual([...wanted].sort());
  const { spec, policies, action } = await client.schedule.getHandle('maintenance/retention').describe();
  expect(spec.timezone).toBe(system.config.DEFAULT_TIMEZONE);
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 3_600_000 });
  expect(action).toMatchObject({ workflowType: 'maintenance', taskQueue: 'operations', args: [{ job: 'retention' }] });
});

test('the list tells when each job runs next; an empty cron line pauses it, another one takes it up again', async () => {
  await putOnce(createSchedules({ MAINTENANCE_RETENTION_CRON: '' }));
  expect((await list())[0]).toMatchObject({ job: 'retention', paused: true, nextAt: null, running: false });
  await putOnce(createSchedules({ MAINTENANCE_RETENTION_CRON: '30 4 * * *' }));
  const [retention, ...others] = await list();
  expect(retention).toMatchObject({ paused: false });
  // 04:30 in Shanghai.
  expect(retention?.nextAt).toMatch(/T20:30:00.000Z$/);
  expect(others.every(({ paused, nextAt }) => paused === false && nextAt !== null)).toBe(true);
});

test('a job that is run by hand shows its result; while it runs it is not started again', async () => {
  await oldRun(system.db, system.app.id, 95, 'finished', 3_000);
  expect((await api.admin.post('/v1/maintenance/retention/run')).status).toBe(202);
  const again = await api.admin.post('/v1/maintenance/retention/run');
  expect(again.body).toMatchObject({ status: 409, code: 'maintenance_running' });
  // A busy Temporal may leave one look without an answer.
  while ((await list())[0]?.running === null) await sleep(100);
  expect((await list())[0]).toMatchObject({ running: true, runs: [] });
  const operations = await startOperations(system);
  let retention = (await list())[0];
  while (retention?.runs.length === 0 || retention?.running) {
    await sleep(100);
    retention = (await list())[0];
  }
  await operations.close();
  expect(retention?.runs).toMatchObject([{ state: 'succeeded', counts: { messages: 3_000, runs: 1 } }]);
  expect((await api.admin.post('/v1/maintenance/retention/run')).status).toBe(202);
});

test('the metrics tell the period of each job, and when it last succeeded', async () => {
  const made = createSchedules();
  await putOnce(made);
  const text = await made.registry.metrics();
  expect(text).toContain('luminate_maintenance_period_seconds{job="relay-check"} 300');
  expect(text).toContain('luminate_maintenance_period_seconds{job="retention"} 86400');
  const last = (await system.db.database.stores.maintenance.successes()).get('retention')!;
  expect(text).toContain(`luminate_maintenance_succeeded_timestamp_seconds{job="retention"} ${last.getTime() / 1000}`);
});

test('with Temporal away the list tells what is in MySQL, and a job is not started', async () => {
  const gone = () => Promise.reject(new Error('away'));
  const alone = await createSystemApi(system, { maintenance: { read: gone, start: gone, uiLink: (id) => id } });
  expect((await list(alone))[0]).toMatchObject({ paused: null, running: null, runs: [{ state: 'succeeded' }] });
  const answer = await alone.admin.post('/v1/maintenance/retention/run');
  expect(answer.body).toMatchObject({ status: 503, code: 'service_unavailable' });
  await alone.close();
});

test('only operators see and run the jobs; an unknown job is not found', async () => {
  expect((await api.shop.get('/v1/maintenance')).status).toBe(403);
  expect((await api.shop.post('/v1/maintenance/retention/run')).status).toBe(403);
  expect((await api.admin.post('/v1/maintenance/tidying/run')).status).toBe(404);
});
