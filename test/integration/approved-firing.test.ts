import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignId } from '../../domain/ids';
import { requireApproval } from '../support/approvals';
import { createUser, signInAs, type Person } from '../support/people';
import { createSystemApi } from '../support/system-api';
import type { Client, TestApi } from '../support/test-api';
import { uploadAudience } from '../support/test-audience';
import { createTestSystem, type TestSystem } from '../support/test-system';

const LEAD_MS = 8_000;

describe('campaigns under approval with API and worker', () => {
  let system: TestSystem;
  let api: TestApi;
  let shop: Client;
  let approver: Person;

  beforeAll(async () => {
    system = await createTestSystem();
    api = await createSystemApi(system);
    shop = await api.client(system.app, 'app');
    approver = await signInAs(api, await createUser(api, 'approver'));
    await requireApproval(api, { campaignsOver: 2 });
  }, 90_000);
  afterAll(async () => {
    await api.close();
    await system.close();
  });

  const upload = (name: string, count: number) =>
    uploadAudience(
      api,
      shop,
      'email',
      ['to,order', ...Array.from({ length: count }, (_, i) => `${name}${i}@example.com,${i}`)].join('\n'),
    );
  const received = (name: string) => system.sink.mails.flatMap(({ to }) => (to.startsWith(name) ? to : [])).length;
  const states = async (id: CampaignId) =>
    (await system.db.database.stores.runs.list({ campaignId: id, limit: 5 })).map(({ state, reason }) => [
      state,
      reason,
    ]);

  test('at their time only what is approved goes out, as it was approved', async () => {
    const template = (await system.template({ lane: 'email.marketing' })).id;
    const at = new Date(Math.ceil((Date.now() + LEAD_MS) / 1_000) * 1_000).toISOString().slice(0, 19);
    const create = async (name: string, count: number) => {
      const schedule = { kind: 'once', at, timezone: 'UTC' };
      const body = { name, template, audience: await upload(name, count), schedule };
      const answer = await shop.post('/v1/campaigns', body);
      expect([answer.status, answer.body.errors]).toEqual([201, undefined]);
      return answer.body as { id: CampaignId; approval: { id: string } };
    };
    const approve = async (id: string) => {
      expect((await approver.call('post', `/v1/approvals/${id}/approve`, {})).status).toBe(200);
    };
    const waits = await create('waits', 3);
    const goes = await create('goes', 3);
    await approve(goes.approval.id);
    const edited = await create('old', 2);
    const change = await shop.call('patch', `/v1/campaigns/${edited.id}`, { audience: await upload('new', 3) });
    expect(change.status).toBe(202);
    // As if a Schedule were there of a campaign that nobody has approved.
    const stray = await create('stray', 2);
    await system.db.knex('campaigns').where({ id: stray.id }).update({ approved: false });

    const deadline = Date.now() + LEAD_MS + 60_000;
    const done = async () =>
      (await Promise.all([goes, edited, stray].map(({ id }) => states(id)))).every(([run]) =>
        ['finished', 'skipped'].includes(run?.[0] ?? ''),
      );
    while (!(await done())) {
      if (Date.now() > deadline) throw new Error('the campaigns did not fire');
      await sleep(200);
    }
    expect(await states(goes.id)).toEqual([['finished', null]]);
    expect(await states(edited.id)).toEqual([['finished', null]]);
    expect(await states(stray.id)).toEqual([['skipped', 'campaign_not_approved']]);
    expect(await states(waits.id)).toEqual([]);
    expect(['goes', 'old', 'new', 'stray', 'waits'].map(received)).toEqual([3, 2, 0, 0, 0]);

    await approve(change.body.id);
    const again = await shop.post(`/v1/campaigns/${edited.id}/trigger`);
    expect([again.status, again.body.check.recipients]).toEqual([201, 3]);
  }, 120_000);
});
