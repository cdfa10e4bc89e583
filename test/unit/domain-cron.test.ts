import { firstFiring, parseCron } from '../../domain/cron';

const reasonOf = (line: string): string => {
  const parsed = parseCron(line);
  return parsed.ok ? 'fine' : parsed.reason;
};

test.each([
  ['', 'five fields'],
  ['* * * *', 'it has 4'],
  ['0 0 9 * * *', 'it has 6'],
  ['@daily', 'five fields'],
  ['61 * * * *', '0-59'],
  ['0 24 * * *', '0-23'],
  ['0 9 32 * *', '1-31'],
  ['0 9 0 * *', '1-31'],
  ['0 9 * 13 *', '1-12'],
  ['0 9 * * 8', '0-7'],
  ['0 9 * * MOO', 'is no cron line'],
  ['*/0 * * * *', 'is no cron line'],
  ['10-5 * * * *', 'is no cron line'],
  ['0 0 31 2 *', 'is no cron line'],
  ['0 9 L * *', '"L"'],
  ['0 9 15W * *', '"15W"'],
  ['0 9 * * MON#1', '"MON#1"'],
  ['H 9 * * *', '"H"'],
  ['0 9 ? * *', '"?"'],
  ['1.5 9 * * *', '"1.5"'],
  ['every day at nine o', 'is no cron line'],
])('%p is refused: %s', (line, why) => {
  expect(reasonOf(line)).toContain(why);
});

test('a line becomes the numbers of its fields', () => {
  expect(parseCron('*/20 8-9 * JAN,jul MON-WED')).toEqual({
    ok: true,
    calendars: [
      {
        minute: [0, 20, 40],
        hour: [8, 9],
        dayOfMonth: Array.from({ length: 31 }, (_, i) => i + 1),
        month: [1, 7],
        dayOfWeek: [1, 2, 3],
      },
    ],
  });
});

test('0 and 7 are Sunday, once', () => {
  const week = parseCron('0 9 * * 5-7');
  expect(week.ok && week.calendars[0]?.dayOfWeek).toEqual([0, 5, 6]);
  const all = parseCron('0 9 * * 0-7');
  expect(all.ok && all.calendars[0]?.dayOfWeek).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('two kinds of day mean either, but for a field that begins with a star', () => {
  const either = parseCron('0 9 13 * FRI');
  expect(
    either.ok && either.calendars.map(({ dayOfMonth, dayOfWeek }) => [dayOfMonth.length, dayOfWeek.length]),
  ).toEqual([
    [1, 7],
    [31, 1],
  ]);
  const both = parseCron('0 9 */2 * FRI');
  expect(both.ok && both.calendars.map(({ dayOfMonth, dayOfWeek }) => [dayOfMonth.length, dayOfWeek.length])).toEqual([
    [16, 1],
  ]);
});

test('the first firing is by the clock of the zone', () => {
  const after = Date.parse('2026-12-01T08:00:00Z');
  expect(firstFiring('30 9 * * *', 'Europe/Vienna', after)).toBe(Date.parse('2026-12-01T08:30:00Z'));
  expect(firstFiring('30 9 * * *', 'Asia/Shanghai', after)).toBe(Date.parse('2026-12-02T01:30:00Z'));
  expect(firstFiring('nonsense', 'UTC', after)).toBeUndefined();
});
