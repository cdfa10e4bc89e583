/** Runs work of the same key one after another, in order of arrival; a failure does not keep the next one from running. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** A set of queues, one per key, each only as long as somebody waits in it. */
export function createInTurn(): InTurn {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const mine = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
