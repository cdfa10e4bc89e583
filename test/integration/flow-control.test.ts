import { newId } from '../../domain/ids';
import type { FlowTicket } from '../../domain/flow-ticket';
import { createFlowControl, type FlowControl, type FlowLimit } from '../../limits/flow-control';
import type { RedisKeys } from '../../redis/keys';
import { APP, simulate, tickets } from '../support/flow-simulation';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const T = Date.UTC(2026, 10, 23, 4);
let server: TestRedis;
let keys: RedisKeys;
let flow: FlowControl;

beforeAll(async () => {
  server = await connectTestRedis();
  keys = server.newKeys();
  flow = createFlowControl(server.redis, keys);
});
afterAll(() => {
  server.close();
});

const limitOf = (messages: number, perSeconds = 1, reserve = false): FlowLimit => ({
  key: newId('acc'),
  rate: { messages, perSeconds },
  reserve,
});

/** When each may go or come back, from T on. */
async function times(limit: FlowLimit, asking: readonly FlowTicket[], now = T): Promise<number[]> {
  const answers = await flow.ask(limit, asking, now);
  return answers.map((answer) => (answer.go ? now : answer.at) - T);
}
const goes = async (limit: FlowLimit, asking: readonly FlowTicket[], now = T): Promise<boolean[]> =>
  (await flow.ask(limit, asking, now)).map(({ go }) => go);

describe('who waits is told when its turn comes', () => {
  test('a burst up to the rate goes at once, the rest a whole period later each', async () => {
    expect(await times(limitOf(3, 10), tickets(8))).toEqual([0, 0, 0, 10_000, 10_000, 10_000, 20_000, 20_000]);
  });

  test('with its place in the queue', async () => {
    const limit = limitOf(1);
    await flow.ask(limit, tickets(3), T);
    const [answer] = await flow.ask(limit, tickets(1), T);
    expect(answer).toMatchObject({ go: false, place: 3, queued: 3, at: T + 3000 });
  });

  test('an idle limit starts a new burst; the first free moment is exactly one period after the oldest', async () => {
    const limit = limitOf(2);
    expect(await times(limit, tickets(1))).toEqual([0]);
    const [first, second] = tickets(2) as [FlowTicket, FlowTicket];
    expect(await times(limit, [first, second], T + 400)).toEqual([400, 1000]);
    expect(await times(limit, tickets(1), T + 999)).toEqual([1400]);
    expect(await goes(limit, [second], T + 1000)).toEqual([true]);
    expect(await times(limit, tickets(2), T + 60_000)).toEqual([60_000, 60_000]);
  });

  test('2,000 tickets in one call are planned to keep the rate, and keep it', async () => {
    const limit = limitOf(100);
    const all = tickets(2000);
    const expected = Array.from({ length: 2000 }, (_, i) => 1000 * Math.floor(i / 100));
    expect(await times(limit, all)).toEqual(expected);
    const granted = await simulate(flow, limitOf(100), [{ at: T, tickets: all }]);
    expect(all.map((ticket) => granted.get(ticket)! - T)).toEqual(expected);
  });

  test('many workers at once get as many places as the rate allows, none too many', async () => {
    const limit = limitOf(5);
    const all = await Promise.all(tickets(50).map((ticket) => times(limit, [ticket])));
    expect(all.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => 1000 * Math.floor(i / 5)));
  });

  test('limits do not share their rate', async () => {
    expect(await goes(limitOf(1, 60), tickets(1))).toEqual([true]);
    expect(await goes(limitOf(1, 60), tickets(1))).toEqual([true]);
  });
});

