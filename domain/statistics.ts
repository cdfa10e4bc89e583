import { MESSAGE_STATUS_NAMES, type MessageStatus } from './message-status';

/** Statistics are by the hour of acceptance, UTC, which the id of a message begins with. */
export const HOUR_MS = 3_600_000;

/** The beginning of the hour of a moment, epoch milliseconds. */
export const hourOf = (at: number): number => at - (at % HOUR_MS);

/**
 * What is written becomes visible at most so much later than the time it bears, in milliseconds: its transaction ends after that. InnoDB
 * waits up to 50 s for a lock.
 */
export const COMMIT_MS = 60_000;

/** What statistics can be told apart by. */
export const DIMENSIONS = ['hour', 'day', 'template', 'lane', 'account', 'campaign', 'app'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What is timed: acceptance (or the time the caller wants) until the provider took it; from then until it was told delivered. */
export const LATENCIES = ['accept', 'deliver'] as const;
export type Latency = (typeof LATENCIES)[number];

/** Buckets of latencies: the first is below 25 ms, each other from one of these to below the next, the last a day and more. */
export const LATENCY_BOUNDS_MS = [
  25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000,
  86_400_000,
] as const;

/** A message in one of these was handed over, or may have been: it is charged. */
export const CHARGED: readonly MessageStatus[] = [
  'sent',
  'delivered',
  'bounced',
  'undelivered',
  'complained',
  'unknown',
];

/** Stopped before a hand-over: by a rule, or because somebody recalled it or it was too old. */
export const STOPPED = [
  'discarded',
  'suppressed',
  'deduplicated',
  'capped',
  'shielded',
  'recalled',
  'expired',
] as const satisfies readonly MessageStatus[];

export const countOf = (status: MessageStatus): string => `n_${status}`;
export const bucketOf = (latency: Latency, i: number): string => `${latency}_${i}`;
export const sumOf = (latency: Latency): string => `${latency}_ms`;

const buckets = (latency: Latency): string[] =>
  Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, (_, i) => bucketOf(latency, i));

/** Everything that is counted, by name; all of it adds up. `unsized`: SMS handed over in an unknown number of segments. */
export const MEASURES: readonly string[] = [
  ...MESSAGE_STATUS_NAMES.map(countOf),
  ...['emails', 'segments', 'unsized'],
  ...LATENCIES.flatMap(buckets),
  ...LATENCIES.map(sumOf),
];

/** Counts by the names of `MEASURES`; what is absent is 0. */
export type Measures = Record<string, number>;

/** Adds `more` to `sum`, in place. */
export function addMeasures(sum: Measures, more: Readonly<Measures>): void {
  for (const [name, n] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + n;
}

/** One kind of latency of some messages; times are milliseconds, `null` of none. */
export interface LatencyFigures {
  readonly count: number;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  /** Messages by bucket, as `LATENCY_BOUNDS_MS` has them. */
  readonly buckets: readonly number[];
}

export function latencyOf(measures: Readonly<Measures>, latency: Latency): LatencyFigures {
  const counts = buckets(latency).map((name) => measures[name] ?? 0);
  const count = counts.reduce((sum, n) => sum + n, 0);
  const at = (q: number): number | null => quantile(counts, q);
  const meanMs = count === 0 ? null : Math.round((measures[sumOf(latency)] ?? 0) / count);
  return { count, meanMs, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), buckets: counts };
}

/**
 * The q-quantile (0 to 1) of times in buckets, whole milliseconds: within its bucket they are taken to be spread evenly, and those
 * of the last bucket to take just its lower bound. `null` of none.
 */
export function quantile(counts: readonly number[], q: number): number | null {
  const count = counts.reduce((sum, n) => sum + n, 0);
  if (count === 0) return null;
  let left = q * count;
  for (const [i, n] of counts.entries()) {
    const low = LATENCY_BOUNDS_MS[i - 1] ?? 0;
    if (n > 0 && left <= n) return Math.round(low + ((LATENCY_BOUNDS_MS[i] ?? low) - low) * (left / n));
    left -= n;
  }
  return LATENCY_BOUNDS_MS[LATENCY_BOUNDS_MS.length - 1] ?? null;
}

/** Somewhat less than the five minutes after which the job comes again. */
const SOONEST_MS = 240_000;

/**
 * When an hour is computed anew, epoch milliseconds: the older it is the less happens to its messages. Receipts do not wait for
 * this: they make their hour due at once. `open`: some of its messages have not ended, or ended `unknown`.
 */
export function nextComputation(hour: number, computedAt: number, open: boolean): number {
  const age = computedAt - (hour + HOUR_MS);
  return computedAt + Math.max(SOONEST_MS, age / (open ? 8 : 2));
}
