import { missedTime } from '../../api/missed-time';
import type { Campaign, CampaignSchedule } from '../../domain/campaign';

const AT = Date.UTC(2027, 5, 1, 7);
const SECOND = 1_000;
const MARGIN = 30 * SECOND;
const ONCE: CampaignSchedule = {
  kind: 'once',
  at: '2027-06-01T09:00',
  timezone: 'Europe/Vienna',
  recipientTime: false,
};

const campaignWith = (schedule: CampaignSchedule, catchupSeconds = 60): Campaign =>
  ({ schedule, catchupSeconds }) as unknown as Campaign;

test('a single time is missed when its catch-up has passed, and not before', () => {
  const campaign = campaignWith(ONCE);
  expect(missedTime(campaign, [], AT + 60 * SECOND + MARGIN - 1)).toBeNull();
  expect(missedTime(campaign, [], AT + 60 * SECOND + MARGIN)).toMatch(
    /^2027-06-01T07:00:00\.000Z has passed without a run: .* within 60 s .* give it another time\.$/,
  );
});

test('one that fired is not missed, another firing does not count', () => {
  const now = AT + 3600 * SECOND;
  expect(missedTime(campaignWith(ONCE), [new Date(AT)], now)).toBeNull();
  expect(missedTime(campaignWith({ ...ONCE, at: '2027-06-01T09:00:00.700' }), [new Date(AT)], now)).toBeNull();
  expect(missedTime(campaignWith(ONCE), [new Date(AT - 3600 * SECOND)], now)).not.toBeNull();
});

test('with recipientTime it is the moment in the first zone', () => {
  const first = Date.UTC(2027, 4, 31, 19);
  const campaign = campaignWith({ ...ONCE, recipientTime: true });
  expect(missedTime(campaign, [], first + 60 * SECOND + MARGIN)).toContain('2027-05-31T19:00:00.000Z');
  expect(missedTime(campaign, [new Date(first)], AT + 3600 * SECOND)).toBeNull();
});

test('nothing is said of other schedules', () => {
  const cron = { kind: 'cron', cron: '0 9 * * *', timezone: 'UTC' } as unknown as CampaignSchedule;
  expect(missedTime(campaignWith(cron), [], AT * 2)).toBeNull();
  expect(missedTime(campaignWith({ kind: 'now' }), [], AT * 2)).toBeNull();
});
