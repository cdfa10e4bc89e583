import fc from 'fast-check';
import { newId, type AppId } from '../../domain/ids';
import type { FlowTicket } from '../../domain/flow-ticket';
import type { MessageType } from '../../domain/lane';
import { createFlowControl, type FlowControl, type FlowLimit } from '../../limits/flow-control';
import type { RedisKeys } from '../../redis/keys';
import { simulate, tickets, type Arrival } from '../support/flow-simulation';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const T = Date.UTC(2026, 10, 23, 4);
const PATIENCE_MS = 5_000;
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

const TYPES: readonly MessageType[] = ['verification', 'notice', 'marketing'];
const APPS: readonly AppId[] = [newId('app'), newId('app')];
const messageType = fc.constantFrom(...TYPES);
const appId = fc.constantFrom(...APPS);
const rate = fc.record({ messages: fc.integer({ min: 1, max: 7 }), perSeconds: fc.constantFrom(0.25, 1, 3, 20) });

describe('whatever is asked, in whatever order, by clocks a little apart', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('ask' as const), n: fc.nat(6), messageType, appId, again: fc.nat(5) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rate' as const), rate, reserve: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), n: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('requeue' as const), n: fc.nat(3), later: fc.nat(2000) }) },
  );
  const steps = fc.array(fc.record({ pause: fc.integer({ min: -300, max: 2500 }), step }), {
    minLength: 1,
    maxLength: 25,
  });

  test('no grant makes a window too full; what is granted stays granted; who waits is never told a time that has passed', async () => {
    await fc.assert(
      fc.asyncProperty(rate, fc.boolean(), steps, async (firstRate, reserve, all) => {
        const key = newId('acc');
        const [log = ''] = keys.flow(key);
        let limit: FlowLimit = { key, rate: firstRate, reserve };
        const waiting = new Map<string, FlowTicket>();
        const granted = new Map<string, { ticket: FlowTicket; at: number; tag: number }>();
        const forgotten = new Set<string>();
        let now = T;
        for (const { pause, step: one } of all) {
          now += pause;
          const recent = [...granted.values()].slice(-3);
          if (one.do === 'rate') limit = { key, rate: one.rate, reserve: one.reserve };
          if (one.do === 'forget') {
            const gone = [...recent.map(({ ticket }) => ticket), ...waiting.values()].slice(0, one.n);
            await flow.forget(key, gone);
            for (const { id } of gone) {
              forgotten.add(id);
              granted.delete(id);
              waiting.delete(id);
            }
          }
          if (one.do === 'requeue') {
            const back = recent.slice(0, one.n);
            await flow.requeue(
              key,
              back.map(({ ticket, tag }) => ({ id: ticket.id, tag, at: now + one.later })),
            );
            for (const { ticket } of back) {
              granted.delete(ticket.id);
              waiting.set(ticket.id, ticket);
            }
          }
          if (one.do !== 'ask') continue;
          // Some come back early or late, some never: those that are drawn are those that ask.
          const old = [...waiting.values()].slice(0, one.again);
          const asked = [...old, ...recent.map(({ ticket }) => ticket), ...tickets(one.n, one.messageType, one.appId)];
          const answers = await flow.ask(limit, asked, now);
          for (const [i, ticket] of asked.entries()) {
            const answer = answers[i]!;
            if (granted.has(ticket.id)) {
              expect(answer.go).toBe(true);
              continue;
            }
            if (!answer.go) {
              expect(answer.at).toBeGreaterThan(now);
              expect(answer.place).toBeLessThanOrEqual(answer.queued);
              waiting.set(ticket.id, ticket);
              continue;
            }
            const at = Number(await server.redis.zscore(log, ticket.id));
            expect(at).toBeGreaterThanOrEqual(now);
            waiting.delete(ticket.id);
            granted.set(ticket.id, { ticket, at, tag: answer.tag });
            const inWindow = [...granted.values()].filter((grant) => grant.at > at - limit.rate.perSeconds * 1000);
            expect(inWindow.length).toBeLessThanOrEqual(limit.rate.messages);
          }
        }
      }),
      { numRuns: 80 },
    );
  });
});

