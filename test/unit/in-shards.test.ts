import { inShards } from '../../redis/script';

test('answers come in the order of the items, one call per shard', async () => {
  const calls: [number, readonly number[]][] = [];
  const answers = await inShards(
    [5, 2, 8, 3, 6],
    (n) => n % 2,
    async (shard, items) => {
      calls.push([shard, items]);
      return items.map((n) => n * 10);
    },
  );
  expect(answers).toEqual([50, 20, 80, 30, 60]);
  expect(calls).toEqual([
    [1, [5, 3]],
    [0, [2, 8, 6]],
  ]);
});

test('many items of one shard go in several calls, one after the other', async () => {
  const items = Array.from({ length: 1200 }, (_, i) => i);
  const sizes: number[] = [];
  let running = 0;
  const answers = await inShards(
    items,
    () => 0,
    async (_, part) => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      sizes.push(part.length);
      return part;
    },
  );
  expect(answers).toEqual(items);
  expect(sizes).toEqual([500, 500, 200]);
});

test('no items make no call', async () => {
  await expect(
    inShards(
      [],
      () => 0,
      () => Promise.reject(new Error('called')),
    ),
  ).resolves.toEqual([]);
});