describe('a ticket that asks again', () => {
  test('was granted: is granted again, counts once, also twice in one call', async () => {
    const limit = limitOf(2);
    const [a, b, c] = tickets(3) as [FlowTicket, FlowTicket, FlowTicket];
    expect(await times(limit, [a, c, a])).toEqual([0, 0, 0]);
    expect(await times(limit, [b, a, c, b], T + 5)).toEqual([1000, 5, 5, 1000]);
    expect(await goes(limit, [a], T + 3000_000)).toEqual([true]);
  });

  test('waits: keeps its place before all that came later', async () => {
    const limit = limitOf(1);
    await flow.ask(limit, tickets(1), T);
    const [early] = tickets(1) as [FlowTicket];
    expect(await times(limit, [early])).toEqual([1000]);
    const later = tickets(1);
    expect(await times(limit, later)).toEqual([2000]);
    expect(await times(limit, [...later, early], T + 500)).toEqual([2000, 1000]);
  });
});

describe('a place that is free', () => {
  test('is kept for the one whose turn it is, not given to a newcomer', async () => {
    const limit = limitOf(1, 10);
    const [first, waiting] = tickets(2) as [FlowTicket, FlowTicket];
    expect(await times(limit, [first, waiting])).toEqual([0, 10_000]);
    expect(await times(limit, tickets(1), T + 12_000)).toEqual([17_000]);
    expect(await goes(limit, [waiting], T + 12_500)).toEqual([true]);
  });

  test('is given to the next when nobody comes for it in time; who comes late keeps its place in the order', async () => {
    const limit = limitOf(1, 60);
    const [first, crashed, next] = tickets(3) as [FlowTicket, FlowTicket, FlowTicket];
    expect(await times(limit, [first, crashed, next])).toEqual([0, 60_000, 120_000]);
    const [newcomer] = tickets(1) as [FlowTicket];
    expect(await goes(limit, [newcomer], T + 65_001)).toEqual([true]);
    expect(await flow.ask(limit, [next, crashed], T + 66_000)).toMatchObject([{ place: 2 }, { place: 1 }]);
  });

  test('is taken by a newcomer when nobody in the queue is due', async () => {
    const limit = limitOf(2, 60);
    const [first, second, waiting] = tickets(3) as [FlowTicket, FlowTicket, FlowTicket];
    await flow.ask(limit, [first, second, waiting], T);
    await flow.forget(limit.key, [first]);
    expect(await goes(limit, tickets(1), T + 1)).toEqual([true]);
    expect(await goes(limit, tickets(1), T + 2)).toEqual([false]);
  });

  test('exists when the rate is raised, and does not when it is lowered', async () => {
    const limit = limitOf(2, 60);
    const all = tickets(8);
    await flow.ask(limit, all, T);
    const raised: FlowLimit = { ...limit, rate: { messages: 4, perSeconds: 60 } };
    expect(await goes(raised, all.slice(2), T + 1)).toEqual([true, true, false, false, false, false]);
    const lowered: FlowLimit = { ...limit, rate: { messages: 3, perSeconds: 120 } };
    expect(await times(lowered, all.slice(4), T + 60_000)).toEqual([120_000, 120_001, 120_001, 240_000]);
  });
});

describe('what is given back', () => {
  test('can be used at once, and giving back twice is once', async () => {
    const limit = limitOf(1);
    const all = tickets(5);
    await flow.ask(limit, all, T);
    await flow.forget(limit.key, [all[0]!, ...all.slice(3)]);
    await flow.forget(limit.key, [all[0]!, ...all.slice(3)]);
    expect(await goes(limit, tickets(1))).toEqual([true]);
    expect(await flow.ask(limit, tickets(1), T)).toMatchObject([{ place: 3, queued: 3 }]);
  });

  test('at the end of its flow does not stand before what that app sends next', async () => {
    const limit = limitOf(1);
    const other = newId('app');
    await flow.ask(limit, tickets(1), T);
    const recalled = tickets(50, 'notice', other);
    await flow.ask(limit, [...recalled, ...tickets(50)], T);
    await flow.forget(limit.key, recalled);
    expect(await flow.ask(limit, tickets(1, 'notice', other), T)).toMatchObject([{ place: 2, queued: 51 }]);
  });

  test('because another limit says no: stands where it stood, with a claim at the time given', async () => {
    const limit = limitOf(1, 10);
    const [first, second] = tickets(2) as [FlowTicket, FlowTicket];
    const [answer] = await flow.ask(limit, [first], T);
    await flow.requeue(limit.key, [{ id: first.id, tag: answer!.tag, at: T + 500 }]);
    expect(await goes(limit, tickets(1), T + 500)).toEqual([false]);
    expect(await flow.ask(limit, [second], T + 500)).toMatchObject([{ go: false, place: 3 }]);
    expect(await goes(limit, [first], T + 501)).toEqual([true]);
  });
});

