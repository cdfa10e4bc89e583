import fc from 'fast-check';
import { newId, type MessageId } from '../../domain/ids';
import { createDedupGate, type DedupGate, type GateItem, type GateVerdict } from '../../limits/dedup-gate';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const T = Date.UTC(2026, 10, 23, 4);
const resetsAt = T + 12 * 3600_000;
let server: TestRedis;
let gate: DedupGate;

beforeAll(async () => {
  server = await connectTestRedis();
});
beforeEach(() => {
  gate = createDedupGate(server.redis, server.newKeys());
});
afterAll(() => {
  server.close();
});

const item = (over: Partial<GateItem> = {}): GateItem => ({
  messageId: newId('msg'),
  channel: 'sms',
  address: '+8613788881111',
  contentKey: 'c1',
  window: { max: 1, windowSeconds: 300 },
  cap: null,
  ...over,
});
const capped = (over: Partial<GateItem> = {}): GateItem =>
  item({ window: null, cap: { max: 5, day: '2026-11-23', resetsAt }, ...over });
const times = <V>(n: number, make: (i: number) => V): V[] => Array.from({ length: n }, (_, i) => make(i));
const check = async (one: GateItem, now: number): Promise<GateVerdict> => (await gate.check([one], now))[0]!;
const words = (verdicts: GateVerdict[]): string[] => verdicts.map((v) => v.verdict);

describe('content window', () => {
  test('one in 300 s: blocked until the last millisecond, free when the accepted one is 300 s old', async () => {
    const blocked = { verdict: 'deduplicated', acceptedAt: T, freeAt: T + 300_000, count: 1, max: 1 };
    expect(await check(item(), T)).toEqual({ verdict: 'pass' });
    expect(await check(item(), T)).toEqual(blocked);
    expect(await check(item(), T + 1)).toEqual(blocked);
    expect(await check(item(), T + 299_999)).toEqual(blocked);
    expect(await check(item(), T + 300_000)).toEqual({ verdict: 'pass' });
  });

  test('two in 300 s: the window slides over the accepted ones', async () => {
    const window = { max: 2, windowSeconds: 300 };
    const at = (ms: number): Promise<GateVerdict> => check(item({ window }), T + ms);
    expect((await at(0)).verdict).toBe('pass');
    expect((await at(100_000)).verdict).toBe('pass');
    expect(await at(200_000)).toMatchObject({ verdict: 'deduplicated', count: 2, acceptedAt: T, freeAt: T + 300_000 });
    expect((await at(300_000)).verdict).toBe('pass');
    expect(await at(399_999)).toMatchObject({ verdict: 'deduplicated', freeAt: T + 400_000 });
    expect((await at(400_000)).verdict).toBe('pass');
  });

  test('a limit that was lowered frees a slot only when enough of the accepted ones are too old', async () => {
    for (const ms of [0, 1000, 2000]) await check(item({ window: { max: 3, windowSeconds: 300 } }), T + ms);
    const verdict = await check(item(), T + 3000);
    expect(verdict).toEqual({ verdict: 'deduplicated', acceptedAt: T + 2000, freeAt: T + 302_000, count: 3, max: 1 });
    expect((await check(item(), T + 301_999)).verdict).toBe('deduplicated');
    expect((await check(item(), T + 302_000)).verdict).toBe('pass');
  });

  test('other content and other windows are not affected; without a window nothing is', async () => {
    expect((await check(item(), T)).verdict).toBe('pass');
    expect((await check(item({ contentKey: 'c2' }), T)).verdict).toBe('pass');
    expect((await check(item({ window: null }), T)).verdict).toBe('pass');
    expect((await check(item({ window: null }), T)).verdict).toBe('pass');
  });

  test('a message that asks again passes again and is counted once', async () => {
    const first = item({ window: { max: 2, windowSeconds: 300 } });
    expect(await check(first, T)).toEqual({ verdict: 'pass' });
    expect(await check(first, T + 5000)).toEqual({ verdict: 'pass' });
    expect((await check(item({ window: { max: 2, windowSeconds: 300 } }), T + 6000)).verdict).toBe('pass');
    // The second question has not moved the first one's time.
    expect((await check(item({ window: { max: 2, windowSeconds: 300 } }), T + 300_000)).verdict).toBe('pass');
  });

  test('two equal messages of one batch: the first passes, the second is blocked, again and again', async () => {
    const batch = [item(), item(), item({ contentKey: 'c2' })];
    for (const now of [T, T, T + 1000]) {
      expect(words(await gate.check(batch, now))).toEqual(['pass', 'deduplicated', 'pass']);
    }
  });

  test('a worker whose clock is behind is blocked by what another one recorded', async () => {
    expect((await check(item(), T)).verdict).toBe('pass');
    expect((await check(item(), T - 2000)).verdict).toBe('deduplicated');
    expect((await check(item(), T + 300_000)).verdict).toBe('pass');
    expect((await check(item(), T + 299_000)).verdict).toBe('deduplicated');
  });

  test('50 equal messages at once: exactly one passes', async () => {
    const verdicts = await Promise.all(times(50, () => check(item(), T)));
    expect(words(verdicts).filter((word) => word === 'pass')).toHaveLength(1);
  });

  test('what Redis keeps goes away by itself after the window', async () => {
    const keys = server.newKeys();
    await createDedupGate(server.redis, keys).check([item()], T);
    const left = await server.redis.pttl(keys.content(0, 'c1'));
    expect(left).toBeGreaterThan(300_000);
    expect(left).toBeLessThanOrEqual(360_000);
  });
});

