import { Gauge, type Registry } from 'prom-client';
import type { MaintenanceStore } from '../db/stores/maintenance-store';
import { MAINTENANCE_JOBS } from '../domain/maintenance';

export interface MaintenanceMetrics {
  /** Seconds between two firings of a job, the longest; absent for one that only runs by hand. */
  readonly period: Gauge<'job'>;
  /** When a job last succeeded, over all workers; before its first success: when this process started. */
  readonly succeeded: Gauge<'job'>;
}

/** `succeeded` is read from MySQL when it is asked for; while MySQL is away it stays as it was. */
export function createMaintenanceMetrics(
  registry: Registry,
  store: Pick<MaintenanceStore, 'successes'>,
): MaintenanceMetrics {
  const registers = [registry];
  const startedAt = Date.now();
  return {
    period: new Gauge({
      name: 'luminate_maintenance_period_seconds',
      help: 'Seconds between two firings of a job of maintenance',
      labelNames: ['job'],
      registers,
    }),
    succeeded: new Gauge({
      name: 'luminate_maintenance_succeeded_timestamp_seconds',
      help: 'When a job of maintenance last succeeded',
      labelNames: ['job'],
      registers,
      async collect() {
        const times = await store.successes().catch(() => undefined);
        if (!times) return;
        for (const job of MAINTENANCE_JOBS) this.set({ job }, (times.get(job)?.getTime() ?? startedAt) / 1000);
      },
    }),
  };
}
