interface Asked<T, R> {
  readonly item: T;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

/** What one shard is asked. */
interface Desk<T, R> {
  waiting: Asked<T, R>[];
  busy: boolean;
}

/**
 * Makes one call of many: the items of a shard that are asked about within one turn of the event loop, or while its last call is not
 * answered yet, go to `run` together, which answers in their order. When it rejects, all who asked about an item of that call are
 * told so.
 */
export function gather<T, R>(
  shardOf: (item: T) => number,
  run: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  const desks = new Map<number, Desk<T, R>>();

  /** Calls again for what has come meanwhile; under load, that makes few large calls of many small ones. */
  async function askAll(desk: Desk<T, R>): Promise<void> {
    while (desk.waiting.length > 0) {
      const asked = desk.waiting;
      desk.waiting = [];
      try {
        const answers = await run(asked.map(({ item }) => item));
        for (const [i, { resolve }] of asked.entries()) resolve(answers[i] as R);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    desk.busy = false;
  }

  function deskOf(shard: number): Desk<T, R> {
    const known = desks.get(shard);
    if (known) return known;
    const desk: Desk<T, R> = { waiting: [], busy: false };
    desks.set(shard, desk);
    return desk;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const desk = deskOf(shardOf(item));
      desk.waiting.push({ item, resolve, reject });
      if (desk.busy) return;
      desk.busy = true;
      setImmediate(() => void askAll(desk));
    });
}