describe('daily cap', () => {
  test('five pass, the sixth is capped, another address or channel or day is not', async () => {
    const verdicts = await gate.check(
      times(6, () => capped()),
      T,
    );
    expect(verdicts.slice(0, 5)).toEqual(times(5, (i) => ({ verdict: 'pass', capUsed: i + 1 })));
    expect(verdicts[5]).toEqual({ verdict: 'capped', used: 5, max: 5, resetsAt });
    expect(await check(capped({ address: '+8613788881112' }), T)).toEqual({ verdict: 'pass', capUsed: 1 });
    expect(await check(capped({ channel: 'email' }), T)).toEqual({ verdict: 'pass', capUsed: 1 });
    const tomorrow = { max: 5, day: '2026-11-24', resetsAt: resetsAt + 86_400_000 };
    expect(await check(capped({ cap: tomorrow }), resetsAt)).toEqual({ verdict: 'pass', capUsed: 1 });
  });

  test('a batch asked again gets the same verdicts with the same numbers', async () => {
    const batch = times(7, () => capped());
    const first = await gate.check(batch, T);
    expect(await gate.check(batch, T + 60_000)).toEqual(first);
  });

  test('50 messages at once: exactly five pass', async () => {
    const verdicts = await Promise.all(times(50, () => check(capped(), T)));
    expect(words(verdicts).filter((word) => word === 'pass')).toHaveLength(5);
  });

  test('the count lasts until the reset and a little longer', async () => {
    const keys = server.newKeys();
    await createDedupGate(server.redis, keys).check([capped()], resetsAt - 1);
    const left = await server.redis.pttl(keys.cap(0, 'sms', '+8613788881111', '2026-11-23'));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_001);
  });
});

