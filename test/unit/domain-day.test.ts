import { isTimezone, localDay, nextLocalMidnight } from '../../domain/day';

const HOUR = 3600_000;
const at = (iso: string): number => Date.parse(iso);

test.each([
  ['Asia/Shanghai', '2026-05-01T15:59:59.999Z', '2026-05-01'],
  ['Asia/Shanghai', '2026-05-01T16:00:00.000Z', '2026-05-02'],
  ['America/Sao_Paulo', '2026-05-01T02:59:59.999Z', '2026-04-30'],
  ['UTC', '2026-12-31T23:59:59.999Z', '2026-12-31'],
  ['Europe/Berlin', '2026-12-31T23:00:00.000Z', '2027-01-01'],
])('the local day in %s at %s is %s', (timezone, iso, day) => {
  expect(localDay(at(iso), timezone)).toBe(day);
});

test.each([
  ['Asia/Shanghai', '2026-05-01T12:00:00Z', '2026-05-01T16:00:00Z'],
  ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ['America/New_York', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
  ['Asia/Kathmandu', '2026-05-01T12:00:00Z', '2026-05-01T18:15:00Z'],
])('in %s the counter of %s starts again at %s', (timezone, iso, expected) => {
  expect(new Date(nextLocalMidnight(at(iso), timezone)).toISOString()).toBe(new Date(expected).toISOString());
});

test('the day on which clocks go forward has 23 hours, the one on which they go back 25', () => {
  const spring = at('2026-03-28T23:00:00Z');
  const autumn = at('2026-10-24T22:00:00Z');
  expect(nextLocalMidnight(spring, 'Europe/Berlin') - spring).toBe(23 * HOUR);
  expect(nextLocalMidnight(autumn, 'Europe/Berlin') - autumn).toBe(25 * HOUR);
});

test('where clocks went forward at midnight, the day began at one', () => {
  const midnight = nextLocalMidnight(at('2018-11-03T12:00:00Z'), 'America/Sao_Paulo');
  expect(new Date(midnight).toISOString()).toBe('2018-11-04T03:00:00.000Z');
});

test('where clocks went back at midnight, the day before lasted an hour longer', () => {
  const midnight = nextLocalMidnight(at('2018-02-17T12:00:00Z'), 'America/Sao_Paulo');
  expect(new Date(midnight).toISOString()).toBe('2018-02-18T03:00:00.000Z');
});

test('Samoa left out 30 December 2011: after the 29th comes the 31st', () => {
  const midnight = nextLocalMidnight(at('2011-12-30T09:00:00Z'), 'Pacific/Apia');
  expect(localDay(midnight - 1, 'Pacific/Apia')).toBe('2011-12-29');
  expect(localDay(midnight, 'Pacific/Apia')).toBe('2011-12-31');
  expect(new Date(midnight).toISOString()).toBe('2011-12-30T10:00:00.000Z');
});

test('at the last millisecond of a day the next one is a millisecond away; at midnight itself a whole day', () => {
  const midnight = at('2026-05-01T16:00:00Z');
  expect(nextLocalMidnight(midnight - 1, 'Asia/Shanghai')).toBe(midnight);
  expect(nextLocalMidnight(midnight, 'Asia/Shanghai')).toBe(midnight + 24 * HOUR);
});

test.each(['Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Apia', 'Australia/Lord_Howe'])(
  'in %s every day of 2026 ends where the next begins',
  (timezone) => {
    let moment = at('2025-12-31T12:00:00Z');
    const days = new Set<string>();
    for (let i = 0; i < 366; i++) {
      const next = nextLocalMidnight(moment, timezone);
      expect(localDay(next - 1, timezone)).toBe(localDay(moment, timezone));
      expect(localDay(next, timezone) > localDay(moment, timezone)).toBe(true);
      days.add(localDay(next, timezone));
      moment = next;
    }
    expect(days.size).toBe(366);
  },
);

test.each(['Asia/Shanghai', 'UTC', 'America/Argentina/Buenos_Aires'])('%s is a time zone', (timezone) => {
  expect(isTimezone(timezone)).toBe(true);
});

test.each(['Mars/Olympus', 'Berlin', '', 'Europe/Berlin ', '../../etc/passwd'])('%j is not a time zone', (timezone) => {
  expect(isTimezone(timezone)).toBe(false);
});

test('zones that are written in many ways are known, and the formats of not all of them are kept', () => {
  const zone = 'America/Argentina/Buenos_Aires';
  const spellings = Array.from({ length: 1_000 }, (_, i) => {
    let bit = 0;
    return zone.toLowerCase().replace(/[a-z]/g, (letter) => ((i >> bit++) & 1 ? letter.toUpperCase() : letter));
  });
  const made = jest.spyOn(Intl, 'DateTimeFormat');
  try {
    expect(spellings.every(isTimezone)).toBe(true);
    const before = made.mock.calls.length;
    isTimezone(spellings.at(-1)!);
    expect(made.mock.calls.length).toBe(before);
    isTimezone(spellings[0]!);
    expect(made.mock.calls.length).toBe(before + 1);
  } finally {
    made.mockRestore();
  }
});
