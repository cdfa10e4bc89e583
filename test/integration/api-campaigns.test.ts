import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignId, RunId } from '../../domain/ids';
import { bodyOf, createCampaignApi, type CampaignApi } from '../support/campaign-api';
import { createTemplate } from '../support/test-api';

let api: CampaignApi;
beforeAll(async () => {
  api = await createCampaignApi();
});
afterAll(() => api.close());

const now = { kind: 'now' };
const paths = { all: '/v1/campaigns', one: (id: string, action = '') => `/v1/campaigns/${id}${action}` };
interface Created {
  readonly id: CampaignId;
  readonly run: { readonly id: RunId };
}
async function created(change: object = {}, headers = {}): Promise<Created> {
  const { status, body } = await api.shop.post(paths.all, bodyOf(api, change), headers);
  expect([status, body.errors]).toEqual([201, undefined]);
  return body;
}
const read = async (id: string) => (await api.shop.get(paths.one(id))).body;
const patch = (id: string, body: object) => api.shop.call('patch', paths.one(id), body);
const schedule = (id: string) => api.schedules.read(`campaign/${id}`);
async function inForce(id: string): Promise<void> {
  for (let tries = 0; tries < 100 && !(await read(id)).schedule.inForce; tries++) await sleep(50);
}

describe('creating', () => {
  test('a cron campaign gets a Schedule, and shows its defaults and next firings', async () => {
    const campaign = await created();
    expect(campaign).toMatchObject({
      appId: api.shop.appId,
      template: { id: api.templateId, key: 'news', version: null },
      audience: api.audienceId,
      variables: {},
      schedule: { kind: 'cron', cron: '30 9 * * *', timezone: 'Europe/Vienna', startAt: null, jitterSeconds: 0 },
      rate: null,
      sendWindow: null,
      pauseOn: { errors: null, share: 0.25, atLeast: 100 },
      overlap: 'skip',
      catchupSeconds: 3600,
      paused: false,
      revision: 1,
      run: null,
      check: { ok: true, recipients: 3 },
    });
    await inForce(campaign.id);
    const full = await read(campaign.id);
    expect(full).toMatchObject({ runs: [], nextFiringsUnavailable: null, skippedByOverlap: 0, missedCatchup: 0 });
    expect(full.schedule.inForce).toBe(true);
    expect(full.nextFirings).toHaveLength(10);
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Vienna', timeStyle: 'short' });
    for (const time of full.nextFirings) expect(clock.format(new Date(time))).toBe('09:30');
  });

  test('a repeated request makes no second campaign and no second run', async () => {
    const headers = { 'Idempotency-Key': 'once-and-only-once' };
    const before = api.runs.length;
    const answers = await Promise.all([1, 2, 3].map(() => created({ schedule: now }, headers)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
    expect(api.runs.length).toBe(before + 1);
  });

  test('now starts a run at once, on record before the answer; a paused one does not', async () => {
    const campaign = await created({
      schedule: now,
      rate: { messages: 5, perSeconds: 1 },
      variables: { city: 'Linz' },
    });
    const run = await api.db.database.stores.runs.get(campaign.run.id);
    expect(run).toMatchObject({
      campaignId: campaign.id,
      lane: 'sms.notice',
      templateVersion: 1,
      total: 3,
      trigger: 'api',
      workflowId: `run/${campaign.run.id}`,
      recipientTime: null,
      state: 'pending',
      variables: { city: 'Linz' },
      settings: { rate: { messages: 5, perSeconds: 1 } },
    });
    expect(api.runs.at(-1)?.id).toBe(run!.id);
    expect(campaign).toMatchObject({ run: { url: `/v1/runs/${run!.id}` }, schedule: { kind: 'now', inForce: true } });
    expect((await read(campaign.id)).runs).toMatchObject([{ id: run!.id, state: 'pending', trigger: 'api' }]);
    expect(await created({ schedule: now, paused: true })).toMatchObject({ run: null });
    expect(await schedule(campaign.id)).toBeUndefined();
  });

  test('once fires by its Schedule: the right workflow, queue and argument, a single time', async () => {
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 4_000).toISOString().replace('.000Z', 'Z');
    const { id } = await created({ schedule: { kind: 'once', at } });
    const workflowId = `run/${id}-${at}`;
    for (let tries = 0; tries < 100 && (await schedule(id))?.recent.length !== 1; tries++) await sleep(200);
    expect(await schedule(id)).toMatchObject({ running: [workflowId], nextTimes: [] });
    const handle = api.workflows.getHandle(workflowId);
    expect(await handle.describe()).toMatchObject({ type: 'runCampaign', taskQueue: 'operations' });
    const { events } = await handle.fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(input!).toString())).toEqual({ campaignId: id });
  });

  test('by the clocks of the recipients it fires when the time comes in UTC+14', async () => {
    const { id } = await created({ schedule: { kind: 'once', at: '2031-05-01T09:00', recipientTime: true } });
    await inForce(id);
    expect((await read(id)).nextFirings).toEqual(['2031-04-30T19:00:00.000Z']);
    const { id: daily } = await created({
      schedule: { kind: 'cron', cron: '0 9 * * *', startAt: '2031-05-01T00:00', recipientTime: true },
    });
    await inForce(daily);
    expect((await read(daily)).nextFirings[0]).toBe('2031-04-30T19:00:00.000Z');
  });

  test('campaigns are listed newest first, and belong to their app', async () => {
    const mine = [await created(), await created()].map(({ id }) => id);
    const { items, pageInfo } = (await api.shop.get(`${paths.all}?limit=1`)).body;
    expect([items[0].id, pageInfo.hasMore]).toEqual([mine[1], true]);
    const next = (await api.shop.get(`${paths.all}?limit=1&after=${pageInfo.after}`)).body;
    expect(next.items[0].id).toBe(mine[0]);
    expect((await api.shop.get(`${paths.all}?after=x`)).status).toBe(422);
    const other = await api.client(await api.db.database.stores.apps.create('other'), 'app');
    for (const [method, action] of [
      ['get', ''],
      ['post', '/trigger'],
      ['post', '/pause'],
      ['delete', ''],
    ] as const) {
      expect((await other.call(method, paths.one(mine[0]!, action))).status).toBe(404);
    }
    expect((await other.get(paths.all)).body.items).toEqual([]);
    expect((await api.admin.get(paths.one(mine[0]!))).status).toBe(200);
    expect((await api.admin.get(`${paths.all}?app=${api.shop.appId}`)).body).toEqual(
      (await api.shop.get(paths.all)).body,
    );
    expect((await api.admin.get(paths.all)).body.items).toEqual([]);
    expect((await api.shop.get(paths.one('cmp_nonsense'))).status).toBe(404);
  });
});

