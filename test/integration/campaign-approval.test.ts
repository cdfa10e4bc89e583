import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignId } from '../../domain/ids';
import { requireApproval } from '../support/approvals';
import { bodyOf, createCampaignApi, type CampaignApi } from '../support/campaign-api';
import { createUser, signInAs, type Person } from '../support/people';
import { createTemplate } from '../support/test-api';
import { peopleCsv, uploadAudience } from '../support/test-audience';

const LIMIT = 3;

let api: CampaignApi;
let approver: Person;
/** One recipient more than go without approval, and so many as do. */
let many: string;
let few: string;

beforeAll(async () => {
  api = await createCampaignApi();
  approver = await signInAs(api, await createUser(api, 'approver'));
  few = api.audienceId;
  many = await uploadAudience(api, api.shop, 'sms', peopleCsv(LIMIT + 1));
  await limit(LIMIT);
});
afterAll(() => api.close());

const limit = (campaignsOver: number | null) => requireApproval(api, { campaignsOver });
async function create(change: object = {}) {
  const { status, body } = await api.shop.post('/v1/campaigns', bodyOf(api, { audience: many, ...change }));
  expect([status, body.errors]).toEqual([201, undefined]);
  return body as { id: CampaignId; approval: { id: string }; run: unknown };
}
const read = async (id: string) => (await api.shop.get(`/v1/campaigns/${id}`)).body;
const patch = (id: string, body: object) => api.shop.call('patch', `/v1/campaigns/${id}`, body);
const schedule = (id: string) => api.schedules.read(`campaign/${id}`);
/** The Schedule once it is in force, which is soon after the answer. */
async function inForce(id: string) {
  const deadline = Date.now() + 20_000;
  while (!(await read(id)).schedule.inForce) {
    if (Date.now() > deadline) throw new Error(`the Schedule of ${id} did not come into force`);
    await sleep(20);
  }
  return schedule(id);
}
const approval = async (id: string) => (await api.shop.get(`/v1/approvals/${id}`)).body;
const decide = (id: string, what: string, body: object = {}) =>
  approver.call('post', `/v1/approvals/${id}/${what}`, body);
const runsOf = (id: CampaignId) => api.db.database.stores.runs.list({ campaignId: id, limit: 10 });

/** A campaign that was over the limit, and is approved. */
async function approved(change: object = {}) {
  const created = await create(change);
  expect((await decide(created.approval.id, 'approve')).status).toBe(200);
  return created;
}

