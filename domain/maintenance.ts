/** What has to be done again and again so that the system stays small, whole and explained. */
export const MAINTENANCE_JOBS = ['retention', 'reconcile', 'relay-check', 'projection-repair', 'statistics'] as const;
export type MaintenanceJob = (typeof MAINTENANCE_JOBS)[number];

export type Counts = Readonly<Record<string, number>>;

/** What a job did. */
export interface MaintenanceResult {
  readonly counts: Counts;
  /** For people: what is not as it should be, and what to do. No addresses. */
  readonly warnings: readonly string[];
}

export const MAINTENANCE_STATES = ['succeeded', 'failed', 'cancelled'] as const;
export type MaintenanceState = (typeof MAINTENANCE_STATES)[number];

/** A job that has ended, one way or another. */
export interface MaintenanceRun extends MaintenanceResult {
  /** Temporal's run id of its workflow. */
  readonly id: string;
  readonly job: MaintenanceJob;
  readonly state: MaintenanceState;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** The Schedule of a job, and the workflows that it starts; those that are started by hand have a name of their own. */
export const scheduleOfJob = (job: MaintenanceJob): string => `maintenance/${job}`;
export const workflowByHand = (job: MaintenanceJob): string => `${scheduleOfJob(job)}-by-hand`;

/** The sums of both. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, n] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + n;
  return sum;
}
