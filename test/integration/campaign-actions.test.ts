import type { CampaignId, RunId } from '../../domain/ids';
import { bodyOf, createCampaignApi, type CampaignApi } from '../support/campaign-api';
import { createTemplate } from '../support/test-api';
import { peopleCsv, uploadAudience } from '../support/test-audience';

let api: CampaignApi;
beforeAll(async () => {
  api = await createCampaignApi();
});
afterAll(() => api.close());

interface Created {
  readonly id: CampaignId;
  readonly run: { readonly id: RunId };
}
const now = { kind: 'now' };
const paths = { all: '/v1/campaigns', one: (id: string, action = '') => `/v1/campaigns/${id}${action}` };
async function created(change: object = {}): Promise<Created> {
  const { status, body } = await api.shop.post(paths.all, bodyOf(api, change));
  expect([status, body.errors]).toEqual([201, undefined]);
  return body;
}
const read = async (id: string) => (await api.shop.get(paths.one(id))).body;
const patch = (id: string, body: object) => api.shop.call('patch', paths.one(id), body);
const schedule = (id: string) => api.schedules.read(`campaign/${id}`);
async function end(id: RunId): Promise<void> {
  const { runs } = api.db.database.stores;
  expect([await runs.apply(id, 'begin'), await runs.apply(id, 'finish')]).toEqual([true, true]);
}

describe('triggering', () => {
  test('a second run while one is going is refused with its name, and possible after its end', async () => {
    const { id, run } = await created({ schedule: now });
    const { status, body } = await api.shop.post(paths.one(id, '/trigger'));
    expect([status, body.code]).toEqual([409, 'run_in_progress']);
    expect(body.detail).toContain(run.id);
    await end(run.id);
    const again = await api.shop.post(paths.one(id, '/trigger'));
    expect([again.status, again.get('Location')]).toEqual([201, again.body.run.url]);
    expect(api.runs.at(-1)?.id).toBe(again.body.run.id);
  });

  test('of ten at once, one makes a run', async () => {
    const { id } = await created({ paused: true });
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.shop.post(paths.one(id, '/trigger'))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
    expect(await api.db.database.stores.runs.openOf(id)).toHaveLength(1);
  });

  test('with allow_all each makes one, and with an Idempotency-Key the same one', async () => {
    const { id } = await created({ overlap: 'allow_all' });
    const headers = { 'Idempotency-Key': `trigger-${id}` };
    const [a, b, c] = await Promise.all(
      [headers, headers, {}].map((header) => api.shop.post(paths.one(id, '/trigger'), {}, header)),
    );
    expect(a!.body.run.id).toBe(b!.body.run.id);
    expect(c!.body.run.id).not.toBe(a!.body.run.id);
    expect(await api.db.database.stores.runs.openOf(id)).toHaveLength(2);
  });

  test('what cannot run is not run', async () => {
    const template = await createTemplate(api.admin, 'to-delete', 'sms', { text: 'Hello' });
    const { id } = await created({ template });
    await api.admin.call('delete', `/v1/templates/${template}`);
    const { status, body } = await api.shop.post(paths.one(id, '/trigger'));
    expect([status, body.code, body.errors[0].code]).toEqual([409, 'campaign_not_ready', 'unknown_template']);
    expect(await api.db.database.stores.runs.openOf(id)).toEqual([]);
    expect((await read(id)).template.key).toBe('to-delete');
  });
});

describe('deleting', () => {
  test('it fires no more and is not found any more; a run that is going goes on and is named; twice', async () => {
    const { id } = await created();
    const { run } = (await api.shop.post(paths.one(id, '/trigger'))).body;
    for (let twice = 0; twice < 2; twice++) {
      const { status, body } = await api.shop.call('delete', paths.one(id));
      expect([status, body]).toEqual([
        200,
        { id, deleted: true, openRuns: [{ id: run.id, url: `/v1/runs/${run.id}` }] },
      ]);
    }
    expect(await schedule(id)).toBeUndefined();
    expect(await api.db.database.stores.runs.get(run.id)).toMatchObject({ state: 'pending' });
    for (const action of ['/trigger', '/pause', '/unpause']) {
      expect((await api.shop.post(paths.one(id, action))).status).toBe(404);
    }
    expect((await api.shop.get(paths.one(id))).status).toBe(404);
    expect((await patch(id, { name: 'x' })).status).toBe(404);
    expect(
      (await api.shop.get(`${paths.all}?limit=200`)).body.items.map((one: { id: string }) => one.id),
    ).not.toContain(id);
  });

  test('an audience that a campaign uses cannot be deleted, and can after it', async () => {
    const audience = await uploadAudience(api, api.shop, 'sms', peopleCsv(2));
    const { id } = await created({ audience });
    expect((await api.shop.call('delete', `/v1/audiences/${audience}`)).status).toBe(409);
    await api.shop.call('delete', paths.one(id));
    expect((await api.shop.call('delete', `/v1/audiences/${audience}`)).status).toBeLessThan(300);
  });
});