describe('a campaign with too many recipients', () => {
  test('waits without a Schedule, cannot be triggered, and fires once it is approved', async () => {
    const check = await api.shop.post('/v1/campaigns/check', bodyOf(api, { audience: many }));
    expect(check.body).toMatchObject({ ok: true, recipients: LIMIT + 1 });
    expect(check.body.warnings).toContainEqual(expect.objectContaining({ code: 'needs_approval' }));
    const created = await create();
    const { id } = created;
    expect(created).toMatchObject({
      ...{ run: null, waitingChange: null, schedule: { inForce: false } },
      approval: { status: 'waiting', code: 10, id: expect.stringMatching(/^apv_/), reason: null },
    });
    expect(await schedule(id)).toBeUndefined();
    expect((await api.shop.post(`/v1/campaigns/${id}/trigger`)).body).toMatchObject({
      ...{ status: 409, code: 'campaign_not_approved', detail: expect.stringContaining(created.approval.id) },
    });
    expect(await runsOf(id)).toEqual([]);
    const told = await approval(created.approval.id);
    expect(told).toMatchObject({ kind: 'campaign', subject: id, appId: api.shop.appId, before: null });
    expect(told.after).toMatchObject({ audience: many, recipients: LIMIT + 1, schedule: { cron: '30 9 * * *' } });

    expect((await decide(created.approval.id, 'approve')).body).toMatchObject({ status: 'approved', code: 20 });
    expect(await read(id)).toMatchObject({ approval: { status: 'approved', code: 20, id: created.approval.id } });
    expect(await inForce(id)).toMatchObject({ paused: false, revision: 2 });
    expect((await api.shop.post(`/v1/campaigns/${id}/trigger`)).status).toBe(201);
  });

  test('with as many as go without it, or with the rule off, does not wait', async () => {
    const small = await create({ audience: few });
    expect(small).toMatchObject({ approval: { status: 'approved', code: 20, id: null } });
    expect(await inForce(small.id)).toBeDefined();
    await limit(null);
    const free = await create();
    await limit(LIMIT);
    expect(await read(free.id)).toMatchObject({ approval: { status: 'approved', id: null } });
  });

  test('that runs at once begins its run with the approval; one that was created paused does not', async () => {
    const started = api.runs.length;
    const first = await create({ schedule: { kind: 'now' } });
    const second = await create({ schedule: { kind: 'now' }, paused: true });
    expect([first.run, api.runs.length]).toEqual([null, started]);
    await decide(first.approval.id, 'approve');
    await decide(second.approval.id, 'approve');
    expect(api.runs.slice(started)).toMatchObject([{ campaignId: first.id, total: LIMIT + 1, state: 'pending' }]);
  });

  test('rejected says why; a change asks anew, and a small one needs no approval', async () => {
    const { id, approval: first } = await create();
    await decide(first.id, 'reject', { reason: 'wrong list' });
    expect(await read(id)).toMatchObject({ approval: { status: 'rejected', code: 30, reason: 'wrong list' } });
    expect((await api.shop.post(`/v1/campaigns/${id}/trigger`)).body.code).toBe('campaign_not_approved');
    const asked = await patch(id, { name: 'Other' });
    expect([asked.status, asked.body.status]).toEqual([202, 'waiting']);
    expect(await read(id)).toMatchObject({ name: 'Other', approval: { status: 'waiting', id: asked.body.id } });
    expect((await patch(id, { audience: few })).status).toBe(200);
    expect(await read(id)).toMatchObject({ audience: few, approval: { status: 'approved', id: null } });
    expect(await inForce(id)).toBeDefined();
    expect(await approval(asked.body.id)).toMatchObject({ status: 'replaced' });
    expect((await decide(asked.body.id, 'approve')).body.code).toBe('approval_decided');
  });

  test('whose time has passed is told so, and goes on waiting until it has another one', async () => {
    const { id, approval: asked } = await create({
      schedule: { kind: 'once', at: '2099-01-01T00:00', timezone: 'UTC' },
    });
    const past = { kind: 'once', at: '2020-01-01T00:00', timezone: 'UTC', recipientTime: false };
    await api.db
      .knex('campaigns')
      .where({ id })
      .update({ schedule: JSON.stringify(past) });
    const change = JSON.stringify({ change: { schedule: past }, revision: 1, starts: false });
    await api.db.knex('approvals').where({ id: asked.id }).update({ requested: change });
    const answer = (await decide(asked.id, 'approve')).body;
    expect(answer).toMatchObject({ status: 409, code: 'campaign_not_ready', errors: [{ code: 'in_the_past' }] });
    expect(await read(id)).toMatchObject({ approval: { status: 'waiting' }, revision: 1 });
    const anew = await patch(id, { schedule: { kind: 'once', at: '2099-01-01T00:00', timezone: 'UTC' } });
    expect((await decide(anew.body.id, 'approve')).status).toBe(200);
  });

  test('what cannot run any more is not approved', async () => {
    const template = await createTemplate(api.admin, 'gone', 'sms', { text: 'Hello' });
    const { id, approval: asked } = await create({ template });
    await api.admin.call('delete', `/v1/templates/${template}`);
    expect((await decide(asked.id, 'approve')).body).toMatchObject({ status: 409, code: 'campaign_not_ready' });
    expect(await read(id)).toMatchObject({ approval: { status: 'waiting' } });
  });

  test('deleted while it waits is withdrawn', async () => {
    const { id, approval: asked } = await create();
    expect((await api.shop.call('delete', `/v1/campaigns/${id}`)).status).toBe(200);
    expect(await approval(asked.id)).toMatchObject({ status: 'withdrawn' });
    expect((await decide(asked.id, 'approve')).body.code).toBe('approval_decided');
  });

  test('whoever dies between commit and Temporal leaves nothing that fires too early, or never', async () => {
    api.syncs = false;
    const { id, approval: asked } = await create();
    const unsynced = async () => (await api.db.database.stores.campaigns.unsynced(1_000)).map((one) => one.id);
    await api.sync(id);
    expect(await schedule(id)).toBeUndefined();
    await decide(asked.id, 'approve');
    api.syncs = true;
    expect(await schedule(id)).toBeUndefined();
    expect(await unsynced()).toContain(id);
    await api.sync(id);
    expect(await schedule(id)).toMatchObject({ revision: 2 });
  });
});

