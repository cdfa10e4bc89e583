import { groupBy } from '../domain/group-by';

interface Asked<T, R> {
  readonly item: T;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one call of many: the items of a shard that are asked about within one turn of the event loop go to `run` together,
 * which answers in their order. When it rejects, all who asked about an item of that call are told so.
 */
export function gather<T, R>(
  shardOf: (item: T) => number,
  run: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: Asked<T, R>[] = [];

  async function ask(asked: readonly Asked<T, R>[]): Promise<void> {
    try {
      const answers = await run(asked.map(({ item }) => item));
      for (const [i, { resolve }] of asked.entries()) resolve(answers[i] as R);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  function askAll(): void {
    const asked = waiting;
    waiting = [];
    for (const group of groupBy(asked, ({ item }) => shardOf(item)).values()) void ask(group);
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(askAll);
      waiting.push({ item, resolve, reject });
    });
}
