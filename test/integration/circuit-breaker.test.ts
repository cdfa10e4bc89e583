import fc from 'fast-check';
import { newId } from '../../domain/ids';
import type { BreakerRule } from '../../domain/rules';
import {
  createCircuitBreaker,
  PROBE_LIMIT_MS,
  type BreakerAnswer,
  type BreakerSubject,
  type CircuitBreaker,
} from '../../limits/circuit-breaker';
import { createOwnRedis } from '../support/own-redis';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const T = Date.UTC(2026, 10, 25, 9);
const RULE: BreakerRule = {
  windowSeconds: 30,
  minAttempts: 10,
  failureShare: 0.5,
  openSeconds: 30,
  maxOpenSeconds: 200,
  rampSeconds: 60,
};

let server: TestRedis;
let breaker: CircuitBreaker;
let account: BreakerSubject;
beforeAll(async () => {
  server = await connectTestRedis();
  breaker = createCircuitBreaker(server.redis, server.newKeys());
});
beforeEach(() => {
  account = { id: newId('acc'), revision: 1 };
});
afterAll(() => {
  server.close();
});

const answer = (kind: BreakerAnswer['kind'], endedAt: number, more: Partial<BreakerAnswer> = {}): BreakerAnswer => ({
  ticket: `${newId('msg')}:1`,
  kind,
  revision: account.revision,
  startedAt: endedAt,
  endedAt,
  words: '421 try later',
  ...more,
});
const answers = (n: number, kind: BreakerAnswer['kind'], endedAt = T): BreakerAnswer[] =>
  Array.from({ length: n }, () => answer(kind, endedAt));
const report = (given: readonly BreakerAnswer[], now = T) => breaker.report(account, RULE, given, now);
const state = async (now = T) => (await breaker.read([account], RULE, now))[0]!;
const open = (now = T) => report(answers(10, 'bad', now), now);
const claim = (now: number, ...tickets: string[]) => breaker.claimProbe(account, tickets, 0, now);
const minutes = (n: number): number => T + n * 60_000;

describe('opening', () => {
  test('an account that nobody has used is closed', async () => {
    expect(await state()).toMatchObject({ state: 'closed', since: 0, attempts: 0, failures: 0 });
  });

  test('it opens at the share of failures, not before enough answers came, and says with what numbers', async () => {
    expect(await report(answers(9, 'bad'))).toBeUndefined();
    expect(await state()).toMatchObject({ state: 'closed', attempts: 9, failures: 9 });
    expect(await report(answers(10, 'good'))).toBeUndefined();
    expect(await report([answer('bad', T + 5, { words: '454 slow down' })], T + 5)).toBe('opened');
    expect(await state(T + 5)).toMatchObject({
      state: 'open',
      since: T + 5,
      until: T + 30_005,
      cause: 'failures',
      attempts: 20,
      failures: 10,
      words: '454 slow down',
    });
  });

  test('failures that are older than the window do not count', async () => {
    await report(answers(9, 'bad'));
    expect(await report([answer('bad', T + 30_000)], T + 30_000)).toBeUndefined();
    expect(await state(T + 30_000)).toMatchObject({ state: 'closed', attempts: 1, failures: 1 });
  });

  test('an answer that is reported again, in the same call or later, counts once', async () => {
    const few = answers(5, 'bad');
    for (let i = 0; i < 4; i++) expect(await report([...few, ...few], T + i)).toBeUndefined();
    expect(await state(T + 4)).toMatchObject({ state: 'closed', attempts: 5, failures: 5 });
    const late = answers(10, 'bad', T - 31_000);
    expect(await report(late)).toBeUndefined();
  });

  test('answers that say nothing about the account do not count', async () => {
    expect(await report(answers(50, 'neutral'))).toBeUndefined();
    expect(await state()).toMatchObject({ state: 'closed', attempts: 0 });
  });

  test('one word of the provider that the account is broken opens it for the longest time, once', async () => {
    const broken = answer('broken', T, { words: '535 5.7.8 bad password' });
    expect(await report([answer('good', T), broken])).toBe('opened');
    expect(await report([answer('broken', T + 3), broken], T + 3)).toBeUndefined();
    expect(await state()).toMatchObject({ state: 'open', cause: 'broken', until: T + 200_000, words: broken.words });
  });

  test('a burst of 2,000 answers in one report counts them all', async () => {
    expect(await report(answers(2_000, 'good'))).toBeUndefined();
    expect(await state()).toMatchObject({ state: 'closed', attempts: 2_000, failures: 0 });
  });

  test('of 50 workers that report at once one is told that it opened', async () => {
    const told = await Promise.all(Array.from({ length: 50 }, () => report([answer('bad', T)])));
    expect(told.filter((became) => became === 'opened')).toHaveLength(1);
  });

  test('accounts do not share anything', async () => {
    await open();
    const other = { id: newId('acc'), revision: 1 };
    expect((await breaker.read([account, other], RULE, T)).map((s) => s.state)).toEqual(['open', 'closed']);
  });
});

