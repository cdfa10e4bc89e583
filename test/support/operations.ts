import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { loadConfig } from '../../config/env';
import { workflowByHand, type MaintenanceJob, type MaintenanceResult } from '../../domain/maintenance';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { createMaintenance } from '../../workers/create-maintenance';
import { createOperationsWorker } from '../../workers/create-lane-workers';
import { OPERATIONS_QUEUE } from '../../workflows/messages';
import type { maintenance } from '../../workflows';
import { settingsOf } from './worker-process';
import type { TestSystem } from './test-system';

/** The worker of the operations queue over the parts of a system. */
export interface Operations {
  /** Starts a job and waits for its result. */
  run(job: MaintenanceJob): Promise<MaintenanceResult>;
  start(job: MaintenanceJob): Promise<{ result(): Promise<MaintenanceResult>; cancel(): Promise<unknown> }>;
  close(): Promise<void>;
}

export async function startOperations(
  system: TestSystem,
  options: { env?: Record<string, string>; batchRows?: number } = {},
): Promise<Operations> {
  const { deps, temporal } = system;
  const config = loadConfig({ ...settingsOf(system.config), ...options.env });
  const { activities, close } = createMaintenance({
    ...deps,
    config,
    delivery: deps.activityDeps,
    relay: system.relay.work,
    batchRows: options.batchRows,
  });
  const { connection, namespace } = temporal;
  const workflowBundle = { code: await bundleWorkflows() };
  const worker = await createOperationsWorker({
    ...{ connection, namespace, workflowBundle },
    activities: { ...deps.runActivities, ...activities },
  });
  const running = worker.run();
  const client = new Client({ connection, namespace });
  const start: Operations['start'] = (job) =>
    client.workflow.start<typeof maintenance>('maintenance', {
      workflowId: `${workflowByHand(job)}-${randomUUID()}`,
      taskQueue: OPERATIONS_QUEUE,
      args: [{ job }],
    });
  return {
    start,
    run: async (job) => (await start(job)).result(),
    async close() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      await close();
    },
  };
}
