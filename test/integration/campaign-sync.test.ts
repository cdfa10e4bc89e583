import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../config/logger';
import type { CampaignId } from '../../domain/ids';
import { createCampaignSync } from '../../temporal/campaign-sync';
import { createSyncCampaigns } from '../../workers/sync-campaigns';
import { bodyOf, createCampaignApi, type CampaignApi } from '../support/campaign-api';

let api: CampaignApi;
let away = false;
beforeAll(async () => {
  api = await createCampaignApi();
});
afterAll(() => api.close());
beforeEach(() => {
  away = false;
  api.syncs = true;
});

const log = createLogger({ name: 'test', level: 'silent' });
const campaigns = () => api.db.database.stores.campaigns;
/** Temporal as the sync of a test sees it. */
const guarded = () => {
  const gone = () => Promise.reject(new Error('Temporal is away'));
  const { put, remove } = api.schedules;
  return {
    put: (...args: Parameters<typeof put>) => (away ? gone() : put(...args)),
    remove: (id: string) => (away ? gone() : remove(id)),
  };
};
const job = () =>
  createSyncCampaigns({ campaigns: campaigns(), sync: createCampaignSync(campaigns(), guarded()), log });
async function created(change: object = {}): Promise<CampaignId> {
  const { status, body } = await api.shop.post('/v1/campaigns', bodyOf(api, change));
  expect(status).toBe(201);
  return body.id;
}
const read = async (id: string) => (await api.shop.get(`/v1/campaigns/${id}`)).body;
const schedule = (id: string) => api.schedules.read(`campaign/${id}`);
const cron = (line: string) => ({ schedule: { kind: 'cron', cron: line, timezone: 'UTC' } });
const patch = (id: string, body: object) => api.shop.call('patch', `/v1/campaigns/${id}`, body);

test('killed between commit and sync: it is on record, says that it is not in force, and the job of the worker brings it there', async () => {
  api.syncs = false;
  const id = await created();
  expect(await read(id)).toMatchObject({
    schedule: { inForce: false },
    nextFirings: null,
    nextFiringsUnavailable: expect.stringContaining('not reached Temporal'),
  });
  expect(await schedule(id)).toBeUndefined();
  await job()();
  expect((await read(id)).schedule.inForce).toBe(true);
  expect((await read(id)).nextFirings).toHaveLength(10);
});

test('while Temporal is away campaigns are created, changed and deleted all the same, and in force when it is back', async () => {
  away = true;
  api.syncs = false;
  const [kept, deleted] = [await created(), await created()];
  expect((await patch(kept, cron('0 7 1 1 *'))).body).toMatchObject({ revision: 2, schedule: { inForce: false } });
  expect((await api.shop.call('delete', `/v1/campaigns/${deleted}`)).status).toBe(200);
  const sync = job();
  await expect(sync()).rejects.toThrow('Temporal is away');
  away = false;
  for (let tries = 0; tries < 5 && !(await read(kept)).schedule.inForce; tries++) await sync();
  expect(await schedule(kept)).toMatchObject({ revision: 2 });
  expect(await schedule(deleted)).toBeUndefined();
});

test('an answer of Temporal that fails is told as such, and the campaign is shown', async () => {
  const { readSchedule } = api.deps;
  const id = await created();
  (api.deps as { readSchedule: typeof readSchedule }).readSchedule = () => Promise.reject(new Error('away'));
  try {
    expect(await read(id)).toMatchObject({
      nextFirings: null,
      nextFiringsUnavailable: expect.stringContaining('does not answer'),
    });
  } finally {
    (api.deps as { readSchedule: typeof readSchedule }).readSchedule = readSchedule;
  }
});

test('a single time that passed while it was paused is told as missed, also when Temporal knows no Schedule of it any more', async () => {
  const passed = { kind: 'once', at: '2026-01-05T09:00', timezone: 'UTC', recipientTime: false };
  const id = await created({ paused: true });
  await api.db
    .knex('campaigns')
    .where({ id })
    .update({ schedule: JSON.stringify(passed), revision: 2 });
  await job()();
  const missed = expect.stringContaining('2026-01-05T09:00:00.000Z has passed without a run');
  expect(await read(id)).toMatchObject({ nextFirings: [], nextFiringsUnavailable: null, missed });
  await api.schedules.remove(`campaign/${id}`);
  expect(await read(id)).toMatchObject({
    nextFirings: null,
    nextFiringsUnavailable: expect.stringContaining('no schedule of it any more'),
    missed,
  });
});