describe('verification codes', () => {
  test.each([10, 10_000])(
    'overtake a backlog of %i marketing messages: their time does not depend on it',
    async (n) => {
      const limit = limitOf(1, 10);
      await flow.ask(limit, tickets(n, 'marketing'), T);
      expect(await flow.ask(limit, tickets(1, 'verification'), T + 5)).toMatchObject([{ place: 1, at: T + 10_000 }]);
    },
  );

  test('go at once into a window that marketing has just filled: a tenth of it is theirs', async () => {
    const limit = limitOf(20, 60, true);
    expect((await goes(limit, tickets(500, 'marketing'))).filter(Boolean)).toHaveLength(18);
    expect(await goes(limit, tickets(3, 'verification'))).toEqual([true, true, false]);
    expect(await goes(limit, tickets(1, 'marketing'), T + 59_999)).toEqual([false]);
  });

  test('have more than their tenth where others leave it, and one of two', async () => {
    expect((await goes(limitOf(20, 60, true), tickets(30, 'verification'))).filter(Boolean)).toHaveLength(20);
    expect(await goes(limitOf(2, 60, true), tickets(2, 'marketing'))).toEqual([true, false]);
    expect(await goes(limitOf(1, 60, true), tickets(1, 'marketing'))).toEqual([true]);
  });
});

test('two apps, one with 10,000 messages waiting and one with 10, take turns', async () => {
  const limit = limitOf(10);
  await flow.ask(limit, tickets(10_000), T);
  const other = newId('app');
  const few = await flow.ask(limit, tickets(10, 'notice', other), T);
  const places = few.map((answer) => (answer.go ? 0 : answer.place));
  for (const [i, place] of places.entries()) expect(place).toBeLessThanOrEqual(2 * (i + 1));
});

test.each([
  { messages: 0, perSeconds: 1 },
  { messages: 1.5, perSeconds: 1 },
  { messages: 1, perSeconds: 0 },
  { messages: 1, perSeconds: Number.NaN },
])('a rate of $messages per $perSeconds s is refused with a reason', async (rate) => {
  await expect(flow.ask({ key: 'x', rate, reserve: false }, tickets(1), T)).rejects.toThrow(
    /must be a whole number of messages/,
  );
});

test('grants are forgotten after an hour, all but those that a slower rate would need', async () => {
  const key = newId('acc');
  const [log = ''] = keys.flow(key);
  await flow.ask({ key, rate: { messages: 50, perSeconds: 1 }, reserve: false }, tickets(50), T);
  const slow: FlowLimit = { key, rate: { messages: 3, perSeconds: 7200 }, reserve: false };
  expect(await times(slow, tickets(1), T + 3600_001)).toEqual([7200_000]);
  expect(await server.redis.zcard(log)).toBe(50);
  expect(await server.redis.pttl(log)).toBeGreaterThan(7200_000);
  expect(await goes(slow, tickets(1), T + 7200_000)).toEqual([true]);
  expect(await server.redis.zcard(log)).toBe(3);
});

test('every key that is written expires', async () => {
  const limit = limitOf(2, 1, true);
  const codes = tickets(5, 'verification');
  const answers = await flow.ask(limit, [...codes, ...tickets(5, 'marketing', APP)], T);
  await flow.ask(limit, codes.slice(3), T + 60_000);
  await flow.requeue('other', [{ id: codes[0]!.id, tag: answers[0]!.tag, at: T }]);
  for (const name of [...keys.flow(limit.key), ...keys.flow('other')]) {
    expect(await server.redis.pttl(name)).not.toBe(-1);
  }
});
