import { localDay, nextLocalMidnight } from '../../domain/day';
import { createDayClock } from '../../domain/day-clock';

test.each(['Asia/Shanghai', 'Europe/Vienna', 'America/Los_Angeles', 'UTC'])(
  'the day clock of %s agrees with the calendar at any moment, in any order',
  (timezone) => {
    const dayOf = createDayClock(timezone);
    // Two weeks around a clock change, in jumps that visit each day several times and out of order.
    for (let i = 0; i < 200; i++) {
      const at = Date.UTC(2026, 9, 18) + ((i * 7919 * 60_000) % (14 * 86_400_000));
      expect(dayOf(at)).toMatchObject({ day: localDay(at, timezone), endsAt: nextLocalMidnight(at, timezone) });
    }
  },
);

test('the last millisecond of a day and the first of the next are different days', () => {
  const dayOf = createDayClock('Asia/Shanghai');
  const midnight = Date.UTC(2026, 10, 23, 16);
  expect(dayOf(midnight - 1).day).toBe('2026-11-23');
  expect(dayOf(midnight).day).toBe('2026-11-24');
  expect(dayOf(midnight - 1)).toMatchObject({ day: '2026-11-23', endsAt: midnight });
});