/** The most times in any half-open window of this length. */
function fullest(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(0, ...sorted.map((from, i) => sorted.slice(i).filter((at) => at < from + windowMs).length));
}

describe('when everybody comes back as told', () => {
  const arrivals = fc
    .array(fc.record({ at: fc.nat(6000), n: fc.integer({ min: 1, max: 12 }), messageType, appId }), {
      minLength: 1,
      maxLength: 12,
    })
    .map((all) =>
      all.map(({ at, n, messageType: type, appId: app }): Arrival => ({ at: T + at, tickets: tickets(n, type, app) })),
    );

  test('no place stays free while somebody waits: the same number has gone at any time as if nobody had an order', async () => {
    await fc.assert(
      fc.asyncProperty(rate, arrivals, async (given, all) => {
        const limit = { key: newId('acc'), rate: given, reserve: false };
        const granted = [...(await simulate(flow, limit, all)).values()];
        expect(fullest(granted, given.perSeconds * 1000)).toBeLessThanOrEqual(given.messages);
        expect(granted).toEqual(inOrder(all, given.messages, given.perSeconds * 1000));
      }),
      { numRuns: 40 },
    );
  });

  test('nobody starves: no more go before a message than its share of weights lets overtake it', async () => {
    await fc.assert(
      fc.asyncProperty(rate, arrivals, fc.boolean(), async (given, all, reserve) => {
        const limit = { key: newId('acc'), rate: given, reserve };
        const order = [...(await simulate(flow, limit, all)).entries()];
        const arrivedAt = new Map(all.flatMap(({ at, tickets: own }) => own.map((ticket) => [ticket, at] as const)));
        const total = order.length;
        expect(total).toBe(arrivedAt.size);
        // Flows take turns by weight, so within the time of one ticket of the lowest weight each flow passes 100 steps.
        for (const [i, [ticket, at]] of order.entries()) {
          const ahead = order.filter(
            ([other]) => arrivedAt.get(other)! < arrivedAt.get(ticket)! || flowOf(other) === flowOf(ticket),
          ).length;
          const overtaken = order.slice(0, i).filter(([other, when]) => {
            return when <= at && arrivedAt.get(other)! > arrivedAt.get(ticket)! && flowOf(other) !== flowOf(ticket);
          }).length;
          expect(overtaken).toBeLessThanOrEqual(overtakers(ticket, ahead));
        }
      }),
      { numRuns: 30 },
    );
  });
});

const WEIGHTS: Readonly<Record<MessageType, number>> = { verification: 100, notice: 10, marketing: 1 };
const flowOf = ({ messageType: type, appId: app }: FlowTicket): string => `${type} ${app}`;

/** How many tickets of later arrivals may go before one that has `ahead` of its own flow or earlier ones before it. */
function overtakers({ messageType: type }: FlowTicket, ahead: number): number {
  const turns = (ahead + 1) / WEIGHTS[type];
  return TYPES.reduce((sum, other) => sum + APPS.length * Math.ceil(turns * WEIGHTS[other] + 1), 0);
}

/** When tickets go if the first to come is the first to go: the same times in every order that leaves no place free. */
function inOrder(arrivals: readonly Arrival[], messages: number, windowMs: number): number[] {
  const times: number[] = [];
  const sorted = arrivals.flatMap(({ at, tickets: own }) => own.map(() => at)).sort((a, b) => a - b);
  for (const at of sorted) times.push(Math.max(at, (times[times.length - messages] ?? -Infinity) + windowMs));
  return times;
}