describe('a change of an approved campaign', () => {
  test('waits while the campaign goes on as it is, and is made when it is approved', async () => {
    const { id } = await approved();
    const more = await uploadAudience(api, api.shop, 'sms', peopleCsv(LIMIT + 2));
    const asked = await patch(id, { audience: more, schedule: { kind: 'cron', cron: '0 7 * * *' } });
    expect([asked.status, asked.body.kind]).toEqual([202, 'campaign']);
    const now = (await read(id)) as { audience: string; revision: number };
    expect(now).toMatchObject({ audience: many, waitingChange: asked.body.id, approval: { status: 'approved' } });
    expect(await inForce(id)).toMatchObject({ revision: now.revision });
    expect(await approval(asked.body.id)).toMatchObject({
      before: { audience: many, recipients: LIMIT + 1, schedule: { cron: '30 9 * * *' } },
      after: { audience: more, recipients: LIMIT + 2, schedule: { cron: '0 7 * * *' } },
    });
    expect((await api.shop.post(`/v1/campaigns/${id}/trigger`)).status).toBe(201);
    expect(api.runs.at(-1)).toMatchObject({ audienceId: many });
    expect((await decide(asked.body.id, 'approve')).status).toBe(200);
    expect(await read(id)).toMatchObject({ audience: more, waitingChange: null, schedule: { cron: '0 7 * * *' } });
    expect(await inForce(id)).toMatchObject({ revision: now.revision + 1 });
  });

  test('of a small one to many recipients waits; one back to few replaces it', async () => {
    const { id } = await create({ audience: few });
    const asked = await patch(id, { audience: many });
    expect(asked.status).toBe(202);
    expect((await patch(id, { name: 'Small' })).status).toBe(200);
    expect(await read(id)).toMatchObject({ name: 'Small', audience: few, waitingChange: null });
    expect(await approval(asked.body.id)).toMatchObject({ status: 'replaced' });
  });

  test('of two the newer one counts, and nobody approves both', async () => {
    const { id } = await approved();
    const [first, second] = [await patch(id, { name: 'First' }), await patch(id, { name: 'Second' })];
    const answers = [await decide(first.body.id, 'approve'), await decide(second.body.id, 'approve')];
    expect(answers.map(({ status }) => status)).toEqual([409, 200]);
    expect(await read(id)).toMatchObject({ name: 'Second' });
  });

  test('never keeps it from being paused, and does not undo that', async () => {
    const { id } = await approved({ paused: true });
    const asked = await patch(id, { name: 'Go', paused: false });
    expect(asked.status).toBe(202);
    for (const action of ['unpause', 'pause']) {
      expect((await api.shop.post(`/v1/campaigns/${id}/${action}`)).status).toBe(200);
    }
    await decide(asked.body.id, 'approve');
    expect(await read(id)).toMatchObject({ name: 'Go', paused: true });
    const unpaused = await patch(id, { paused: false });
    expect([unpaused.status, unpaused.body.paused]).toEqual([200, false]);
    const both = await patch(id, { name: 'Rest', paused: true });
    expect(both.status).toBe(202);
    expect(await read(id)).toMatchObject({ name: 'Go', paused: true, waitingChange: both.body.id });
  });

  test('by two editors and an approver at once leaves one outcome', async () => {
    const { id } = await create({ audience: few });
    const asked = await patch(id, { audience: many });
    const [small, big, decided] = await Promise.all([
      patch(id, { name: 'Small' }),
      patch(id, { audience: many, name: 'Big' }),
      decide(asked.body.id, 'approve'),
    ]);
    expect([200, 409]).toContain(decided.status);
    expect(big.status).toBe(202);
    expect([200, 202]).toContain(small.status);
    const now = await read(id);
    expect(now.audience).toBe(decided.status === 200 ? many : few);
  });
});
