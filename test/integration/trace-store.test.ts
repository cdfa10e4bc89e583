import fc from 'fast-check';
import { localDay } from '../../domain/day';
import { firstIdAt, newId, timeOfId, type MessageId, type TemplateId } from '../../domain/ids';
import {
  MESSAGE_EVENTS,
  totalOf,
  transition,
  type MessageStatus,
  type StatusCounts,
} from '../../domain/message-status';
import type { TraceEvent } from '../../domain/trace-event';
import type { RedisKeys } from '../../redis/keys';
import { createTraceStore, type TraceStore } from '../../trace/trace-store';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const timezone = 'Asia/Shanghai';
const template = 17 as TemplateId;
const address = 'jane@example.com';
const DAY_MS = 86_400_000;
let server: TestRedis;
let keys: RedisKeys;
let store: TraceStore;

beforeAll(async () => {
  server = await connectTestRedis();
});
beforeEach(() => {
  keys = server.newKeys();
  store = createTraceStore({ redis: server.redis, keys, timezone });
});
afterAll(() => {
  server.close();
});

const dayOf = (id: MessageId): string => localDay(timeOfId(id), timezone);
const eventOf = (messageId: MessageId, step: string, at: number, status?: MessageStatus): TraceEvent => ({
  messageId,
  address,
  templateId: template,
  step,
  at,
  ...(status && { status }),
});
/** An id that was made at a moment in the past. */
const idAt = (at: number): MessageId => firstIdAt('msg', at);

test('a message is read back step by step, by time and then by order of emission', async () => {
  const id = newId('msg');
  const data = { reason: 'quiet_hours', until: 1, words: 'x'.repeat(200) };
  await store.emit([eventOf(id, 'accepted', 1000, 'accepted'), eventOf(id, 'z', 3000), eventOf(id, 'a', 3000)]);
  await store.emit([{ ...eventOf(id, 'deferred:1', 2000, 'deferred'), data }, eventOf(id, 'm', 3000)]);
  expect(await store.readMessage(id, address)).toEqual([
    { step: 'accepted', at: 1000, status: 'accepted' },
    { step: 'deferred:1', at: 2000, status: 'deferred', data },
    { step: 'z', at: 3000 },
    { step: 'a', at: 3000 },
    { step: 'm', at: 3000 },
  ]);
});

test('an unknown message, address and template have nothing', async () => {
  expect(await store.readMessage(newId('msg'), address)).toEqual([]);
  expect(await store.readAddressDay('nobody@example.com', '2026-11-23')).toEqual([]);
  expect(await store.readTemplateDay(99 as TemplateId, '2026-11-23')).toEqual({});
  await expect(store.emit([])).resolves.toBeUndefined();
});

test('a step emitted twice stays as it was first and counts once', async () => {
  const id = newId('msg');
  const now = Date.now();
  await store.emit([eventOf(id, 'accepted', now, 'accepted'), eventOf(id, 'accepted', now + 1, 'accepted')]);
  await store.emit([eventOf(id, 'accepted', now + 2, 'accepted')]);
  expect(await store.readMessage(id, address)).toEqual([{ step: 'accepted', at: now, status: 'accepted' }]);
  expect(await store.readTemplateDay(template, dayOf(id))).toEqual({ accepted: 1 });
});

test('a message moves from status to status and is in exactly one', async () => {
  const id = newId('msg');
  const now = Date.now();
  const seen: StatusCounts[] = [];
  for (const [i, status] of (['accepted', 'sending', 'deferred', 'sending', 'sent', 'delivered'] as const).entries()) {
    await store.emit([eventOf(id, `${status}:${i}`, now + i, status)]);
    seen.push(await store.readTemplateDay(template, dayOf(id)));
  }
  expect(seen).toEqual([
    { accepted: 1 },
    { sending: 1 },
    { deferred: 1 },
    { sending: 1 },
    { sent: 1 },
    { delivered: 1 },
  ]);
});

test('events that come late do not move a message back', async () => {
  const id = newId('msg');
  const now = Date.now();
  await store.emit([eventOf(id, 'delivered', now + 5, 'delivered')]);
  await store.emit([eventOf(id, 'sent', now + 9, 'sent'), eventOf(id, 'accepted', now, 'accepted')]);
  await store.emit([eventOf(id, 'claimed:1', now + 20, 'sending')]);
  expect(await store.readTemplateDay(template, dayOf(id))).toEqual({ delivered: 1 });
  expect(await store.readMessage(id, address)).toHaveLength(4);
});

test('the messages to an address on a day are listed once, oldest first, by the local day of their acceptance', async () => {
  const midnight = Date.UTC(2099, 10, 23, 16);
  const ids = [idAt(midnight + 5), idAt(midnight - 1), idAt(midnight)];
  const events = ids.map((id) => eventOf(id, 'accepted', timeOfId(id), 'accepted'));
  await store.emit(events);
  await store.emit([...events].reverse());
  expect(await store.readAddressDay(address, '2099-11-23')).toEqual([{ messageId: ids[1], acceptedAt: midnight - 1 }]);
  expect(await store.readAddressDay(address, '2099-11-24')).toEqual([
    { messageId: ids[2], acceptedAt: midnight },
    { messageId: ids[0], acceptedAt: midnight + 5 },
  ]);
  expect(await store.readAddressDay('john@example.com', '2099-11-24')).toEqual([]);
});

