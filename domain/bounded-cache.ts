/** A map that forgets: the entry not used for the longest time when it is full, and any entry after its time. */
export interface BoundedCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  clear(): void;
}

/** `ttlMs`: for how long an entry holds, in milliseconds; default: until it is pushed out. */
export function createBoundedCache<V>({ max, ttlMs = Infinity }: { max: number; ttlMs?: number }): BoundedCache<V> {
  const entries = new Map<string, { value: V; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= Date.now()) return undefined;
      // A Map keeps the order of insertion: put at the end, it is the last one to be pushed out.
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, until: Date.now() + ttlMs });
      const [oldest] = entries.keys();
      if (entries.size > max && oldest !== undefined) entries.delete(oldest);
    },
    clear: () => {
      entries.clear();
    },
  };
}
