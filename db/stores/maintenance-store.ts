import type { Knex } from 'knex';
import type { MaintenanceJob, MaintenanceRun, MaintenanceState } from '../../domain/maintenance';
import { readJson } from '../json';

/** What maintenance did, the last times. */
export interface MaintenanceStore {
  /** Notes the end of a job; the same one again changes nothing. Forgets all but the last 100 of the job. */
  note(run: MaintenanceRun): Promise<void>;
  /** The last ones of a job, newest first. */
  last(job: MaintenanceJob, limit: number): Promise<MaintenanceRun[]>;
  /** When each job last succeeded; jobs that never did are absent. */
  successes(): Promise<Map<MaintenanceJob, Date>>;
}

const KEPT = 100;

interface Row {
  id: string;
  job: MaintenanceJob;
  state: MaintenanceState;
  counts: unknown;
  warnings: unknown;
  started_at: Date;
  ended_at: Date;
}

const toRun = (row: Row): MaintenanceRun => ({
  id: row.id,
  job: row.job,
  state: row.state,
  counts: readJson(row.counts),
  warnings: readJson(row.warnings),
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

export function createMaintenanceStore(knex: Knex): MaintenanceStore {
  const ofJob = (job: MaintenanceJob): Knex.QueryBuilder =>
    knex('maintenance_runs').where({ job }).orderBy('ended_at', 'desc').orderBy('id');
  return {
    async note({ startedAt, endedAt, counts, warnings, ...run }) {
      await knex('maintenance_runs')
        .insert({
          ...run,
          counts: JSON.stringify(counts),
          warnings: JSON.stringify(warnings),
          started_at: startedAt,
          ended_at: endedAt,
        })
        .onConflict()
        .ignore();
      const old: unknown = await ofJob(run.job).offset(KEPT).limit(KEPT).pluck('id');
      await knex('maintenance_runs')
        .whereIn('id', old as string[])
        .delete();
    },
    last: async (job, limit) => ((await ofJob(job).limit(limit)) as Row[]).map(toRun),
    async successes() {
      const rows: unknown = await knex('maintenance_runs')
        .where({ state: 'succeeded' })
        .groupBy('job')
        .select('job')
        .max({ at: 'ended_at' });
      return new Map((rows as { job: MaintenanceJob; at: Date }[]).map(({ job, at }) => [job, at]));
    },
  };
}
