import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { chunked, createSlots, inParallel } from '../../activities/slots';

/** Work that ends when it is told to. */
function controlled() {
  const ends: (() => void)[] = [];
  let running = 0;
  let peak = 0;
  return {
    ends,
    peak: () => peak,
    work: async (): Promise<number> => {
      peak = Math.max(peak, ++running);
      await new Promise<void>((resolve) => ends.push(resolve));
      return --running;
    },
  };
}

test('no more than the given number run at a time, and every piece gets its turn in order', async () => {
  const slots = createSlots(3);
  const started: number[] = [];
  const { ends, peak, work } = controlled();
  const all = Array.from({ length: 10 }, (_, i) =>
    slots.run(() => {
      started.push(i);
      return work();
    }),
  );
  while (started.length < 10 || ends.length > 0) {
    await turn();
    ends.shift()?.();
  }
  await Promise.all(all);
  expect(peak()).toBe(3);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('the result and the error of a piece reach whoever gave it', async () => {
  const slots = createSlots(1);
  await expect(slots.run(async () => 'done')).resolves.toBe('done');
  await expect(slots.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('a piece that fails frees its slot', async () => {
  const slots = createSlots(1);
  const failures = Array.from({ length: 5 }, () => slots.run(() => Promise.reject(new Error('broken'))).catch(() => 1));
  expect(await Promise.all(failures)).toEqual([1, 1, 1, 1, 1]);
  expect(await slots.run(async () => 2)).toBe(2);
});

test('slots that are all free again take as many as before', async () => {
  const slots = createSlots(2);
  await Promise.all([1, 2, 3].map((n) => slots.run(async () => n)));
  const { ends, peak, work } = controlled();
  const all = [1, 2, 3].map(() => slots.run(work));
  await turn();
  expect(ends).toHaveLength(2);
  for (let i = 0; i < 3; i++) {
    ends.shift()?.();
    await turn();
  }
  await Promise.all(all);
  expect(peak()).toBe(2);
});

test.each([
  [[], []],
  [[1], [[1]]],
  [[1, 2], [[1, 2]]],
  [
    [1, 2, 3],
    [[1, 2], [3]],
  ],
])('chunks of two of %j are %j', (items, chunks) => {
  expect(chunked<number>(items, 2)).toEqual(chunks);
});

test('work in parallel keeps to its width, and does every piece once', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
    most = Math.max(most, ++running);
    await sleep(1);
    running--;
    done.push(n);
  });
  expect([most, done.sort()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
  await inParallel([], 3, () => Promise.reject(new Error('never')));
});

test('work in parallel begins nothing after a failure, and ends with it when the rest has ended', async () => {
  const begun: number[] = [];
  let ended = false;
  const work = inParallel([1, 2, 3, 4], 2, async (n) => {
    begun.push(n);
    if (n === 2) throw new Error('no');
    await sleep(20);
    ended = true;
  });
  await expect(work).rejects.toThrow('no');
  expect([begun, ended]).toEqual([[1, 2], true]);
});
