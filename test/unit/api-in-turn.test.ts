import { createBoundedCache } from '../../domain/bounded-cache';
import { createInTurn } from '../../api/in-turn';

describe('createInTurn', () => {
  test('work of one key runs one after another, that of other keys does not wait', async () => {
    const inTurn = createInTurn();
    const log: string[] = [];
    let release = (): void => undefined;
    const first = inTurn('a', () =>
      new Promise<void>((resolve) => (release = resolve)).then(() => void log.push('a1')),
    );
    const second = inTurn('a', async () => void log.push('a2'));
    await inTurn('b', async () => void log.push('b1'));
    release();
    await Promise.all([first, second]);
    expect(log).toEqual(['b1', 'a1', 'a2']);
  });

  test('a failure reaches its own caller only', async () => {
    const inTurn = createInTurn();
    const failed = inTurn('a', () => Promise.reject(new Error('no')));
    const next = inTurn('a', async () => 'yes');
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});

describe('createBoundedCache', () => {
  test('a full cache forgets what was not used for the longest time', () => {
    const cache = createBoundedCache<number>({ max: 2 });
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
  });

  test('a cache of sizes holds no more than it may, and nothing that alone is more', () => {
    const cache = createBoundedCache<number>({ max: 100, sizeOf: (size) => size });
    const held = () => ['a', 'b', 'c', 'd'].filter((key) => cache.get(key) !== undefined);
    cache.set('a', 60);
    cache.set('a', 40);
    cache.set('b', 60);
    expect(held()).toEqual(['a', 'b']);
    cache.set('c', 41);
    expect(held()).toEqual(['c']);
    cache.set('d', 101);
    expect(held()).toEqual([]);
    cache.set('a', 100);
    expect(held()).toEqual(['a']);
    cache.clear();
    cache.set('b', 100);
    expect(held()).toEqual(['b']);
  });

  test('an entry does not outlive its time, however often it is read', () => {
    jest.useFakeTimers({ now: 0 });
    const cache = createBoundedCache<number>({ max: 2, ttlMs: 100 });
    cache.set('a', 1);
    jest.setSystemTime(99);
    expect(cache.get('a')).toBe(1);
    jest.setSystemTime(100);
    expect(cache.get('a')).toBeUndefined();
    jest.useRealTimers();
  });
});