describe('the probe', () => {
  test('before its time nobody probes; then one of 50 workers does, and it again when it asks again', async () => {
    await open();
    expect(await claim(T + 29_999, 'm1:1')).toBeUndefined();
    const tickets = Array.from({ length: 50 }, (_, i) => `m${i}:1`);
    const claims = await Promise.all(tickets.map((ticket) => claim(T + 30_000, ticket)));
    const [probe, ...more] = claims.filter((ticket) => ticket !== undefined);
    expect(more).toEqual([]);
    expect(await claim(T + 30_500, ...tickets)).toBe(probe);
    expect(await claim(T + 30_500, 'another:1')).toBeUndefined();
    expect(await state(T + 30_500)).toMatchObject({ state: 'half_open', probe, cause: 'failures' });
  });

  test('a probe whose worker died is given up after its time, and another takes its place', async () => {
    await open();
    await claim(minutes(1), 'm1:1');
    expect(await claim(minutes(1) + PROBE_LIMIT_MS - 1, 'm2:1')).toBeUndefined();
    expect(await claim(minutes(1) + PROBE_LIMIT_MS, 'm2:1')).toBe('m2:1');
    // What the first one says after all is no longer asked for.
    expect(await report([answer('bad', minutes(3), { ticket: 'm1:1' })], minutes(3))).toBeUndefined();
    expect(await state(minutes(3))).toMatchObject({ state: 'half_open', probe: 'm2:1' });
  });

  test('a probe that was not handed over, or is about its recipient only, lets the next one probe at once', async () => {
    await open();
    await claim(minutes(1), 'm1:1');
    await report([answer('neutral', minutes(1) + 10, { ticket: 'm1:1' })], minutes(1) + 10);
    expect(await claim(minutes(1) + 10, 'm2:1')).toBe('m2:1');
  });

  test('answered badly it opens again for twice as long, up to the longest', async () => {
    await open();
    let now = T;
    for (const seconds of [30, 60, 120, 200, 200]) {
      expect((await state(now)).until).toBe(now + seconds * 1000);
      now += seconds * 1000;
      const ticket = (await claim(now, `${newId('msg')}:1`))!;
      const failed = answer('bad', now, { ticket });
      expect(await report([failed], now)).toBe('opened');
      expect(await report([failed], now)).toBeUndefined();
      expect(await state(now)).toMatchObject({ state: 'open', cause: 'probe' });
    }
  });

  test('answered well the account ramps and then is closed; what began before is not held against it', async () => {
    await open();
    await claim(minutes(1), 'm1:1');
    const probe = answer('good', minutes(1) + 100, { ticket: 'm1:1', startedAt: minutes(1) });
    expect(await report([probe], minutes(1) + 100)).toBe('ramping');
    expect(await report([probe], minutes(1) + 200)).toBeUndefined();
    const old = answers(20, 'bad', minutes(1) + 500).map((one) => ({ ...one, startedAt: T }));
    expect(await report(old, minutes(1) + 500)).toBeUndefined();
    expect(await state(minutes(1) + 500)).toMatchObject({ state: 'ramping', since: minutes(1) + 100, attempts: 0 });
    await report([answer('good', minutes(3))], minutes(3));
    expect(await state(minutes(3))).toMatchObject({ state: 'closed', since: minutes(2) + 100, attempts: 1 });
  });

  test('an account that fails while it ramps opens for twice as long; after the ramp for the shortest again', async () => {
    await open();
    await claim(minutes(1), 'm1:1');
    await report([answer('good', minutes(1), { ticket: 'm1:1' })], minutes(1));
    await open(minutes(1) + 5_000);
    expect((await state(minutes(1) + 5_000)).until).toBe(minutes(2) + 5_000);
    await claim(minutes(3), 'm2:1');
    await report([answer('good', minutes(3), { ticket: 'm2:1' })], minutes(3));
    await open(minutes(5));
    expect((await state(minutes(5))).until).toBe(minutes(5) + 30_000);
  });

  test('an account that MySQL calls broken and Redis has forgotten is probed by one', async () => {
    const claims = await Promise.all(['a:1', 'b:1', 'c:1'].map((t) => breaker.claimProbe(account, [t], T - 1, T)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const [ticket] = claims.filter(Boolean) as [string];
    await report([answer('bad', T + 9, { ticket })], T + 9);
    expect(await state(T + 9)).toMatchObject({ state: 'open', cause: 'probe' });
    expect(await breaker.claimProbe(account, ['d:1'], T - 1, T + 10)).toBeUndefined();
  });
});

describe('a change of the account', () => {
  test('begins anew, and answers to the older settings no longer count', async () => {
    await open();
    const old = answers(20, 'bad', T + 10);
    account = { ...account, revision: 2 };
    expect(await state(T + 10)).toMatchObject({ state: 'closed', attempts: 0 });
    expect(await report([...old, answer('broken', T + 10, { revision: 1 })], T + 10)).toBeUndefined();
    expect(await report([answer('good', T + 11)], T + 11)).toBeUndefined();
    expect(await state(T + 11)).toMatchObject({ state: 'closed', attempts: 1, failures: 0 });
  });

  test('is not undone by a worker that has not heard of it yet', async () => {
    account = { ...account, revision: 2 };
    await open();
    const late = { ...account, revision: 1 };
    await breaker.report(late, RULE, [answer('good', T, { revision: 1 })], T + 1);
    expect(await breaker.claimProbe(late, ['m:1'], 0, T + 1)).toBeUndefined();
    expect(await state(T + 1)).toMatchObject({ state: 'open' });
  });
});

test('a pause that the provider asked for is kept, the longest of several, until it is over', async () => {
  const words = '429 too many requests';
  await report([answer('bad', T, { heldUntil: T + 8_000, words }), answer('bad', T, { heldUntil: T + 3_000 })]);
  expect(await state()).toMatchObject({ state: 'closed', heldUntil: T + 8_000, heldWords: words });
  account = { ...account, revision: 2 };
  expect(await state()).toMatchObject({ heldUntil: 0 });
});

test('whatever happens in whatever order, two never probe at once', async () => {
  const step = fc.record({
    pause: fc.integer({ min: 0, max: 50_000 }),
    kind: fc.constantFrom<BreakerAnswer['kind']>('good', 'bad', 'broken', 'neutral'),
    what: fc.constantFrom('claim', 'claim', 'answer', 'burst'),
    ticket: fc.nat(5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      account = { id: newId('acc'), revision: 1 };
      let now = T;
      let probe: { ticket: string; until: number } | undefined;
      for (const { pause, kind, what, ticket } of steps) {
        now += pause;
        if (what === 'claim') {
          const claims = await Promise.all([0, 1, 2].map((n) => claim(now, `${ticket + n}:1`)));
          for (const claimed of claims.filter((one) => one !== undefined)) {
            if (probe && now < probe.until) expect(claimed).toBe(probe.ticket);
            else probe = { ticket: claimed, until: now + PROBE_LIMIT_MS };
          }
        } else if (what === 'answer' && probe) {
          await report([answer(kind, now, { ticket: probe.ticket })], now);
          probe = undefined;
        } else {
          const became = await report(answers(10, kind, now), now);
          if (became === 'opened') probe = undefined;
        }
        const { state: is, probe: holder } = await state(now);
        if (is === 'half_open') expect(holder).toBe(probe?.ticket);
      }
    }),
    { numRuns: 60 },
  );
});

test('while Redis is away every call says so, and what was kept counts afterwards', async () => {
  const own = await createOwnRedis('--appendonly', 'yes', '--appendfsync', 'always');
  await own.start();
  const there = await connectTestRedis(own.url);
  const kept = createCircuitBreaker(there.redis, there.newKeys());
  await kept.report(account, RULE, answers(10, 'bad'), T);
  await own.kill();
  const away = { name: 'RedisAwayError' };
  await expect(kept.report(account, RULE, answers(1, 'bad'), T)).rejects.toMatchObject(away);
  await expect(kept.claimProbe(account, ['m:1'], 0, T)).rejects.toMatchObject(away);
  await expect(kept.read([account], RULE, T)).rejects.toMatchObject(away);
  await own.start();
  while (there.redis.status !== 'ready') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await kept.read([account], RULE, T)).toMatchObject([{ state: 'open' }]);
  there.close();
  await own.remove();
});
