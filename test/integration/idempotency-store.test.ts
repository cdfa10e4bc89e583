import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type AppId } from '../../domain/ids';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const HASH = 'a'.repeat(64);
const DAY_MS = 86_400_000;

let db: TestDatabase;
let appId: AppId;
let work: number;
beforeAll(async () => {
  db = await createTestDatabase(15);
});
beforeEach(() => {
  appId = newId('app');
  work = 0;
});
afterAll(() => db.drop());

/** A request as the API makes it: the first one works, the others get its answer. */
function request(key: string, hash = HASH, fail = false): Promise<string> {
  return db.database.transaction(async ({ idempotency }) => {
    const earlier = await idempotency.take(appId, key, hash);
    if (earlier) return earlier.requestHash === hash ? earlier.body : 'another request';
    work++;
    await sleep(20);
    if (fail) throw new Error('the work failed');
    const body = `answer ${work}`;
    await idempotency.keep(appId, key, 202, body);
    return body;
  });
}
/** As the API does it: InnoDB may let several of those go that wait for a key whose first owner rolls back, and then only one wins. */
async function untilNoDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ER_LOCK_DEADLOCK') throw error;
    }
  }
}
const age = (key: string, days: number) =>
  db
    .knex('idempotency_keys')
    .where({ app_id: appId, idempotency_key: key })
    .update({ created_at: new Date(Date.now() - days * DAY_MS) });

test('of ten equal requests at once one does the work and nine get its answer', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => request('k')));
  expect(answers).toEqual(Array.from({ length: 10 }, () => 'answer 1'));
  expect(work).toBe(1);
});

test('a later request gets the answer with its status and the hash of the first request', async () => {
  await request('k');
  const kept = await db.database.stores.idempotency.take(appId, 'k', 'b'.repeat(64));
  expect(kept).toEqual({ requestHash: HASH, status: 202, body: 'answer 1' });
  expect(await request('k', 'b'.repeat(64))).toBe('another request');
});

test('the same key of another app is another key', async () => {
  await request('k');
  appId = newId('app');
  expect(await request('k')).toBe('answer 2');
});

test('a request that fails frees its key', async () => {
  await expect(request('k', HASH, true)).rejects.toThrow('the work failed');
  expect(await request('k')).toBe('answer 2');
});

test('when the first of ten requests at once fails, another one does the work and the rest get its answer', async () => {
  const first = request('k', HASH, true);
  await sleep(10);
  const others = Array.from({ length: 9 }, () => untilNoDeadlock(() => request('k')));
  await expect(first).rejects.toThrow('the work failed');
  expect(await Promise.all(others)).toEqual(Array.from({ length: 9 }, () => 'answer 2'));
});

test('a key is remembered for seven days', async () => {
  await request('k');
  await age('k', 6.99);
  expect(await request('k')).toBe('answer 1');
  await age('k', 7.01);
  expect(await request('k')).toBe('answer 2');
  expect(await request('k')).toBe('answer 2');
});

test('of ten equal requests at once after seven days one does the work', async () => {
  await request('k');
  await age('k', 8);
  const answers = await Promise.all(Array.from({ length: 10 }, () => request('k')));
  expect(new Set(answers)).toEqual(new Set(['answer 2']));
});

test('pruning forgets only old keys, a few at a time', async () => {
  for (const key of ['a', 'b', 'c']) await request(key);
  await age('a', 8);
  await age('b', 9);
  const { idempotency } = db.database.stores;
  expect(await idempotency.prune(1)).toBe(1);
  expect(await idempotency.prune(10)).toBe(1);
  expect(await idempotency.prune(10)).toBe(0);
  expect(await request('c')).toBe('answer 3');
  expect(work).toBe(3);
});
