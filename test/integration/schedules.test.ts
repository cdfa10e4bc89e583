import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { createConnection, type TemporalConnection } from '../../temporal/connection';
import { createScheduleGateway, type ScheduleGateway, type WantedSchedule } from '../../temporal/schedules';
import { createTestNamespace, type TestNamespace } from '../support/temporal-namespace';

let temporal: TestNamespace;
let connection: TemporalConnection;
let client: Client;
let schedules: ScheduleGateway;

beforeAll(async () => {
  temporal = await createTestNamespace();
  connection = createConnection({ address: temporal.address, connectTimeoutMs: 10_000 });
  client = new Client({ connection: connection.connection, namespace: temporal.namespace });
  schedules = createScheduleGateway(client);
});
afterAll(async () => {
  await connection.close();
  await temporal.close();
});

let made = 0;
const wanted = (change: Partial<WantedSchedule> = {}): WantedSchedule => {
  const name = `thing-${++made}`;
  return {
    id: `test/${name}`,
    workflowType: 'nothing',
    taskQueue: 'nobody',
    args: [{ name }],
    workflowId: `run/${name}`,
    times: { kind: 'cron', cron: '30 9 * * *', timezone: 'Europe/Berlin' },
    overlap: 'skip',
    catchupSeconds: 3600,
    paused: false,
    ...change,
  };
};
const cron = (line: string, timezone: string, startAt?: string): WantedSchedule['times'] => ({
  kind: 'cron',
  cron: line,
  timezone,
  ...(startAt === undefined ? {} : { startAt: new Date(startAt) }),
});
/** A whole second, about `ms` from now. */
const secondIn = (ms: number): Date => new Date(Math.floor((Date.now() + ms) / 1000) * 1000);
/** As the server appends it to the id of the workflow. */
const suffix = (at: Date): string => at.toISOString().replace('.000Z', 'Z');
async function nextTimes(schedule: WantedSchedule, count: number): Promise<string[]> {
  await schedules.put(schedule);
  const state = await schedules.read(schedule.id);
  return state!.nextTimes.slice(0, count).map((time) => time.toISOString().slice(0, 16));
}
async function started(schedule: WantedSchedule): Promise<string[]> {
  for (let tries = 0; tries < 100; tries++) {
    const recent = (await schedules.read(schedule.id))?.recent ?? [];
    if (recent.length > 0) return recent.map(({ workflowId }) => workflowId);
    await sleep(200);
  }
  return [];
}

describe('put, read and remove', () => {
  test('a schedule is made, changed and ended; each of it twice', async () => {
    const one = wanted({ revision: 1 });
    expect(await schedules.read(one.id)).toBeUndefined();
    await schedules.put(one);
    await schedules.put(one);
    expect(await schedules.read(one.id)).toMatchObject({ paused: false, revision: 1, running: [], recent: [] });
    const changed = { ...one, revision: 2, paused: true, times: cron('0 7 1 1 *', 'UTC', '2030-06-01T00:00:00Z') };
    expect(await nextTimes(changed, 2)).toEqual(['2031-01-01T07:00', '2032-01-01T07:00']);
    expect(await schedules.read(one.id)).toMatchObject({ paused: true, revision: 2 });
    await schedules.remove(one.id);
    await schedules.remove(one.id);
    expect(await schedules.read(one.id)).toBeUndefined();
  });

  test('an older revision never replaces a newer one, and without one the last one wins', async () => {
    const one = wanted({ revision: 2 });
    await schedules.put(one);
    await schedules.put({ ...one, revision: 1, paused: true });
    expect(await schedules.read(one.id)).toMatchObject({ paused: false, revision: 2 });
    const { revision: _, ...plain } = wanted();
    await schedules.put(plain);
    await schedules.put({ ...plain, paused: true });
    expect(await schedules.read(plain.id)).toMatchObject({ paused: true });
  });

  test('of many who put revisions at once, the newest stands', async () => {
    const one = wanted();
    const putAll = (revisions: number[]) =>
      Promise.allSettled(
        revisions.map((revision) => schedules.put({ ...one, revision, catchupSeconds: 100 + revision })),
      );
    await putAll([3, 1, 2]);
    await putAll([4, 7, 5, 6]);
    const { policies } = await client.schedule.getHandle(one.id).describe();
    expect((await schedules.read(one.id))?.revision).toBe(7);
    expect(policies).toMatchObject({ catchupWindow: 107_000, overlap: 'SKIP' });
  });
});

