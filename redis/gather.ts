interface Asked<T, R> {
  readonly item: T;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

/** What one shard is asked. */
interface Desk<T, R> {
  waiting: Asked<T, R>[];
  /** When it was last called, as `performance.now()` has it. */
  calledAt: number;
}

/**
 * Makes one call of many: the items of a shard that are asked about within one turn of the event loop go to `run` together, which
 * answers in their order; under load also those of `everyMs` milliseconds, in which a shard is called once. When it rejects, all who
 * asked about an item of that call are told so.
 */
export function gather<T, R>(
  shardOf: (item: T) => number,
  everyMs: number,
  run: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  const desks = new Map<number, Desk<T, R>>();

  async function askAll(desk: Desk<T, R>): Promise<void> {
    const asked = desk.waiting;
    desk.waiting = [];
    desk.calledAt = performance.now();
    try {
      const answers = await run(asked.map(({ item }) => item));
      for (const [i, { resolve }] of asked.entries()) resolve(answers[i] as R);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  /** A quiet shard is called at once. */
  function askSoon(desk: Desk<T, R>): void {
    const pauseMs = desk.calledAt + everyMs - performance.now();
    if (pauseMs > 0) setTimeout(() => void askAll(desk), pauseMs);
    else setImmediate(() => void askAll(desk));
  }

  function deskOf(shard: number): Desk<T, R> {
    const known = desks.get(shard);
    if (known) return known;
    const desk: Desk<T, R> = { waiting: [], calledAt: -Infinity };
    desks.set(shard, desk);
    return desk;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const desk = deskOf(shardOf(item));
      if (desk.waiting.length === 0) askSoon(desk);
      desk.waiting.push({ item, resolve, reject });
    });
}
