import fc from 'fast-check';
import { statisticsDays } from '../../api/statistics-days';
import { plainAmount, sumPrices } from '../../domain/price';
import { HOUR_MS, LATENCY_BOUNDS_MS, latencyOf, nextComputation, quantile } from '../../domain/statistics';

describe('quantiles of times in buckets', () => {
  const bucketOf = (ms: number): number => LATENCY_BOUNDS_MS.filter((bound) => bound <= ms).length;
  const countsOf = (times: readonly number[]): number[] => {
    const counts = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
    for (const ms of times) counts[bucketOf(ms)]!++;
    return counts;
  };

  test('lie in the bucket of the time that has that rank, and rise with the rank', () => {
    const times = fc.array(fc.oneof(fc.nat(100), fc.nat(100_000), fc.nat(100_000_000)), { minLength: 1 });
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.9, 0.99), (all, q) => {
        const sorted = [...all].sort((a, b) => a - b);
        const rank = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
        const found = quantile(countsOf(all), q)!;
        const low = LATENCY_BOUNDS_MS[bucketOf(rank) - 1] ?? 0;
        expect(found).toBeGreaterThanOrEqual(low);
        expect(found).toBeLessThanOrEqual(LATENCY_BOUNDS_MS[bucketOf(rank)] ?? low);
        expect(quantile(countsOf(all), 0.99)).toBeGreaterThanOrEqual(quantile(countsOf(all), 0.5)!);
      }),
    );
  });

  test('of four times spread over a bucket half lies in its middle; of none there is none; a day is the most', () => {
    expect(quantile(countsOf([500, 600, 700, 800]), 0.5)).toBe(750);
    expect(quantile(countsOf([]), 0.5)).toBeNull();
    expect(quantile(countsOf([200_000_000]), 0.99)).toBe(86_400_000);
    expect(latencyOf({}, 'accept')).toMatchObject({ count: 0, meanMs: null, p99Ms: null });
    expect(latencyOf({ accept_0: 1, accept_16: 1, accept_ms: 90_000_001 }, 'accept')).toMatchObject({
      ...{ count: 2, meanMs: 45_000_001, p50Ms: 25 },
    });
  });
});

test('an hour is computed every few minutes while it lasts, then ever less often, sooner if something is open', () => {
  const after = (age: number, open: boolean): number => nextComputation(0, HOUR_MS + age, open) - (HOUR_MS + age);
  expect(after(-HOUR_MS, true)).toBe(240_000);
  expect(after(0, false)).toBe(240_000);
  expect(after(16 * HOUR_MS, true)).toBe(2 * HOUR_MS);
  expect(after(16 * HOUR_MS, false)).toBe(8 * HOUR_MS);
});

test('amounts are exact and short', () => {
  expect(plainAmount('0.00750000')).toBe('0.0075');
  expect(plainAmount('12')).toBe('12');
  expect(plainAmount('0')).toBe('0');
  const cents = fc.array(fc.nat(1_000_000));
  fc.assert(
    fc.property(cents, (all) => {
      const text = (n: number): string => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`;
      const sums = sumPrices(all.map((n) => ({ amount: text(n), currency: 'EUR' })));
      const total = all.reduce((sum, n) => sum + n, 0);
      expect(sums).toEqual(all.length === 0 ? [] : [{ amount: plainAmount(text(total)), currency: 'EUR' }]);
    }),
  );
});

describe('local days of whole hours', () => {
  const at = (text: string): number => Date.parse(text);

  test('cover a span without gaps; each hour is in the day in which it begins', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.nat(9_000), fc.integer({ min: 1, max: 400 }), (zone, start, hours) => {
        const from = at('2026-01-01T00:00:00Z') + start * HOUR_MS;
        const days = statisticsDays(from, from + hours * HOUR_MS, zone);
        expect(days[0]?.from).toBe(from);
        expect(days.at(-1)?.until).toBe(from + hours * HOUR_MS);
        for (const [i, day] of days.entries()) {
          if (i > 0) expect(day.from).toBe(days[i - 1]?.until);
          for (let hour = day.from; hour < day.until; hour += HOUR_MS) {
            expect(new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(hour)).toBe(day.day);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('have 23 or 25 hours where clocks change', () => {
    const lengths = (text: string): number[] =>
      statisticsDays(at(text), at(text) + 3 * 24 * HOUR_MS, 'Europe/Berlin').map(
        ({ from, until }) => (until - from) / HOUR_MS,
      );
    expect(lengths('2026-03-27T23:00:00Z').slice(0, 2)).toEqual([24, 23]);
    expect(lengths('2026-10-23T22:00:00Z').slice(0, 2)).toEqual([24, 25]);
  });
});
