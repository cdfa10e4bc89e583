import { openRun } from '../../activities/runs/open-run';
import type { RunDeps } from '../../activities/runs/deps';
import type { CampaignId } from '../../domain/ids';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';
import { peopleCsv, uploadAudience } from '../support/test-audience';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

/** What becomes of the firings of a daily campaign at these moments, one after the other, each run at an end before the next. */
async function fire(timezone: string, times: readonly string[]) {
  const template = await createTemplate(api.admin, `daily-${timezone.toLowerCase().replace('/', '-')}`, 'sms', {
    text: 'Hello',
  });
  const audience = await uploadAudience(api, api.shop, 'sms', peopleCsv(1));
  const schedule = { kind: 'cron', cron: '30 1 * * *', timezone };
  const { body } = await api.shop.post('/v1/campaigns', { name: 'Daily', template, audience, schedule });
  const campaignId: CampaignId = body.id;
  const { stores } = api.db.database;
  const ends = [];
  for (const time of times) {
    const firing = { workflowId: `run/${campaignId}-${time}`, firedAt: Date.parse(time) };
    const { runId } = await openRun({ stores } as unknown as RunDeps, { campaignId }, firing);
    await stores.runs.apply(runId, 'finish');
    const { state, reason } = (await stores.runs.get(runId))!;
    ends.push(reason ?? state);
  }
  return ends;
}

test('where a time comes twice the campaign runs once, whichever of the two the Schedule fires at', async () => {
  expect(
    await fire('America/New_York', [
      '2027-11-06T05:30:00Z',
      '2027-11-07T05:30:00Z',
      '2027-11-07T06:30:00Z',
      '2027-11-08T06:30:00Z',
    ]),
  ).toEqual(['finished', 'finished', 'clock_put_back', 'finished']);
  expect(await fire('Europe/London', ['2027-10-30T00:30:00Z', '2027-10-31T01:30:00Z', '2027-11-01T01:30:00Z'])).toEqual(
    ['finished', 'finished', 'finished'],
  );
});
