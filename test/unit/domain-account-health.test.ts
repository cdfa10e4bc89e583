import fc from 'fast-check';
import {
  healthOf,
  isProbeDue,
  rampShare,
  rampTime,
  takes,
  type BreakerState,
  type HealthSubject,
} from '../../domain/account-health';
import { newId } from '../../domain/ids';

const T = Date.UTC(2026, 10, 25, 9);
const RULE = { maxOpenSeconds: 300, rampSeconds: 60 };
const account = newId('acc');
const auto = { mode: 'auto', note: null, at: null } as const;
const fine: HealthSubject = { parked: null, override: auto };
const parked = (at: number): HealthSubject => ({ ...fine, parked: { at: new Date(at), reason: '535 no' } });
const breaker = (more: Partial<BreakerState> = {}): BreakerState => ({
  state: 'closed',
  since: 0,
  until: 0,
  probe: '',
  cause: 'failures',
  words: '421 try later',
  attempts: 20,
  failures: 14,
  heldUntil: 0,
  heldWords: '',
  ...more,
});

describe('the ramp', () => {
  const ramp = fc.record({ rampMs: fc.integer({ min: 0, max: 3_600_000 }), times: fc.array(fc.nat(4_000_000)) });

  test('begins at a tenth, never falls, ends at everything', () => {
    expect(rampShare(T, 60_000, T)).toBeCloseTo(0.1);
    expect(rampShare(T, 60_000, T - 500)).toBeCloseTo(0.1);
    expect(rampShare(T, 60_000, T + 30_000)).toBeCloseTo(0.55);
    expect(rampShare(T, 60_000, T + 60_000)).toBe(1);
    fc.assert(
      fc.property(ramp, ({ rampMs, times }) => {
        const shares = times.sort((a, b) => a - b).map((time) => rampShare(T, rampMs, T + time));
        for (const [i, share] of shares.entries()) {
          expect(share).toBeGreaterThanOrEqual(shares[i - 1] ?? 0.1);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('takes a message from its time on, and not by more than a slice sooner', () => {
    for (let n = 0; n < 500; n++) {
      const id = newId('msg');
      const at = rampTime(id, account, T, 60_000);
      const takesAt = (now: number) =>
        takes(healthOf(fine, breaker({ state: 'ramping', since: T }), RULE, now), id, account);
      expect(takesAt(at + 1)).toBe(true);
      if (at - 3_001 > T) expect(takesAt(at - 3_001)).toBe(false);
    }
  });

  test('lets through the share that it says, in at most 21 slices', () => {
    const ids = Array.from({ length: 4_000 }, () => newId('msg'));
    const half = healthOf(fine, breaker({ state: 'ramping', since: T }), RULE, T + 30_000);
    expect(ids.filter((id) => takes(half, id, account)).length / ids.length).toBeCloseTo(0.55, 1);
    const times = ids.map((id) => rampTime(id, account, T, 60_000));
    expect(new Set(times).size).toBeLessThanOrEqual(21);
    expect(times.filter((time) => time === T).length / ids.length).toBeCloseTo(0.1, 1);
    expect(Math.max(...times)).toBe(T + 60_000);
  });
});

describe('one notion of health', () => {
  test.each([
    ['nothing known', fine, undefined, { state: 'closed', share: 1, because: null }],
    ['closed', fine, breaker(), { state: 'closed', share: 1, attempts: 20, failures: 14 }],
    [
      'open',
      fine,
      breaker({ state: 'open', since: T - 9, until: T + 9 }),
      {
        state: 'open',
        since: T - 9,
        until: T + 9,
        share: 0,
        because: '14 of 20 answers were failures, the last: 421 try later',
      },
    ],
    [
      'a failed probe',
      fine,
      breaker({ state: 'open', cause: 'probe' }),
      { because: 'its probe failed: 421 try later' },
    ],
    ['half open', fine, breaker({ state: 'half_open', until: T + 9 }), { state: 'half_open', share: 0 }],
    ['held', fine, breaker({ heldUntil: T + 5, heldWords: '429' }), { state: 'held', until: T + 5, share: 0 }],
    ['held until now', fine, breaker({ heldUntil: T }), { state: 'closed', share: 1 }],
    [
      'held while it ramps',
      fine,
      breaker({ state: 'ramping', since: T, heldUntil: T + 5 }),
      { state: 'held', share: 0 },
    ],
    ['a ramp that is over', fine, breaker({ state: 'ramping', since: T - 60_000 }), { state: 'closed', share: 1 }],
    ['parked', parked(T - 1_000), breaker(), { state: 'open', until: T + 299_000, share: 0 }],
    ['parked, Redis away', parked(T - 1_000), undefined, { because: 'its provider calls it broken: 535 no', share: 0 }],
    ['parked long ago, Redis away: anybody may try', parked(T - 300_000), undefined, { share: 1 }],
    ['parked, and back since', parked(T - 1_000), breaker({ state: 'ramping', since: T - 500 }), { state: 'ramping' }],
    ['parked, and closed since', parked(T - 1_000), breaker({ since: T - 500 }), { state: 'closed' }],
    ['parked, and probed', parked(T - 1_000), breaker({ state: 'half_open', since: T - 5 }), { state: 'half_open' }],
  ] as const)('%s', (_what, subject, known, expected) => {
    expect(healthOf(subject, known, RULE, T)).toMatchObject(expected);
  });

  test("an operator's word comes before everything, also while Redis is away", () => {
    const at = new Date(T - 5);
    const open = { ...parked(T), override: { mode: 'open', note: 'moving to another host', at } } as const;
    const closed = { ...parked(T), override: { mode: 'closed', note: null, at } } as const;
    for (const known of [undefined, breaker({ state: 'open', until: T + 9 }), breaker({ heldUntil: T + 9 })]) {
      expect(healthOf(open, known, RULE, T)).toMatchObject({
        state: 'open',
        share: 0,
        since: T - 5,
        until: null,
        because: 'an operator took it out of use: moving to another host',
      });
      expect(healthOf(closed, known, RULE, T)).toMatchObject({ state: 'closed', share: 1, since: T - 5 });
    }
  });

  test('a probe is due when the time of an open account, or of its last probe, is over; never against an operator', () => {
    const due = (subject: HealthSubject, known: BreakerState | undefined) =>
      isProbeDue(healthOf(subject, known, RULE, T), T);
    expect(due(fine, breaker({ state: 'open', until: T }))).toBe(true);
    expect(due(fine, breaker({ state: 'open', until: T + 1 }))).toBe(false);
    expect(due(fine, breaker({ state: 'half_open', until: T }))).toBe(true);
    expect(due(fine, breaker({ state: 'half_open', until: T + 1 }))).toBe(false);
    expect(due(parked(T - 300_000), breaker())).toBe(true);
    expect(due(fine, breaker({ state: 'ramping', since: T }))).toBe(false);
    const open = { ...fine, override: { mode: 'open', note: null, at: new Date(T) } } as const;
    expect(due(open, breaker({ state: 'open', until: T }))).toBe(false);
  });
});
