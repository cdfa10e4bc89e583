import type { Stores } from '../db/database';
import { createBoundedCache } from '../domain/bounded-cache';
import type { RunId } from '../domain/ids';
import { MESSAGE_STATUSES, totalOf, type MessageStatus, type StatusCounts } from '../domain/message-status';
import { hasEnded, type Run } from '../domain/run';

/** How far a run is, at one moment: `total` = `imported` + `toImport`, `imported` = the sum of `counts`. */
export interface RunProgress {
  readonly total: number;
  readonly imported: number;
  readonly toImport: number;
  readonly counts: StatusCounts;
  readonly waiting: number;
  readonly inFlight: number;
  readonly ended: number;
  readonly ratePerSecond: number | null;
  readonly etaSeconds: number | null;
}

/** Reads how far runs are; many readers of one run share a count. */
export interface RunProgressReader {
  read(stores: Pick<Stores, 'runMessages'>, run: Run): Promise<RunProgress>;
}

interface Sample {
  readonly at: number;
  readonly ended: number;
}

/** A count is used again for this long, and for ten times as long as it took, in milliseconds. */
const FRESH_MS = 400;
const REST = 10;
/** The rate is that of so long a time, in milliseconds. */
const RATE_OVER_MS = 30_000;
const LEAST_RATE_MS = 1_000;
const MAX_RUNS = 1_000;

interface Known {
  samples: Sample[];
  counts: StatusCounts;
  staleAt: number;
  counting: Promise<void> | undefined;
}

export function createRunProgressReader(now: () => number = Date.now): RunProgressReader {
  const runs = createBoundedCache<Known>({ max: MAX_RUNS });

  async function refresh(known: Known, stores: Pick<Stores, 'runMessages'>, id: RunId): Promise<void> {
    const startedAt = now();
    const counts = await stores.runMessages.counts(id);
    const at = now();
    known.counts = counts;
    known.staleAt = at + Math.max(FRESH_MS, (at - startedAt) * REST);
    const recent = known.samples.filter((sample) => sample.at > at - RATE_OVER_MS);
    known.samples = [...recent, { at, ended: sumOf(counts, 'final') }];
  }

  return {
    async read(stores, run) {
      const known = runs.get(run.id) ?? { samples: [], counts: {}, staleAt: 0, counting: undefined };
      runs.set(run.id, known);
      // What has ended is told as it is, and not as it was a moment ago.
      if (known.staleAt <= now() || hasEnded(run)) {
        known.counting ??= refresh(known, stores, run.id).finally(() => {
          known.counting = undefined;
        });
        await known.counting;
      }
      return progressOf(run, known);
    },
  };
}

const sumOf = (counts: StatusCounts, kind: (typeof MESSAGE_STATUSES)[MessageStatus]): number =>
  (Object.entries(counts) as [MessageStatus, number][])
    .filter(([status]) => MESSAGE_STATUSES[status] === kind)
    .reduce((sum, [, n]) => sum + n, 0);

function progressOf(run: Run, { counts, samples }: Known): RunProgress {
  const imported = totalOf(counts);
  const [waiting, inFlight, ended] = [sumOf(counts, 'waiting'), sumOf(counts, 'in_flight'), sumOf(counts, 'final')];
  const toImport = Math.max(0, run.total - imported);
  const ratePerSecond = hasEnded(run) ? null : rateOf(samples);
  const left = waiting + inFlight + toImport;
  const moves = ratePerSecond !== null && ratePerSecond > 0 && run.state === 'running';
  return {
    total: imported + toImport,
    ...{ imported, toImport, counts, waiting, inFlight, ended, ratePerSecond },
    etaSeconds: moves ? Math.ceil(left / ratePerSecond) : null,
  };
}

function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < LEAST_RATE_MS) return null;
  return Math.round(((last.ended - first.ended) / (last.at - first.at)) * 10_000) / 10;
}
