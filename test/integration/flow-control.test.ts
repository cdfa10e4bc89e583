import fc from 'fast-check';
import { newId, type AccountId } from '../../domain/ids';
import { createFlowControl, type FlowControl, type FlowRate } from '../../limits/flow-control';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const T = Date.UTC(2026, 10, 23, 4);
let server: TestRedis;
let flow: FlowControl;
let account: AccountId;

beforeAll(async () => {
  server = await connectTestRedis();
  flow = createFlowControl(server.redis, server.newKeys());
});
beforeEach(() => {
  account = newId('acc');
});
afterAll(() => {
  server.close();
});

const tickets = (n: number): string[] => Array.from({ length: n }, () => `${newId('msg')}:1`);
const fromT = (slots: number[]): number[] => slots.map((slot) => slot - T);

/** The most slots in any half-open window of this length. */
function fullest(slots: readonly number[], windowMs: number): number {
  const sorted = [...slots].sort((a, b) => a - b);
  return Math.max(0, ...sorted.map((from, i) => sorted.slice(i).filter((slot) => slot < from + windowMs).length));
}

test('a burst up to the rate goes at once, the rest a whole period later each', async () => {
  const slots = await flow.reserve(account, { messages: 3, perSeconds: 10 }, tickets(8), T);
  expect(fromT(slots)).toEqual([0, 0, 0, 10_000, 10_000, 10_000, 20_000, 20_000]);
});

test('an idle account starts a new burst; the first free moment is exactly one period after the oldest', async () => {
  const rate: FlowRate = { messages: 2, perSeconds: 1 };
  expect(fromT(await flow.reserve(account, rate, tickets(1), T))).toEqual([0]);
  expect(fromT(await flow.reserve(account, rate, tickets(2), T + 400))).toEqual([400, 1000]);
  expect(fromT(await flow.reserve(account, rate, tickets(1), T + 1000))).toEqual([1400]);
  expect(fromT(await flow.reserve(account, rate, tickets(2), T + 60_000))).toEqual([60_000, 60_000]);
});

test('a ticket that asks again gets its slot again, also in the middle of others and twice in one call', async () => {
  const rate: FlowRate = { messages: 1, perSeconds: 1 };
  const [a, b, c] = tickets(3) as [string, string, string];
  expect(fromT(await flow.reserve(account, rate, [a, b], T))).toEqual([0, 1000]);
  expect(fromT(await flow.reserve(account, rate, [b, c, a, c], T + 5))).toEqual([1000, 2000, 0, 2000]);
});

test('accounts do not share their rate', async () => {
  const rate: FlowRate = { messages: 1, perSeconds: 60 };
  expect(await flow.reserve(account, rate, tickets(1), T)).toEqual([T]);
  expect(await flow.reserve(newId('acc'), rate, tickets(1), T)).toEqual([T]);
});

test('slots given back at the end are used by the next ones', async () => {
  const rate: FlowRate = { messages: 1, perSeconds: 1 };
  const all = tickets(5);
  await flow.reserve(account, rate, all, T);
  await flow.giveBack(account, all.slice(3));
  await flow.giveBack(account, all.slice(3));
  expect(fromT(await flow.reserve(account, rate, tickets(1), T))).toEqual([3000]);
});

test('2,000 tickets in one call keep the rate', async () => {
  const slots = await flow.reserve(account, { messages: 100, perSeconds: 1 }, tickets(2000), T);
  expect(fromT(slots)).toEqual(Array.from({ length: 2000 }, (_, i) => 1000 * Math.floor(i / 100)));
});

test('many workers at once get as many slots as the rate allows, none too many', async () => {
  const rate: FlowRate = { messages: 5, perSeconds: 1 };
  const slots = (await Promise.all(tickets(50).map((ticket) => flow.reserve(account, rate, [ticket], T)))).flat();
  expect(fromT(slots.sort((a, b) => a - b))).toEqual(Array.from({ length: 50 }, (_, i) => 1000 * Math.floor(i / 5)));
});

test.each([
  { messages: 0, perSeconds: 1 },
  { messages: 1.5, perSeconds: 1 },
  { messages: 1, perSeconds: 0 },
  { messages: 1, perSeconds: Number.NaN },
])('a rate of $messages per $perSeconds s is refused with a reason', async (rate) => {
  await expect(flow.reserve(account, rate, tickets(1), T)).rejects.toThrow(/must be a whole number of messages/);
});

test('passed slots are forgotten after an hour, all but those that the rate still needs', async () => {
  const keys = server.newKeys();
  const own = createFlowControl(server.redis, keys);
  const rate: FlowRate = { messages: 3, perSeconds: 7200 };
  await own.reserve(account, { messages: 50, perSeconds: 1 }, tickets(50), T);
  await own.reserve(account, rate, tickets(1), T + 3600_001);
  expect(await server.redis.zcard(keys.flow(account))).toBe(3);
  expect(await own.reserve(account, rate, tickets(1), T + 3600_001)).toEqual([T + 7200_000]);
  expect(await server.redis.pttl(keys.flow(account))).toBeGreaterThan(7200_000);
});

describe('whatever is asked, in whatever order, by clocks a little apart', () => {
  const call = fc.record({
    n: fc.integer({ min: 1, max: 6 }),
    pause: fc.integer({ min: -300, max: 2500 }),
    again: fc.nat(3),
  });
  const rates = fc.record({ messages: fc.integer({ min: 1, max: 7 }), perSeconds: fc.constantFrom(0.25, 1, 3) });

  test('no window holds more than the rate, every slot is granted once, and none lies further off than needed', async () => {
    await fc.assert(
      fc.asyncProperty(rates, fc.array(call, { minLength: 1, maxLength: 15 }), async (rate, calls) => {
        const id: AccountId = newId('acc');
        const granted = new Map<string, number>();
        const windowMs = rate.perSeconds * 1000;
        let now = T;
        let latest = T;
        for (const { n, pause, again } of calls) {
          now += pause;
          latest = Math.max(latest, now);
          const asked = [...[...granted.keys()].slice(-again), ...tickets(n)];
          const slots = await flow.reserve(id, rate, asked, now);
          for (const [i, ticket] of asked.entries()) {
            const slot = slots[i]!;
            expect(Number.isInteger(slot)).toBe(true);
            expect(granted.get(ticket) ?? slot).toBe(slot);
            if (!granted.has(ticket)) expect(slot).toBeGreaterThanOrEqual(now);
            granted.set(ticket, slot);
          }
        }
        const all = [...granted.values()];
        expect(fullest(all, windowMs)).toBeLessThanOrEqual(rate.messages);
        expect(Math.max(...all)).toBeLessThanOrEqual(latest + Math.ceil(all.length / rate.messages) * windowMs);
      }),
      { numRuns: 60 },
    );
  });
});
