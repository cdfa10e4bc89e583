import type { HandOver } from '../../domain/hand-over';
import { newId } from '../../domain/ids';
import { createHandOverNotes, type AttemptRef, type HandOverNotes } from '../../trace/hand-over-notes';
import { createTraceStore } from '../../trace/trace-store';
import { createOwnRedis } from '../support/own-redis';
import { connectTestRedis, type TestRedis } from '../support/test-redis';

const answer: HandOver = { class: 'accepted', code: '250', detail: 'OK', providerMessageId: '4f9' };
const inDoubt = (because: string) => ({ state: 'in_doubt', because });
const newAttempt = (attempt = 1): AttemptRef => ({ messageId: newId('msg'), address: '+8613788881111', attempt });
let server: TestRedis;
let notes: HandOverNotes;

beforeAll(async () => {
  server = await connectTestRedis();
  notes = createHandOverNotes({ redis: server.redis, keys: server.newKeys() });
});
afterAll(() => {
  server.close();
});

test('each attempt is settled by the last note it left', async () => {
  const [unknown, claimed, handed, answered] = [newAttempt(), newAttempt(), newAttempt(), newAttempt()];
  const before = Date.now();
  await notes.claimed([claimed, handed, answered]);
  expect(await notes.handedOver(handed)).toBe(true);
  expect(await notes.handedOver(answered)).toBe(true);
  await notes.answered(answered, answer, 1234);
  expect(await notes.settle([answered, unknown, handed, claimed])).toEqual([
    { state: 'answered', answer, at: 1234 },
    inDoubt('no notes'),
    { ...inDoubt('handed over without an answer'), handedOverAt: expect.any(Number) },
    { state: 'not_handed_over' },
  ]);
  const [verdict] = await notes.settle([handed]);
  expect(verdict).toMatchObject({ state: 'in_doubt' });
  expect((verdict as { handedOverAt: number }).handedOverAt).toBeGreaterThanOrEqual(before);
});

test('the notes of one attempt say nothing about another', async () => {
  const first = newAttempt(1);
  const second = { ...first, attempt: 2 };
  await notes.claimed([first]);
  await notes.handedOver(first);
  await notes.answered(first, { ...answer, class: 'unavailable' }, 1);
  await notes.claimed([second]);
  expect(await notes.settle([second, first])).toMatchObject([{ state: 'not_handed_over' }, { state: 'answered' }]);
});

test('a process that wakes up after its attempt was settled may not hand over any more', async () => {
  const late = newAttempt();
  await notes.claimed([late]);
  expect(await notes.settle([late])).toEqual([{ state: 'not_handed_over' }]);
  expect(await notes.handedOver(late)).toBe(false);
  expect(await notes.settle([late])).toEqual([{ state: 'not_handed_over' }]);
  const next = { ...late, attempt: 2 };
  await notes.claimed([next]);
  expect(await notes.handedOver(next)).toBe(true);
});

test('settling and handing over at the same moment: either it is handed over and in doubt, or neither', async () => {
  const attempts = Array.from({ length: 40 }, () => newAttempt());
  await notes.claimed(attempts);
  const other = await connectTestRedis();
  await Promise.all(
    attempts.map(async (attempt, i) => {
      const keys = server.newKeys();
      const mine = createHandOverNotes({ redis: server.redis, keys });
      const theirs = createHandOverNotes({ redis: other.redis, keys });
      await mine.claimed([attempt]);
      const handOver = (): Promise<boolean> => mine.handedOver(attempt);
      const settle = () => theirs.settle([attempt]);
      const [go, [verdict]] =
        i % 2
          ? await Promise.all([handOver(), settle()])
          : await Promise.all([settle(), handOver()]).then(([s, h]) => [h, s] as const);
      expect(verdict?.state).toBe(go ? 'in_doubt' : 'not_handed_over');
    }),
  );
  other.close();
});

test('notes and trace of a message share a hash and do not disturb each other', async () => {
  const keys = server.newKeys();
  const trace = createTraceStore({ redis: server.redis, keys, timezone: 'UTC' });
  const own = createHandOverNotes({ redis: server.redis, keys });
  const ref = newAttempt();
  const templateId = 1 as Parameters<typeof trace.readTemplateDay>[0];
  await own.claimed([ref]);
  await trace.emit([{ ...ref, templateId, step: 'claimed:1', at: 5, status: 'sending' }]);
  await own.handedOver(ref);
  expect(await trace.readMessage(ref.messageId, ref.address)).toEqual([
    { step: 'claimed:1', at: 5, status: 'sending' },
  ]);
  expect(await own.settle([ref])).toMatchObject([inDoubt('handed over without an answer')]);
  expect(await server.redis.pttl(keys.message(0, ref.messageId))).toBeGreaterThan(0);
});

test('1,200 attempts in 64 shards are settled in order', async () => {
  const own = createHandOverNotes({ redis: server.redis, keys: server.newKeys(64) });
  const refs = Array.from({ length: 1200 }, (_, i) => ({ ...newAttempt(), address: `u${i}@example.com` }));
  await own.claimed(refs);
  await Promise.all(refs.filter((_, i) => i % 3 === 0).map((ref) => own.handedOver(ref)));
  const states = (await own.settle(refs)).map(({ state }) => state);
  expect(states).toEqual(refs.map((_, i) => (i % 3 === 0 ? 'in_doubt' : 'not_handed_over')));
});

test('after a restart of Redis a claim alone proves nothing; what was noted is still known', async () => {
  const redis = await createOwnRedis('--appendonly', 'yes', '--appendfsync', 'always');
  try {
    await redis.start();
    const first = await connectTestRedis(redis.url);
    const keys = first.newKeys();
    const before = createHandOverNotes({ redis: first.redis, keys });
    const [claimed, closed, handed, answered] = [newAttempt(), newAttempt(), newAttempt(), newAttempt()];
    await before.claimed([claimed, closed, handed, answered]);
    await before.settle([closed]);
    await before.handedOver(handed);
    await before.answered(answered, answer, 7);
    first.close();
    await redis.kill();
    await redis.start();

    const second = await connectTestRedis(redis.url);
    const after = createHandOverNotes({ redis: second.redis, keys });
    // Claiming again must not make an old claim look new.
    await after.claimed([claimed]);
    expect(await after.settle([claimed, closed, handed, answered])).toEqual([
      inDoubt('redis restarted since'),
      { state: 'not_handed_over' },
      { ...inDoubt('handed over without an answer'), handedOverAt: expect.any(Number) },
      { state: 'answered', answer, at: 7 },
    ]);
    second.close();
  } finally {
    await redis.remove();
  }
});
