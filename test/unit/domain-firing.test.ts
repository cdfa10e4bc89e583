import type { CampaignSchedule } from '../../domain/campaign';
import {
  earlierTwin,
  firingsOf,
  momentOfTime,
  readTime,
  recipientTimeOf,
  scheduleIdOf,
  zoneOf,
} from '../../domain/firing';
import { newId } from '../../domain/ids';

const iso = (text: string, timezone: string): string => {
  const read = readTime(text, timezone);
  return read.kind === 'moment' ? new Date(read.at).toISOString() : read.kind;
};

test.each([
  ['2026-12-01T09:00', 'Europe/Vienna', '2026-12-01T08:00:00.000Z'],
  ['2026-12-01T09:00:30', 'Europe/Vienna', '2026-12-01T08:00:30.000Z'],
  ['2026-12-01T09:00+08:00', 'Europe/Vienna', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01T09:00:00Z', 'Asia/Kolkata', '2026-12-01T09:00:00.000Z'],
  ['2027-03-28T02:30', 'Europe/Berlin', 'local_gap'],
  ['2027-03-28T02:30', 'Europe/London', '2027-03-28T01:30:00.000Z'],
  ['2027-03-28T02:30Z', 'Europe/Berlin', '2027-03-28T02:30:00.000Z'],
  ['2027-03-14T02:00', 'America/New_York', 'local_gap'],
  // Comes twice: the first of the two.
  ['2027-10-31T02:30', 'Europe/Berlin', '2027-10-31T00:30:00.000Z'],
  // A whole day that Samoa skipped.
  ['2011-12-30T12:00', 'Pacific/Apia', 'local_gap'],
  ['2027-02-29T09:00', 'UTC', 'not_a_time'],
  ['2027-02-30T09:00', 'UTC', 'not_a_time'],
  ['2027-13-01T09:00', 'UTC', 'not_a_time'],
  ['2027-01-01T24:00', 'UTC', 'not_a_time'],
  ['2027-01-01T09:00+25:00', 'UTC', 'not_a_time'],
  ['2027-01-01 09:00', 'UTC', 'not_a_time'],
  ['2027-01-01', 'UTC', 'not_a_time'],
  ['tomorrow', 'UTC', 'not_a_time'],
])('%s in %s is %s', (text, timezone, expected) => {
  expect(iso(text, timezone)).toBe(expected);
});

test('a time that was checked before keeps its moment, and one that fell into a gap since is its end', () => {
  expect(momentOfTime('2026-12-01T09:00', 'UTC')).toBe(Date.parse('2026-12-01T09:00Z'));
  expect(momentOfTime('2027-03-28T02:30', 'Europe/Berlin')).toBe(Date.parse('2027-03-28T01:00Z'));
  expect(() => momentOfTime('soon', 'UTC')).toThrow('soon is not a time');
});

test('by the clocks of the recipients it fires in the first zone, and tells the local time', () => {
  const once = { kind: 'once', at: '2026-12-01T09:00', timezone: 'Europe/Vienna', recipientTime: true } as const;
  const at = momentOfTime(once.at, zoneOf(once));
  expect(new Date(at).toISOString()).toBe('2026-11-30T19:00:00.000Z');
  expect(recipientTimeOf(once, at)).toBe('2026-12-01T09:00');
  const plain: CampaignSchedule = { ...once, recipientTime: false };
  expect(zoneOf({ ...once, recipientTime: false })).toBe('Europe/Vienna');
  expect(recipientTimeOf(plain, at)).toBeNull();
  expect(recipientTimeOf({ kind: 'now' }, at)).toBeNull();
});

test('names say whose they are', () => {
  const id = newId('cmp');
  expect([scheduleIdOf(id), firingsOf(id)]).toEqual([`campaign/${id}`, `run/${id}`]);
});

test.each([
  ['America/New_York', '2027-11-07T06:30Z', '2027-11-07T05:30Z'],
  ['America/New_York', '2027-11-07T05:30Z', undefined],
  ['America/New_York', '2027-11-08T05:30:00.400Z', undefined],
  ['America/New_York', '2027-11-07T07:30Z', undefined],
  ['Europe/Berlin', '2027-10-31T01:30Z', '2027-10-31T00:30Z'],
  ['Europe/Berlin', '2027-03-28T01:30Z', undefined],
  // A clock that is put back by half an hour.
  ['Australia/Lord_Howe', '2027-04-03T15:15Z', '2027-04-03T14:45Z'],
])('in %s the time of %s came before at %s', (timezone, at, twin) => {
  const cron: CampaignSchedule = {
    kind: 'cron',
    cron: '30 1 * * *',
    timezone,
    startAt: null,
    endAt: null,
    jitterSeconds: 0,
    recipientTime: false,
  };
  expect(earlierTwin(cron, Date.parse(at))).toBe(twin && Date.parse(twin));
  expect(earlierTwin({ ...cron, recipientTime: true }, Date.parse(at))).toBeUndefined();
});
