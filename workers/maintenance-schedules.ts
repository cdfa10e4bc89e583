import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/env';
import type { Logger } from '../config/logger';
import { MAINTENANCE_JOBS, type MaintenanceJob } from '../domain/maintenance';
import type { MaintenanceGateway } from '../temporal/maintenance';
import type { MaintenanceMetrics } from './maintenance-metrics';

export interface MaintenanceSchedules {
  /** Sees to it that every job has its Schedule, and tries again as long as Temporal is away. */
  start(): void;
  /** Resolves when all of them are made. */
  done(): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  readonly config: Pick<
    Config,
    | 'MAINTENANCE_RETENTION_CRON'
    | 'MAINTENANCE_RECONCILE_CRON'
    | 'MAINTENANCE_RELAY_CHECK_CRON'
    | 'MAINTENANCE_PROJECTION_REPAIR_CRON'
    | 'MAINTENANCE_STATISTICS_CRON'
    | 'DEFAULT_TIMEZONE'
  >;
  readonly maintenance: Pick<MaintenanceGateway, 'put' | 'read'>;
  readonly metrics: Pick<MaintenanceMetrics, 'period'>;
  readonly log: Logger;
}

const AGAIN_MS = 10_000;

/** The Schedules as the configuration has them; the worker that starts last decides. */
export function createMaintenanceSchedules({ config, maintenance, metrics, log }: Options): MaintenanceSchedules {
  const crons: Record<MaintenanceJob, string> = {
    retention: config.MAINTENANCE_RETENTION_CRON,
    reconcile: config.MAINTENANCE_RECONCILE_CRON,
    'relay-check': config.MAINTENANCE_RELAY_CHECK_CRON,
    'projection-repair': config.MAINTENANCE_PROJECTION_REPAIR_CRON,
    statistics: config.MAINTENANCE_STATISTICS_CRON,
  };
  const stopping = new AbortController();
  let work = Promise.resolve();

  async function putAll(): Promise<void> {
    for (const job of MAINTENANCE_JOBS) {
      await maintenance.put(job, crons[job], config.DEFAULT_TIMEZONE);
      const period = longestGap((await maintenance.read(job))?.nextTimes ?? []);
      if (period !== undefined) metrics.period.set({ job }, period);
    }
  }

  async function untilDone(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await putAll();
        return;
      } catch (error) {
        log.warn({ err: error }, 'the Schedules of maintenance could not be made; trying again');
      }
      // Cut short when told to stop.
      await sleep(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    start() {
      work = untilDone();
    },
    done: () => work,
    stop() {
      stopping.abort();
      return work;
    },
  };
}

/** In seconds; `undefined` for fewer than two times. */
function longestGap(times: readonly Date[]): number | undefined {
  const gaps = times.slice(1).map((time, i) => (time.getTime() - (times[i]?.getTime() ?? 0)) / 1000);
  return gaps.length === 0 ? undefined : Math.max(...gaps);
}
