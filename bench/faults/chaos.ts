import { setTimeout as sleep } from 'node:timers/promises';
import type { Part, PartKind } from './parts';
import type { Random } from './random';

/** One fault to come. Times are milliseconds after the start of the load. */
export interface Fault {
  readonly at: number;
  readonly part: string;
  readonly how: 'kill' | 'stop';
  readonly downMs: number;
}

/** How many faults of each kind a run has. */
export type FaultCounts = Readonly<Record<PartKind, number>>;

/** Longest time away, in milliseconds; the shortest is half a second. That of Temporal outlasts the heartbeat of a delivery. */
const DOWN_MS: FaultCounts = { worker: 3_000, api: 2_000, redis: 4_000, temporal: 20_000, mysql: 4_000 };

/**
 * Faults at random moments of the load, over the parts of each kind in turn. Workers and APIs are always killed, services half
 * of the time. Several parts may be away at once.
 */
export function planFaults(random: Random, parts: readonly Part[], counts: FaultCounts, overMs: number): Fault[] {
  const faults: Fault[] = [];
  for (const [kind, count] of Object.entries(counts) as [PartKind, number][]) {
    const names = parts.filter((part) => part.kind === kind).map(({ name }) => name);
    for (let n = 0; n < count; n++) {
      const killed = kind === 'worker' || kind === 'api' || random.chance(0.5);
      faults.push({
        // Spread over the load, each at random within its share of it.
        at: Math.round(((n + random.next()) / count) * 0.9 * overMs + 0.05 * overMs),
        part: names[n % names.length] ?? '',
        how: killed ? 'kill' : 'stop',
        downMs: random.whole(500, DOWN_MS[kind]),
      });
    }
  }
  return faults.sort((a, b) => a.at - b.at);
}

/** Makes the faults happen; those of one part one after the other. */
export async function makeFaults(faults: readonly Fault[], parts: readonly Part[]): Promise<void> {
  const startedAt = Date.now();
  const ofPart = async (part: Part): Promise<void> => {
    for (const { at, how, downMs } of faults.filter((fault) => fault.part === part.name)) {
      await sleep(Math.max(0, startedAt + at - Date.now()));
      await part.fail(how, downMs);
    }
  };
  await Promise.all(parts.map(ofPart));
}