describe('both rules', () => {
  const cap = { max: 5, day: '2026-11-23', resetsAt };

  test('after five sends equal messages are both capped: the first is not recorded in the window', async () => {
    await gate.check(
      times(5, () => capped()),
      T,
    );
    expect(words(await gate.check([item({ cap }), item({ cap })], T))).toEqual(['capped', 'capped']);
    expect((await check(item(), T)).verdict).toBe('pass');
  });

  test('a deduplicated message uses nothing up', async () => {
    await gate.check([item({ cap }), ...times(9, () => item({ cap }))], T);
    expect(await check(capped(), T)).toEqual({ verdict: 'pass', capUsed: 2 });
  });

  test('a message that passed long ago and asks again after another took its place returns its number', async () => {
    const early = item({ cap });
    expect(await check(early, T)).toEqual({ verdict: 'pass', capUsed: 1 });
    expect(await check(item({ cap }), T + 300_000)).toEqual({ verdict: 'pass', capUsed: 2 });
    expect((await check(early, T + 300_001)).verdict).toBe('deduplicated');
    expect(await check(capped(), T + 300_001)).toEqual({ verdict: 'pass', capUsed: 2 });
  });

  test('a repeated question after midnight does not count for the new day', async () => {
    const late = item({ cap });
    await check(late, resetsAt - 1);
    const tomorrow = { max: 5, day: '2026-11-24', resetsAt: resetsAt + 86_400_000 };
    expect((await check({ ...late, cap: tomorrow }, resetsAt + 1)).verdict).toBe('pass');
    expect(await check(capped({ cap: tomorrow }), resetsAt + 2)).toEqual({ verdict: 'pass', capUsed: 1 });
  });

  test('what is given back is free for others, in both rules, however often it is given back', async () => {
    const passed = times(5, (i) => item({ cap, contentKey: `k${i}` }));
    await gate.check(passed, T);
    expect((await check(item({ cap, contentKey: 'k0' }), T)).verdict).toBe('deduplicated');
    await gate.giveBack(passed.slice(0, 1));
    await gate.giveBack(passed.slice(0, 1));
    expect(await check(item({ cap, contentKey: 'k0' }), T)).toEqual({ verdict: 'pass', capUsed: 5 });
    expect((await check(item({ cap, contentKey: 'k9' }), T)).verdict).toBe('capped');
  });
});

test('messages that no rule binds pass, take no place, and leave the others theirs', async () => {
  const free = item({ window: null });
  const bound = [item(), item(), capped()];
  const verdicts = await gate.check([free, bound[0]!, free, bound[1]!, bound[2]!, free], T);
  expect(verdicts).toEqual([
    { verdict: 'pass' },
    { verdict: 'pass' },
    { verdict: 'pass' },
    expect.objectContaining({ verdict: 'deduplicated', count: 1 }),
    { verdict: 'pass', capUsed: 1 },
    { verdict: 'pass' },
  ]);
  expect(await gate.check([free, free], T)).toEqual([{ verdict: 'pass' }, { verdict: 'pass' }]);
});

test('2,000 items of many addresses in one call are judged as one by one', async () => {
  const cap = { max: 2, day: '2026-11-23', resetsAt };
  const items = times(2000, (i) => item({ address: `user${i % 700}@example.com`, contentKey: `k${i}`, cap }));
  const verdicts = await gate.check(items, T);
  expect(verdicts.map((v) => v.verdict)).toEqual(times(2000, (i) => (i < 1400 ? 'pass' : 'capped')));
});

test('64 shards give the verdicts of one shard', async () => {
  const asked = fc.record({ who: fc.nat(5), what: fc.nat(2), pause: fc.nat(4000), again: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { maxLength: 30 }), async (questions) => {
      const gates = [
        createDedupGate(server.redis, server.newKeys(1)),
        createDedupGate(server.redis, server.newKeys(64)),
      ];
      let now = T;
      let last: MessageId = newId('msg');
      const batches = questions.map(({ who, what, pause, again }) => {
        if (!again) last = newId('msg');
        const window = { max: 2, windowSeconds: 10 };
        const cap = { max: 4, day: 'd', resetsAt };
        return {
          now: (now += pause),
          one: item({ messageId: last, address: `u${who}`, contentKey: `${who}/${what}`, window, cap }),
        };
      });
      const answers = await Promise.all(
        gates.map(async (each) => {
          const verdicts: GateVerdict[] = [];
          for (const { now: at, one } of batches) verdicts.push(...(await each.check([one], at)));
          return verdicts;
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
    }),
    { numRuns: 20 },
  );
});
