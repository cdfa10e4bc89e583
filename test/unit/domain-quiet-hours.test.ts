import fc from 'fast-check';
import { quietUntil } from '../../domain/quiet-hours';

const NIGHT = { from: '00:00', until: '08:00', resumeAt: '09:00' };
const at = (text: string): number => Date.parse(text);
const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('the night of the ancestor: 00:00 to 08:00, released at 09:00', () => {
  const shanghai = (time: string) => iso(quietUntil(at(`2026-11-25T${time}+08:00`), 'Asia/Shanghai', NIGHT));

  test.each(['00:00:00', '00:00:00.001', '01:00:00', '07:59:59', '07:59:59.999'])('%s is night', (time) => {
    expect(shanghai(time)).toBe('2026-11-25T01:00:00.000Z');
  });
  test.each(['08:00:00', '09:00:00', '12:00:00', '23:00:00', '23:59:59.999'])('%s is not', (time) => {
    expect(shanghai(time)).toBeUndefined();
  });
});

describe('quiet hours over midnight', () => {
  const hours = { from: '21:30', until: '07:00', resumeAt: '08:15' };
  test.each([
    ['2026-11-25T21:29:59Z', undefined],
    ['2026-11-25T21:30:00Z', '2026-11-26T08:15:00.000Z'],
    ['2026-11-26T03:00:00Z', '2026-11-26T08:15:00.000Z'],
    ['2026-11-26T06:59:59Z', '2026-11-26T08:15:00.000Z'],
    ['2026-11-26T07:00:00Z', undefined],
  ])('at %s: until %s', (now, until) => {
    expect(iso(quietUntil(at(now), 'UTC', hours))).toBe(until);
  });
});

describe('days on which the clock changes', () => {
  test('Vienna in spring: the night is an hour shorter, 09:00 is 07:00 UTC', () => {
    // 2026-03-29: 02:00 becomes 03:00.
    expect(iso(quietUntil(at('2026-03-29T00:30:00Z'), 'Europe/Vienna', NIGHT))).toBe('2026-03-29T07:00:00.000Z');
    expect(iso(quietUntil(at('2026-03-28T23:30:00Z'), 'Europe/Vienna', NIGHT))).toBe('2026-03-29T07:00:00.000Z');
    expect(quietUntil(at('2026-03-29T06:00:00Z'), 'Europe/Vienna', NIGHT)).toBeUndefined();
  });
  test('Vienna in autumn: the night is an hour longer, 09:00 is 08:00 UTC', () => {
    // 2026-10-25: 03:00 becomes 02:00.
    expect(iso(quietUntil(at('2026-10-24T22:30:00Z'), 'Europe/Vienna', NIGHT))).toBe('2026-10-25T08:00:00.000Z');
    expect(iso(quietUntil(at('2026-10-25T06:30:00Z'), 'Europe/Vienna', NIGHT))).toBe('2026-10-25T08:00:00.000Z');
  });
  test('a resume time that the clock skips: the moment of the change', () => {
    const hours = { from: '00:00', until: '02:00', resumeAt: '02:30' };
    expect(iso(quietUntil(at('2026-03-29T00:10:00Z'), 'Europe/Vienna', hours))).toBe('2026-03-29T01:00:00.000Z');
  });
  test('a resume time that the clock shows twice: the first time', () => {
    const hours = { from: '00:00', until: '02:00', resumeAt: '02:30' };
    expect(iso(quietUntil(at('2026-10-24T23:00:00Z'), 'Europe/Vienna', hours))).toBe('2026-10-25T00:30:00.000Z');
  });
  test('Apia, which skipped 2011-12-30 as a whole', () => {
    const hours = { from: '22:00', until: '07:00', resumeAt: '09:00' };
    // 2011-12-29 23:00 at UTC-10 is followed, an hour later, by 2011-12-31 00:00 at UTC+14.
    expect(iso(quietUntil(at('2011-12-30T09:00:00Z'), 'Pacific/Apia', hours))).toBe('2011-12-30T19:00:00.000Z');
  });
});

test('whenever it is quiet, waiting ends later, within two days, outside of quiet hours, and not before the hour named', () => {
  const zones = fc.constantFrom(
    'Asia/Shanghai',
    'Europe/Vienna',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'UTC',
  );
  fc.assert(
    fc.property(zones, fc.integer({ min: at('2026-01-01'), max: at('2027-12-31') }), (zone, now) => {
      const until = quietUntil(now, zone, NIGHT);
      if (until === undefined) return;
      expect(until).toBeGreaterThan(now);
      expect(until - now).toBeLessThanOrEqual(48 * 3600_000);
      expect(quietUntil(until, zone, NIGHT)).toBeUndefined();
      const shown = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' }).format(until);
      expect(shown).toBe('09:00');
    }),
  );
});