describe('when workers crash or are slow', () => {
  test('what never comes back costs its own places and the time of patience, no more', async () => {
    const draw = fc.array(fc.nat(9), { minLength: 60, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(rate, draw, async (given, lost) => {
        const limit = { key: newId('acc'), rate: given, reserve: false };
        const all = tickets(lost.length);
        const gone = new Set(all.filter((_, i) => lost[i]! < 3));
        const lateness = (ticket: FlowTicket): number | undefined => (gone.has(ticket) ? undefined : 0);
        const granted = await simulate(flow, limit, [{ at: T, tickets: all }], { lateness });
        const windowMs = given.perSeconds * 1000;
        expect(all.filter((ticket) => !gone.has(ticket) && !granted.has(ticket))).toEqual([]);
        expect(fullest([...granted.values()], windowMs)).toBeLessThanOrEqual(given.messages);
        const planned = windowMs * Math.ceil(all.length / given.messages);
        expect(Math.max(...granted.values()) - T).toBeLessThanOrEqual(planned + PATIENCE_MS + windowMs);
      }),
      { numRuns: 20 },
    );
  });

  test('who comes a little late finds the place still free, whoever asks meanwhile', async () => {
    const limit: FlowLimit = { key: newId('acc'), rate: { messages: 5, perSeconds: 10 }, reserve: false };
    const all = tickets(50);
    const others = Array.from({ length: 200 }, (_, i): Arrival => ({
      at: T + 1 + 450 * i,
      tickets: tickets(1),
    }));
    const granted = await simulate(flow, limit, [{ at: T, tickets: all }, ...others], {
      lateness: (ticket) => (all.includes(ticket) ? 2_000 : 0),
    });
    const times = all.map((ticket) => granted.get(ticket)! - T);
    for (const [i, time] of times.entries()) expect(time).toBeLessThanOrEqual(12_000 * Math.floor(i / 5));
  });
});

test('two apps share: with 10,000 waiting of one, ten of the other are through after twenty grants', async () => {
  const limit: FlowLimit = { key: newId('acc'), rate: { messages: 10, perSeconds: 1 }, reserve: false };
  await flow.ask(limit, tickets(10, 'notice', APPS[0]), T);
  const many = tickets(10_000, 'notice', APPS[0]);
  await flow.ask(limit, many, T);
  const granted = await simulate(flow, limit, [
    { at: T + 1, tickets: many.slice(0, 100) },
    { at: T + 2, tickets: tickets(10, 'notice', APPS[1]) },
  ]);
  const order = [...granted.keys()].map((ticket) => ticket.appId);
  expect(order.slice(0, 20).filter((app) => app === APPS[1]).length).toBeGreaterThanOrEqual(9);
});

test('slow and fast workers in turn cost their lateness, and few have to ask often', async () => {
  const limit: FlowLimit = { key: newId('acc'), rate: { messages: 10, perSeconds: 1 }, reserve: false };
  let asked = 0;
  const counting: Pick<FlowControl, 'ask'> = {
    ask: (one, asking, now) => {
      asked += asking.length;
      return flow.ask(one, asking, now);
    },
  };
  let drawn = 1;
  const lateness = (): number => (drawn = (drawn * 48_271) % 2_147_483_647) % 400;
  const granted = await simulate(counting, limit, [{ at: T, tickets: tickets(1000) }], { lateness });
  expect(granted.size).toBe(1000);
  expect(Math.max(...granted.values()) - T).toBeLessThanOrEqual(100 * 1_200);
  expect(asked / granted.size).toBeLessThan(5);
});

test('a steady stream of codes, each of an app that was never seen before, does not keep a marketing message for ever', async () => {
  const limit: FlowLimit = { key: newId('acc'), rate: { messages: 1, perSeconds: 1 }, reserve: false };
  const codes = Array.from({ length: 150 }, (_, i): Arrival => {
    return { at: T + 1000 * i, tickets: tickets(1, 'verification', newId('app')) };
  });
  const [patient] = tickets(1, 'marketing') as [FlowTicket];
  const granted = await simulate(flow, limit, [...codes, { at: T + 1, tickets: [patient] }]);
  const order = [...granted.keys()].indexOf(patient);
  expect(order).toBeGreaterThan(50);
  expect(order).toBeLessThanOrEqual(102);
});
