import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/services/ports';
import type { RunningService } from '../../scripts/services/running-service';
import { startTemporal } from '../../scripts/services/temporal';
import { createSystemApi } from '../support/system-api';
import type { Client, TestApi } from '../support/test-api';
import { uploadAudience } from '../support/test-audience';
import { createTestSystem, type TestSystem } from '../support/test-system';

interface Shown {
  readonly schedule: { readonly inForce: boolean };
  readonly missed: string | null;
  readonly missedCatchup: number | null;
}
interface Fired {
  readonly firedAt: string;
  readonly trigger: string;
  readonly state: string;
}

const MINUTE_MS = 60_000;
/** The shortest catch-up there is, in seconds. */
const SHORTEST = 10;

/** Campaigns whose time comes while Temporal is away. */
describe('a Temporal that is stopped before the time of a campaign and started after it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'luminate-downtime-'));
  let temporal: RunningService;
  let system: TestSystem;
  let api: TestApi;
  let shop: Client;
  let start: () => Promise<RunningService>;

  beforeAll(async () => {
    const port = await freePort();
    start = () => startTemporal({ dir, port, log: join(dir, 'temporal.log'), persistent: true });
    temporal = await start();
    system = await createTestSystem({ temporalAddress: temporal.url });
    api = await createSystemApi(system);
    shop = await api.client(system.app, 'app');
  }, 90_000);
  afterAll(async () => {
    await api.close();
    await system.close();
    await temporal.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  const read = async (id: string): Promise<Shown> => (await shop.get(`/v1/campaigns/${id}`)).body;
  const runsOf = async (id: string): Promise<Fired[]> => (await shop.get(`/v1/runs?campaign=${id}`)).body.items;
  const firedAt = async (id: string) => (await runsOf(id)).map((run) => [run.firedAt, run.trigger, run.state]);
  const received = (name: string): number => system.sink.mails.filter(({ to }) => to === `${name}@example.com`).length;
  const reaches = async (time: number): Promise<void> => sleep(Math.max(0, time - Date.now()));
  const iso = (time: number): string => new Date(time).toISOString();
  async function until(what: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 90_000;
    while (!(await what())) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${what.toString()}`);
      await sleep(200);
    }
  }
  async function create(name: string, schedule: object, catchupSeconds: number): Promise<string> {
    const audience = await uploadAudience(api, shop, 'email', `to,order\n${name}@example.com,1`);
    const template = (await system.template({ lane: 'email.marketing' })).id;
    const answer = await shop.post('/v1/campaigns', { name, template, audience, schedule, catchupSeconds });
    expect(answer.status).toBe(201);
    await until(async () => (await read(answer.body.id)).schedule.inForce);
    expect(await read(answer.body.id)).toMatchObject({ nextFirings: expect.any(Array), runs: [], missed: null });
    return answer.body.id;
  }

  it('makes up for what it missed within the catch-up, once and with its own time, and tells what came too late', async () => {
    // Enough of the minute has to be left to create the campaigns and stop the server.
    const left = MINUTE_MS - (Date.now() % MINUTE_MS);
    if (left < 8_000) await sleep(left + 500);
    const minute = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS;
    const once = { kind: 'once', at: iso(minute - 1_000) };
    const cron = { kind: 'cron', cron: '* * * * *', timezone: 'UTC' };
    const ids = {
      once: await create('once', once, 3_600),
      cron: await create('cron', cron, 3_600),
      lateOnce: await create('late-once', once, SHORTEST),
      lateCron: await create('late-cron', cron, SHORTEST),
    };
    await temporal.stop();
    expect(Date.now()).toBeLessThan(minute - 1_000);
    await reaches(minute + (SHORTEST + 1) * 1_000);
    expect(await read(ids.once)).toMatchObject({ nextFiringsUnavailable: 'Temporal does not answer.', missed: null });
    temporal = await start();

    await until(async () => (await firedAt(ids.once)).length > 0 && (await firedAt(ids.cron)).length > 0);
    await until(async () => (await read(ids.lateCron)).missedCatchup === 1);
    expect(await read(ids.lateCron)).toMatchObject({ nextFirings: expect.arrayContaining([iso(minute + MINUTE_MS)]) });
    await until(async () => (await read(ids.lateOnce)).missed !== null);
    expect(await read(ids.lateOnce)).toMatchObject({
      nextFirings: [],
      missedCatchup: 1,
      missed: expect.stringContaining(`${iso(minute - 1_000)} has passed without a run`),
      runs: [],
    });
    expect(await read(ids.once)).toMatchObject({ missed: null, missedCatchup: 0 });
    // The next firing of the crons, after which the earlier ones cannot come any more.
    await until(async () => (await firedAt(ids.lateCron)).some(([, , state]) => state === 'finished'));
    await until(async () => (await firedAt(ids.cron)).filter(([, , state]) => state === 'finished').length > 1);
    const [missed, next] = [iso(minute), iso(minute + MINUTE_MS)];
    expect(await firedAt(ids.once)).toEqual([[iso(minute - 1_000), 'schedule', 'finished']]);
    expect(await firedAt(ids.cron)).toEqual([missed, next].map((at) => [at, 'schedule', 'finished']).reverse());
    expect(await firedAt(ids.lateOnce)).toEqual([]);
    expect(await firedAt(ids.lateCron)).toEqual([[next, 'schedule', 'finished']]);
    expect(['once', 'late-once', 'late-cron'].map(received)).toEqual([1, 0, 1]);
  }, 200_000);
});