describe('changing', () => {
  test('a new schedule is in force in Temporal when the answer is there', async () => {
    const { id } = await created();
    const change = {
      schedule: { kind: 'cron', cron: '0 7 1 1 *', timezone: 'UTC' },
      name: 'New',
      catchupSeconds: 60,
      overlap: 'allow_all',
    };
    const { status, body } = await patch(id, change);
    expect({ status, body }).toMatchObject({ status: 200 });
    expect(body).toMatchObject({
      name: 'New',
      revision: 2,
      schedule: { cron: '0 7 1 1 *', inForce: true },
      catchupSeconds: 60,
    });
    expect((await schedule(id))?.nextTimes[0]?.toISOString()).toMatch(/-01-01T07:00:00.000Z$/);
    expect((await patch(id, {})).body.revision).toBe(2);
  });

  test('a change is refused when somebody else has changed it meanwhile', async () => {
    const { id } = await created();
    const answers = await Promise.all([1, 2, 3, 4].map((n) => patch(id, { name: `Name ${n}`, expectedRevision: 1 })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'campaign_changed',
      detail: expect.stringContaining('has revision 2, not 1'),
    });
    const all = await Promise.all([1, 2, 3, 4].map((n) => patch(id, { name: `Name ${n}` })));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await api.sync(id);
    expect((await read(id)).revision).toBe(6);
    expect(await schedule(id)).toMatchObject({ revision: 6 });
  });

  test('a run that is going keeps what it began with', async () => {
    const { id, run } = await created({ schedule: now, rate: { messages: 5, perSeconds: 1 } });
    expect(
      (await patch(id, { rate: null, variables: { city: 'Graz' }, sendWindow: { from: '09:00', until: '18:00' } }))
        .body,
    ).toMatchObject({
      rate: null,
      variables: { city: 'Graz' },
      sendWindow: { from: '09:00', until: '18:00', timezone: 'Asia/Shanghai' },
      pauseOn: { share: 0.25 },
    });
    const kept = await api.db.database.stores.runs.get(run.id);
    expect(kept).toMatchObject({
      settings: { rate: { messages: 5, perSeconds: 1 }, sendWindow: null },
      variables: undefined,
    });
  });

  test('a schedule does not become "now", but "now" becomes a schedule', async () => {
    const { id } = await created();
    const { status, body } = await patch(id, { schedule: now });
    expect([status, body.errors[0]]).toEqual([
      422,
      expect.objectContaining({ pointer: '/schedule/kind', code: 'not_by_change' }),
    ]);
    const { id: other } = await created({ schedule: now, paused: true });
    expect((await patch(other, { schedule: now })).status).toBe(200);
    await patch(other, { schedule: { kind: 'cron', cron: '0 9 * * *' } });
    expect(await schedule(other)).toMatchObject({ paused: true });
  });

  test('what it would refuse at creation, it refuses as a change, and keeps what there was', async () => {
    const { id } = await created();
    const email = await createTemplate(api.admin, 'mail', 'email');
    const { status, body } = await patch(id, { template: email, name: 'Other' });
    expect([status, body.errors[0].code]).toEqual([422, 'other_channel']);
    expect(await read(id)).toMatchObject({ revision: 1, name: 'November news' });
    expect((await patch(id, { version: 7 })).body.errors[0]).toMatchObject({ code: 'unknown_version' });
    expect((await patch(id, { version: 1 })).body.template.version).toBe(1);
  });

  test('pause and unpause, each twice', async () => {
    const { id } = await created();
    for (let twice = 0; twice < 2; twice++) {
      expect((await api.shop.post(paths.one(id, '/pause'))).body).toMatchObject({ paused: true, revision: 2 });
      expect(await schedule(id)).toMatchObject({ paused: true });
    }
    expect((await read(id)).nextFirings).toEqual([]);
    for (let twice = 0; twice < 2; twice++) {
      expect((await api.shop.post(paths.one(id, '/unpause'))).body).toMatchObject({ paused: false, revision: 3 });
      expect(await schedule(id)).toMatchObject({ paused: false });
    }
  });

  test('unpausing asks whether it can run: its time, and its template', async () => {
    const { id } = await created({ schedule: { kind: 'once', at: '2031-05-01T09:00' }, paused: true });
    const missed = JSON.stringify({ kind: 'once', at: '2026-01-01T09:00', timezone: 'UTC', recipientTime: false });
    await api.db.knex('campaigns').where({ id }).update({ schedule: missed });
    for (const answer of [await api.shop.post(paths.one(id, '/unpause')), await patch(id, { paused: false })]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'campaign_not_ready']);
      expect(answer.body.detail).toContain('has passed while it was paused');
    }
    const template = await createTemplate(api.admin, 'soon-stopped', 'sms', { text: 'Hello' });
    const { id: other } = await created({ template, paused: true });
    await api.admin.call('post', `/v1/templates/${template}/stop`);
    const { status, body } = await api.shop.post(paths.one(other, '/unpause'));
    expect([status, body.code, body.errors[0].code]).toEqual([409, 'campaign_not_ready', 'template_stopped']);
    expect((await read(other)).paused).toBe(true);
  });
});