describe('firing', () => {
  test('a time a few seconds ahead starts the workflow once, by name, queue and argument', async () => {
    const at = secondIn(3_000);
    const one = wanted({ times: { kind: 'once', at } });
    await schedules.put(one);
    const workflowId = `${one.workflowId}-${suffix(at)}`;
    expect(await started(one)).toEqual([workflowId]);
    const { type, taskQueue } = await client.workflow.getHandle(workflowId).describe();
    expect([type, taskQueue]).toEqual(['nothing', 'nobody']);
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(input!).toString())).toEqual(one.args[0]);
    expect(await schedules.read(one.id)).toMatchObject({ nextTimes: [], running: [workflowId] });
  });

  test('one that is put in force too late fires all the same, within its catch-up, and once', async () => {
    const at = secondIn(-5_000);
    const late = wanted({
      times: { kind: 'once', at },
      since: new Date(Date.now() - 60_000),
      revision: 1,
    });
    await Promise.all([schedules.put(late), schedules.put(late)]);
    expect(await started(late)).toEqual([`${late.workflowId}-${suffix(at)}`]);
    const tooLate = wanted({ ...late, id: 'test/too-late', workflowId: 'run/too-late', catchupSeconds: 2 });
    await schedules.put(tooLate);
    const changed = wanted({ ...late, id: 'test/changed', workflowId: 'run/changed', times: cron('0 0 1 1 *', 'UTC') });
    await schedules.put(changed);
    await schedules.put({ ...late, id: 'test/changed', workflowId: 'run/changed', revision: 2 });
    expect(await started(changed)).toEqual([`run/changed-${suffix(at)}`]);
    expect((await schedules.read(tooLate.id))?.recent).toEqual([]);
  });

  test('a paused one does not fire', async () => {
    const paused = wanted({ times: { kind: 'once', at: secondIn(2_000) }, paused: true });
    const control = wanted({ times: paused.times });
    await schedules.put(paused);
    await schedules.put(control);
    expect(await started(control)).toHaveLength(1);
    expect((await schedules.read(paused.id))?.recent).toEqual([]);
  });
});

describe('days on which the clock changes', () => {
  const berlin = 'Europe/Berlin';

  test('a time that does not exist on the spring day is left out that day', async () => {
    expect(await nextTimes(wanted({ times: cron('30 2 * * *', berlin, '2027-03-26T12:00:00Z') }), 3)).toEqual([
      '2027-03-27T01:30',
      '2027-03-29T00:30',
      '2027-03-30T00:30',
    ]);
  });

  test('a time that comes twice on the autumn day fires once east of Greenwich, and twice in America', async () => {
    expect(await nextTimes(wanted({ times: cron('30 2 * * *', berlin, '2027-10-29T12:00:00Z') }), 3)).toEqual([
      '2027-10-30T00:30',
      '2027-10-31T01:30',
      '2027-11-01T01:30',
    ]);
    expect(await nextTimes(wanted({ times: cron('0 * * * *', berlin, '2027-10-30T22:30:00Z') }), 4)).toEqual([
      '2027-10-30T23:00',
      '2027-10-31T00:00',
      '2027-10-31T02:00',
      '2027-10-31T03:00',
    ]);
    const newYork = cron('30 1 * * *', 'America/New_York', '2027-11-06T00:00:00Z');
    expect(await nextTimes(wanted({ times: newYork }), 4)).toEqual([
      '2027-11-06T05:30',
      '2027-11-07T05:30',
      '2027-11-07T06:30',
      '2027-11-08T06:30',
    ]);
  });

  test('other times keep their place on the clock', async () => {
    expect(await nextTimes(wanted({ times: cron('0 9 * * *', berlin, '2027-03-26T12:00:00Z') }), 2)).toEqual([
      '2027-03-27T08:00',
      '2027-03-28T07:00',
    ]);
    expect(await nextTimes(wanted({ times: cron('0 * * * *', berlin, '2027-03-27T23:30:00Z') }), 4)).toEqual([
      '2027-03-28T00:00',
      '2027-03-28T01:00',
      '2027-03-28T02:00',
      '2027-03-28T03:00',
    ]);
  });
});

test('with both kinds of day, a cron line means either', async () => {
  expect(await nextTimes(wanted({ times: cron('0 9 13 * FRI', 'UTC', '2027-08-01T00:00:00Z') }), 4)).toEqual([
    '2027-08-06T09:00',
    '2027-08-13T09:00',
    '2027-08-20T09:00',
    '2027-08-27T09:00',
  ]);
});

test('every call rejects while Temporal is away', async () => {
  const nowhere = createConnection({ address: '127.0.0.1:1', connectTimeoutMs: 200 });
  const lost = createScheduleGateway(new Client({ connection: nowhere.connection, namespace: 'default' }));
  const calls = [lost.put(wanted()), lost.read('test/x'), lost.remove('test/x')];
  expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
  await nowhere.close();
});
