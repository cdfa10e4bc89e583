import { setImmediate as nextTurn } from 'node:timers/promises';
import { gather } from '../../redis/gather';

test('what is asked in one turn is one call for each shard, and each gets its own answer', async () => {
  const calls: (readonly number[])[] = [];
  const double = gather(
    (item: number) => item % 2,
    1,
    async (items) => {
      calls.push(items);
      return items.map((item) => item * 2);
    },
  );
  const first = [1, 2, 3, 4, 1].map(double);
  await Promise.resolve();
  const same = double(5);
  expect(await Promise.all([...first, same])).toEqual([2, 4, 6, 8, 2, 10]);
  expect(calls).toEqual([
    [1, 3, 1, 5],
    [2, 4],
  ]);
  await nextTurn();
  expect(await double(7)).toBe(14);
  expect(calls).toHaveLength(3);
});

test('a call that fails fails those who asked in it, and nobody else', async () => {
  const ask = gather(
    (item: number) => item % 2,
    1,
    async (items) => {
      if (items.includes(3)) throw new Error('away');
      return items;
    },
  );
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(ask));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await ask(1)).toBe(1);
});

test('under load a shard is called once in so many milliseconds, answered or not, and none waits for another', async () => {
  const calls: (readonly number[])[] = [];
  const answer: (() => void)[] = [];
  const ask = gather(
    (item: number) => item % 2,
    500,
    async (items) => {
      calls.push(items);
      if (items.includes(1)) await new Promise<void>((resolve) => answer.push(resolve));
      return items;
    },
  );
  const first = ask(1);
  await nextTurn();
  const third = ask(3);
  await nextTurn();
  const fifth = ask(5);
  expect(await ask(2)).toBe(2);
  expect(await Promise.all([third, fifth])).toEqual([3, 5]);
  expect(calls).toEqual([[1], [2], [3, 5]]);
  answer[0]?.();
  expect(await first).toBe(1);
});
