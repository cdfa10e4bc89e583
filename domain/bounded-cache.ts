/** A map that forgets: the entries not used for the longest time when it is full, and any entry after its time. */
export interface BoundedCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  clear(): void;
}

export interface BoundedCacheOptions<V> {
  /** How much it holds: entries, or what `sizeOf` says. What alone is larger is not kept. */
  readonly max: number;
  /** How much an entry takes; default 1. */
  readonly sizeOf?: (value: V) => number;
  /** For how long an entry holds, in milliseconds; default: until it is pushed out. */
  readonly ttlMs?: number;
}

export function createBoundedCache<V>({
  max,
  sizeOf = () => 1,
  ttlMs = Infinity,
}: BoundedCacheOptions<V>): BoundedCache<V> {
  const entries = new Map<string, { value: V; until: number }>();
  let held = 0;
  const drop = (key: string): void => {
    const entry = entries.get(key);
    if (entry && entries.delete(key)) held -= sizeOf(entry.value);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.until <= Date.now()) {
        drop(key);
        return undefined;
      }
      // A Map keeps the order of insertion: put at the end, it is the last one to be pushed out.
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value) {
      drop(key);
      entries.set(key, { value, until: Date.now() + ttlMs });
      held += sizeOf(value);
      for (const oldest of entries.keys()) {
        if (held <= max) break;
        drop(oldest);
      }
    },
    clear: () => {
      entries.clear();
      held = 0;
    },
  };
}