test('one campaign that cannot be brought in line does not keep the others from it', async () => {
  api.syncs = false;
  const ids = [await created(), await created(), await created()];
  const bad = ids[0];
  const sync = createCampaignSync(campaigns(), guarded());
  const work = createSyncCampaigns({
    campaigns: campaigns(),
    sync: (id) => (id === bad ? Promise.reject(new Error('Temporal refuses it')) : sync(id)),
    log,
  });
  await expect(work()).rejects.toThrow('refuses it');
  await work();
  expect(await Promise.all(ids.map(async (id) => (await read(id)).schedule.inForce))).toEqual([false, true, true]);
  await expect(work()).rejects.toThrow('refuses it');
  await sync(bad!);
});

test('many syncs at once, over changes that come meanwhile, end with the last change in force', async () => {
  const id = await created();
  const sync = createCampaignSync(campaigns(), guarded());
  await Promise.all(
    [1, 2, 3].flatMap((n) =>
      [patch(id, cron(`0 ${n} 1 1 *`)), sync(id), sync(id)].map((one) => one.catch(() => undefined)),
    ),
  );
  await sync(id);
  const last = await read(id);
  expect(last.schedule.inForce).toBe(true);
  expect(await schedule(id)).toMatchObject({ revision: last.revision });
  expect(last.nextFirings[0].slice(11, 13)).toBe(last.schedule.cron.split(' ')[1].padStart(2, '0'));
});

test('a sync that read the campaign before a change does not undo it', async () => {
  const id = await created();
  api.syncs = false;
  await patch(id, cron('0 7 1 1 *'));
  const old = await campaigns().get(id);
  await patch(id, { ...cron('0 8 1 1 *'), paused: true });
  await createCampaignSync(campaigns(), guarded())(id);
  let reads = 0;
  const stale = {
    ...campaigns(),
    get: (one: CampaignId) => (reads++ === 0 ? Promise.resolve(old) : campaigns().get(one)),
  };
  await createCampaignSync(stale, guarded())(id);
  expect(await schedule(id)).toMatchObject({ revision: 3, paused: true });
  expect((await campaigns().get(id))?.syncedRevision).toBe(3);
});

test('a Schedule that a late sync made for a deleted campaign goes again', async () => {
  api.syncs = false;
  const id = await created();
  const old = await campaigns().get(id);
  await api.shop.call('delete', `/v1/campaigns/${id}`);
  const work = job();
  await work();
  expect(await schedule(id)).toBeUndefined();
  // Its process dies before it reads the campaign again.
  const dies = () => Promise.reject(new Error('killed'));
  let reads = 0;
  const killed = { ...campaigns(), get: (_id: CampaignId) => (reads++ === 0 ? Promise.resolve(old) : dies()) };
  await expect(createCampaignSync(killed, guarded())(id)).rejects.toThrow('killed');
  expect(await schedule(id)).toBeDefined();
  await work();
  expect(await schedule(id)).toBeUndefined();
  // A minute after the deletion no sync from before it can be on its way, and the row is left alone.
  await api.db
    .knex('campaigns')
    .where({ id })
    .update({ deleted_at: new Date(Date.now() - 61_000) });
  await work();
  expect((await campaigns().unsynced(100)).map((one) => one.id)).not.toContain(id);
});

test('a single time that passed before its Schedule could be made is made up for', async () => {
  api.syncs = false;
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 1_000).toISOString().replace('.000Z', 'Z');
  const id = await created({ schedule: { kind: 'once', at } });
  await sleep(2_500);
  await job()();
  for (let tries = 0; tries < 100 && (await schedule(id))?.recent.length !== 1; tries++) await sleep(100);
  expect((await schedule(id))?.recent.map(({ workflowId }) => workflowId)).toEqual([`run/${id}-${at}`]);
});
