import type { Stores } from '../../db/database';
import { MAINTENANCE_JOBS, type MaintenanceJob, type MaintenanceRun } from '../../domain/maintenance';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { defineRoute, type Route } from '../route';
import { jobParams, maintenanceSchema, startedJobSchema } from '../schemas/maintenance';
import { noQuery, onePage } from '../schemas/common';

type Deps = Pick<ApiDeps, 'maintenance' | 'logger'>;

const RUNS_SHOWN = 10;

const viewRun = ({ state, startedAt, endedAt, counts, warnings }: MaintenanceRun) => ({
  state,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt.toISOString(),
  counts: { ...counts },
  warnings: [...warnings],
});

async function viewJob({ maintenance, logger }: Deps, stores: Stores, job: MaintenanceJob) {
  const away = (error: unknown): null => {
    logger.warn({ err: error, job }, 'the Schedule of a job cannot be read');
    return null;
  };
  const [runs, schedule] = await Promise.all([
    stores.maintenance.last(job, RUNS_SHOWN),
    maintenance.read(job).catch(away),
  ]);
  return {
    job,
    paused: schedule === null ? null : (schedule?.paused ?? true),
    nextAt: schedule?.nextTimes[0]?.toISOString() ?? null,
    running: schedule === null ? null : (schedule?.running.length ?? 0) > 0,
    links: { running: schedule?.running.map(maintenance.uiLink) ?? [] },
    runs: runs.map(viewRun),
  };
}

function jobNamed(name: string): MaintenanceJob {
  const job = MAINTENANCE_JOBS.find((known) => known === name);
  if (!job) throw new ApiError('not_found', `There is no job ${name}; there are ${MAINTENANCE_JOBS.join(', ')}.`);
  return job;
}

/** The jobs that keep the system small, whole and explained. */
export function maintenanceRoutes(deps: Deps): Route[] {
  const shared = { tag: 'Maintenance', permission: 'maintenance:read' } as const;
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/maintenance',
      summary: 'Jobs of maintenance',
      description: 'When each runs next, and what it did the last times. When they run is set by MAINTENANCE_…_CRON.',
      query: noQuery,
      response: maintenanceSchema,
      handler: async ({ stores }) =>
        onePage(await Promise.all(MAINTENANCE_JOBS.map((job) => viewJob(deps, stores, job)))),
    }),
    defineRoute({
      ...shared,
      method: 'post',
      permission: 'maintenance:run',
      path: '/v1/maintenance/:job/run',
      summary: 'Run a job now',
      description: 'Resolves when it has been started; what it did is in the list when it has ended.',
      params: jobParams,
      status: 202,
      idempotent: true,
      audit: { action: 'maintenance.run' },
      problems: ['not_found', 'maintenance_running'],
      response: startedJobSchema,
      async handler({ params }) {
        const job = jobNamed(params.job);
        const started = await deps.maintenance.start(job).catch((error: unknown) => {
          throw new ApiError('service_unavailable', `Temporal cannot be reached: ${job} was not started.`, undefined, {
            cause: error,
          });
        });
        if (started === 'running') {
          throw new ApiError('maintenance_running', `${job} is running: GET /v1/maintenance tells when it has ended.`);
        }
        return { job, links: { temporal: deps.maintenance.uiLink(started.workflowId) } };
      },
    }),
  ];
}