test('a message is kept 3 days, its day in the template 30 days, the list of its address until its day is over', async () => {
  const id = newId('msg');
  await store.emit([eventOf(id, 'accepted', Date.now(), 'accepted')]);
  const left = async (key: string): Promise<number> => (await server.redis.pttl(key)) / DAY_MS;
  expect(await left(keys.message(0, id))).toBeCloseTo(3, 2);
  expect(await left(keys.templateDay(0, template, dayOf(id)))).toBeCloseTo(30, 2);
  const list = await left(keys.addressDay(0, address, dayOf(id)));
  expect(list).toBeGreaterThan(0);
  expect(list).toBeLessThan(1.01);
});

test('an event of a message of yesterday makes no new list', async () => {
  const id = idAt(Date.now() - DAY_MS);
  await store.emit([eventOf(id, 'delivered', Date.now(), 'delivered')]);
  expect(await store.readAddressDay(address, dayOf(id))).toEqual([]);
  expect(await store.readTemplateDay(template, dayOf(id))).toEqual({ delivered: 1 });
});

test('a receipt for a message whose trace has expired is kept but does not count a second time', async () => {
  const id = idAt(Date.now() - 4 * DAY_MS);
  await store.replaceTemplateDay(template, dayOf(id), { sent: 1 });
  await store.emit([eventOf(id, 'delivered', Date.now(), 'delivered')]);
  await store.emit([eventOf(id, 'complained', Date.now(), 'complained')]);
  expect(await store.readTemplateDay(template, dayOf(id))).toEqual({ sent: 1 });
  expect(await store.readMessage(id, address)).toHaveLength(2);
});

test.each([1, 8])('the counts of a day can be replaced and go on from there, with %i shards', async (shards) => {
  const own = createTraceStore({ redis: server.redis, keys: server.newKeys(shards), timezone });
  const ids = Array.from({ length: 20 }, () => newId('msg'));
  const events = ids.map((id, i) => ({ ...eventOf(id, 'accepted', 1, 'accepted'), address: `u${i}@example.com` }));
  await own.emit(events);
  await own.replaceTemplateDay(template, dayOf(ids[0]!), { accepted: 20, sent: 5 });
  await own.emit(events.map((event) => ({ ...event, step: 'failed', status: 'failed' as const })));
  expect(await own.readTemplateDay(template, dayOf(ids[0]!))).toEqual({ failed: 20, sent: 5 });
  await own.replaceTemplateDay(template, dayOf(ids[0]!), {});
  expect(await own.readTemplateDay(template, dayOf(ids[0]!))).toEqual({});
});

test('no key and no value shows an address', async () => {
  await store.emit([eventOf(newId('msg'), 'accepted', Date.now(), 'accepted')]);
  const prefix = keys.message(0, 'msg_x' as MessageId).split('{')[0]!;
  const found = await server.redis.keys(`${prefix}*`);
  expect(found).toHaveLength(3);
  expect(found.join(' ')).not.toContain('jane');
});

describe('whatever the order and repetition of the events', () => {
  /** A life of a message: statuses along the transition table, from `accepted`. */
  const life = fc.array(fc.nat(), { maxLength: 7 }).map((choices) => {
    const statuses: MessageStatus[] = ['accepted'];
    for (const choice of choices) {
      const last = statuses.at(-1)!;
      const next = MESSAGE_EVENTS.flatMap((event) => transition(last, event) ?? []);
      if (next.length > 0) statuses.push(next[choice % next.length]!);
    }
    return statuses;
  });

  test('each message counts once, in its latest status, with 1 shard and with 64', async () => {
    const lives = fc.array(life, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(lives, fc.infiniteStream(fc.nat()), async (statuses, random) => {
        const draw = (n: number): number => random.next().value! % n;
        const ids = statuses.map(() => newId('msg'));
        const events = statuses.flatMap((steps, m) =>
          steps.map((status, i) => ({
            ...eventOf(ids[m]!, `${status}:${i}`, 1000 + i, status),
            address: `u${m}@example.com`,
          })),
        );
        const sent = [...events, ...events.filter(() => draw(2) === 0)]
          .map((event) => ({ event, place: draw(1000) }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event);
        const expected: StatusCounts = {};
        for (const steps of statuses) expected[steps.at(-1)!] = (expected[steps.at(-1)!] ?? 0) + 1;
        const batches: TraceEvent[][] = [];
        while (sent.length > 0) batches.push(sent.splice(0, 1 + draw(10)));
        for (const shards of [1, 64]) {
          const own = createTraceStore({ redis: server.redis, keys: server.newKeys(shards), timezone });
          for (const batch of batches) await own.emit(batch);
          const counts = await own.readTemplateDay(template, dayOf(ids[0]!));
          expect(counts).toEqual(expected);
          expect(totalOf(counts)).toBe(statuses.length);
        }
      }),
      { numRuns: 30 },
    );
  });
});
