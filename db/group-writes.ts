/** Writes one item; resolves when it is durable. */
export type GroupedWrite<T> = (item: T) => Promise<void>;

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupOptions<T> {
  /** Writes a group as a whole or not at all. */
  readonly write: (items: readonly T[]) => Promise<void>;
  /** How much an item adds to its group, and how much a group may hold; a larger item goes alone. */
  readonly sizeOf: (item: T) => number;
  readonly maxSize: number;
  /** Groups under way at once. */
  readonly width: number;
}

/**
 * Group commit: an item is written at once when nothing is under way, and what comes meanwhile goes together in the next
 * write, which costs the database and us about as much as one. An item that the server refuses harms only itself.
 */
export function createGroupedWrite<T>({ write, sizeOf, maxSize, width }: GroupOptions<T>): GroupedWrite<T> {
  const waiting: Waiting<T>[] = [];
  let underWay = 0;

  function nextGroup(): Waiting<T>[] {
    let size = 0;
    const end = waiting.findIndex(({ item }, i) => (size += sizeOf(item)) > maxSize && i > 0);
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  async function writeGroup(group: readonly Waiting<T>[]): Promise<void> {
    try {
      await write(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      const { code } = (error ?? {}) as { code?: unknown };
      // Only an error of the server proves that nothing was written; then each is tried by itself.
      const refused = typeof code === 'string' && code.startsWith('ER_');
      if (refused && group.length > 1) for (const one of group) await writeGroup([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    underWay++;
    while (waiting.length > 0) await writeGroup(nextGroup());
    underWay--;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (underWay < width) void run();
    });
}
