import { setTimeout as sleep } from 'node:timers/promises';
import { createSystemApi } from '../support/system-api';
import type { Client, TestApi } from '../support/test-api';
import { uploadAudience } from '../support/test-audience';
import { createTestSystem, type TestSystem } from '../support/test-system';

interface Body {
  readonly id: string;
  readonly state: string;
  readonly firedAt: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}
interface Shown {
  readonly schedule: { readonly inForce: boolean };
  readonly skippedByOverlap: number | null;
}

const MINUTE_MS = 60_000;
const RECIPIENTS = 4;
/** Slow enough to pause a run before it has sent to all. */
const RATE = { messages: 1, perSeconds: 3 };

/** Campaigns that fire every minute, over three minutes. */
describe('a cron campaign with API and worker', () => {
  let system: TestSystem;
  let api: TestApi;
  let shop: Client;

  beforeAll(async () => {
    system = await createTestSystem();
    api = await createSystemApi(system);
    shop = await api.client(system.app, 'app');
  }, 90_000);
  afterAll(async () => {
    await api.close();
    await system.close();
  });

  const read = async (id: string): Promise<Shown> => (await shop.get(`/v1/campaigns/${id}`)).body;
  /** Oldest first. */
  const runsOf = async (id: string): Promise<Body[]> =>
    (await shop.get(`/v1/runs?campaign=${id}`)).body.items.reverse();
  const firings = async (id: string) => (await runsOf(id)).map((run) => [run.firedAt, run.state]);
  const runOf = async (id: string): Promise<Body> => (await shop.get(`/v1/runs/${id}`)).body;
  const received = (name: string): string[] => system.sink.mails.flatMap(({ to }) => (to.startsWith(name) ? to : []));
  const addresses = (name: string): string[] => Array.from({ length: RECIPIENTS }, (_, i) => `${name}${i}@example.com`);
  const upload = (name: string): Promise<string> =>
    uploadAudience(api, shop, 'email', ['to,order', ...addresses(name).map((to, i) => `${to},${i}`)].join('\n'));
  const iso = (time: number): string => new Date(time).toISOString();
  const reaches = async (time: number): Promise<void> => sleep(Math.max(0, time - Date.now()));
  async function until(what: () => Promise<boolean>, tell = async () => ''): Promise<void> {
    const deadline = Date.now() + 90_000;
    while (!(await what())) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${what.toString()} ${await tell()}`);
      await sleep(100);
    }
  }
  async function create(name: string, more: object = {}): Promise<string> {
    const template = (await system.template({ lane: 'email.marketing' })).id;
    const schedule = { kind: 'cron', cron: '* * * * *', timezone: 'UTC' };
    const body = { name, template, audience: await upload(name), schedule, rate: RATE };
    const answer = await shop.post('/v1/campaigns', { ...body, ...more });
    expect(answer.status).toBe(201);
    await until(async () => (await read(answer.body.id)).schedule.inForce);
    return answer.body.id;
  }
  const ask = async (run: string, what: 'pause' | 'resume'): Promise<void> => {
    expect((await shop.post(`/v1/runs/${run}/${what}`, {})).status).toBe(200);
  };
  async function setPaused(campaign: string, paused: boolean): Promise<void> {
    expect((await shop.post(`/v1/campaigns/${campaign}/${paused ? 'pause' : 'unpause'}`)).body).toMatchObject({
      paused,
    });
    await until(async () => (await read(campaign)).schedule.inForce);
  }
  const ofRun = async (run: string) => [await runOf(run), (await shop.get(`/v1/messages?run=${run}`)).body];
  const ended = (run: string): Promise<void> =>
    until(
      async () => (await runOf(run)).state === 'finished',
      async () => JSON.stringify(await ofRun(run), null, 1),
    );
  /** What there is to know of a campaign that does not do what it should. */
  async function story(campaign: string): Promise<string> {
    const all = [await read(campaign), await system.deps.gateway.schedules.read(`campaign/${campaign}`)];
    const runs = await Promise.all((await runsOf(campaign)).map(({ id }) => ofRun(id)));
    return JSON.stringify([...all, ...runs], null, 1);
  }
  /** Its first run, paused before it could send to all; it is of the Schedule, and of this minute. */
  async function firstRun(campaign: string, minute: number): Promise<string> {
    await until(async () => (await runsOf(campaign)).some(({ state }) => state === 'running'));
    const [run] = await runsOf(campaign);
    await ask(run!.id, 'pause');
    expect(await runOf(run!.id)).toMatchObject({ state: 'paused', trigger: 'schedule', firedAt: iso(minute) });
    return run!.id;
  }

  async function leavesOut(campaign: string, [first, second, third]: readonly number[]): Promise<void> {
    const run = await firstRun(campaign, first!);
    await reaches(second!);
    await until(async () => (await read(campaign)).skippedByOverlap === 1);
    expect(await firings(campaign)).toEqual([[iso(first!), 'paused']]);
    await ask(run, 'resume');
    await ended(run);
    expect(await runOf(run)).toMatchObject({ counts: { sent: RECIPIENTS } });
    expect(received('left-out').sort()).toEqual(addresses('left-out'));
    await reaches(third!);
    await until(async () => (await firings(campaign)).length === 2);
    expect((await firings(campaign))[1]![0]).toBe(iso(third!));
    expect(await read(campaign)).toMatchObject({ skippedByOverlap: 1, missedCatchup: 0 });
  }

  async function keepsOne(campaign: string, [first, second, third]: readonly number[]): Promise<void> {
    const run = await firstRun(campaign, first!);
    await reaches(third!);
    await until(async () => (await read(campaign)).skippedByOverlap === 1);
    expect(await firings(campaign)).toEqual([[iso(first!), 'paused']]);
    await ask(run, 'resume');
    await until(async () => (await firings(campaign)).length === 2);
    await until(async () => Boolean((await runsOf(campaign))[1]?.startedAt));
    const [before, next] = await runsOf(campaign);
    expect([before!.state, next!.firedAt]).toEqual(['finished', iso(second!)]);
    expect(Date.parse(next!.startedAt)).toBeGreaterThanOrEqual(Date.parse(before!.finishedAt));
    await ended(next!.id);
    expect(await firings(campaign)).toEqual([
      [iso(first!), 'finished'],
      [iso(second!), 'finished'],
    ]);
  }

  async function takesNewAudience(campaign: string, [first, second]: readonly number[]): Promise<void> {
    const run = await firstRun(campaign, first!);
    const change = { audience: await upload('new'), rate: null };
    expect((await shop.call('patch', `/v1/campaigns/${campaign}`, change)).status).toBe(200);
    await ask(run, 'resume');
    await ended(run);
    expect(await runOf(run)).toMatchObject({ counts: { sent: RECIPIENTS }, settings: { rate: RATE } });
    expect(received('old').sort()).toEqual(addresses('old'));
    expect(received('new')).toEqual([]);
    await reaches(second!);
    await until(
      async () => (await firings(campaign)).some(([at, state]) => at === iso(second!) && state === 'finished'),
      () => story(campaign),
    );
    const [, next] = await runsOf(campaign);
    expect(next).toMatchObject({ audienceId: change.audience, settings: { rate: null }, counts: { sent: RECIPIENTS } });
    expect(received('old')).toHaveLength(RECIPIENTS);
    expect(received('new').sort()).toEqual(addresses('new'));
  }

  async function isDeleted(campaign: string, [first, , third]: readonly number[]): Promise<void> {
    const run = await firstRun(campaign, first!);
    const { status, body } = await shop.call('delete', `/v1/campaigns/${campaign}`);
    expect([status, body.openRuns]).toEqual([200, [{ id: run, url: `/v1/runs/${run}` }]]);
    await ask(run, 'resume');
    await ended(run);
    expect(received('deleted').sort()).toEqual(addresses('deleted'));
    await until(async () => !(await system.deps.gateway.schedules.read(`campaign/${campaign}`)));
    await reaches(third! + 5_000);
    expect(await firings(campaign)).toEqual([[iso(first!), 'finished']]);
    expect(received('deleted')).toHaveLength(RECIPIENTS);
  }

  async function runsBoth(campaign: string, [first, second]: readonly number[]): Promise<void> {
    const run = await firstRun(campaign, first!);
    await reaches(second!);
    await until(async () =>
      (await firings(campaign)).some(([at, state]) => at === iso(second!) && state === 'running'),
    );
    expect(await runOf(run)).toMatchObject({ state: 'paused' });
    expect(await read(campaign)).toMatchObject({ skippedByOverlap: 0 });
    expect((await shop.call('delete', `/v1/campaigns/${campaign}`)).status).toBe(200);
    await ask(run, 'resume');
    await ended(run);
  }

  async function waitsForHand(campaign: string, byHand: string, [first]: readonly number[]): Promise<void> {
    await reaches(first!);
    await until(async () => (await runsOf(campaign)).length === 2);
    await sleep(10_000);
    const [, fired] = await runsOf(campaign);
    expect(fired).toMatchObject({ trigger: 'schedule', firedAt: iso(first!), state: 'pending', imported: 0 });
    await ask(byHand, 'resume');
    await ended(byHand);
    await ended(fired!.id);
    const [hand, next] = await runsOf(campaign);
    expect(Date.parse(next!.startedAt)).toBeGreaterThanOrEqual(Date.parse(hand!.finishedAt));
    expect((await shop.call('delete', `/v1/campaigns/${campaign}`)).status).toBe(200);
  }

  async function sleepsOver(campaign: string, [first, second]: readonly number[]): Promise<void> {
    await reaches(first! + 5_000);
    await setPaused(campaign, false);
    await reaches(second!);
    await until(async () => (await firings(campaign)).length > 0);
    expect((await firings(campaign)).map(([at]) => at)).toEqual([iso(second!)]);
    await setPaused(campaign, true);
  }

  it('fires by its Schedule; what comes while a run goes is left out or kept, by its overlap; changed and deleted meanwhile', async () => {
    // Enough of the minute has to be left to create them all.
    const left = MINUTE_MS - (Date.now() % MINUTE_MS);
    if (left < 15_000) await sleep(left + 500);
    const first = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS;
    const campaigns = [
      await create('left-out'),
      await create('kept', { overlap: 'buffer_one' }),
      await create('old'),
      await create('deleted'),
      await create('both', { overlap: 'allow_all' }),
      await create('by-hand', { overlap: 'buffer_one' }),
      await create('asleep'),
    ] as const;
    const byHand = (await shop.post(`/v1/campaigns/${campaigns[5]}/trigger`)).body.run.id;
    await ask(byHand, 'pause');
    await setPaused(campaigns[6], true);
    expect(Date.now()).toBeLessThan(first);
    const minutes = [first, first + MINUTE_MS, first + 2 * MINUTE_MS];
    await reaches(first);
    await Promise.all([
      leavesOut(campaigns[0], minutes),
      keepsOne(campaigns[1], minutes),
      takesNewAudience(campaigns[2], minutes),
      isDeleted(campaigns[3], minutes),
      runsBoth(campaigns[4], minutes),
      waitsForHand(campaigns[5], byHand, minutes),
      sleepsOver(campaigns[6], minutes),
    ]);
  }, 280_000);
});
