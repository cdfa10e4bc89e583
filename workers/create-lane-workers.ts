import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities';
import type { RunActivities } from '../activities/runs';
import type { WebhookActivities } from '../activities/webhooks';
import { LANES } from '../domain/lane';
import { OPERATIONS_QUEUE, WEBHOOKS_QUEUE } from '../workflows/messages';

interface QueueOptions<A> {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workflowBundle: NonNullable<WorkerOptions['workflowBundle']>;
  readonly activities: A;
}

/** Slots and pollers of one queue. */
export const LANE_WORKER_OPTIONS = {
  // A send is short and leaves the cache when it ends; those that wait can be replayed from 14 events.
  maxCachedWorkflows: 200,
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentLocalActivityExecutions: 100,
  maxConcurrentActivityTaskExecutions: 40,
  workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 20 },
  activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 20 },
  // Deliveries stop between two batches when they are told; one batch against a slow provider must fit in here.
  shutdownGraceTime: '1s',
  shutdownForceTime: '30s',
} as const satisfies Partial<WorkerOptions>;

/** One worker for each lane's task queue, with slots of its own: a full lane takes nothing from another. */
export async function createLaneWorkers(options: QueueOptions<Activities>): Promise<Worker[]> {
  const workers: Worker[] = [];
  for (const lane of LANES) workers.push(await createQueueWorker(lane, options));
  return workers;
}

/** The worker of runs: none of their work takes a slot from a lane. */
export const createOperationsWorker = (options: QueueOptions<RunActivities>): Promise<Worker> =>
  createQueueWorker(OPERATIONS_QUEUE, options);

/** The worker of webhooks. */
export const createWebhooksWorker = (options: QueueOptions<WebhookActivities>): Promise<Worker> =>
  createQueueWorker(WEBHOOKS_QUEUE, options);

function createQueueWorker(taskQueue: string, options: QueueOptions<object>): Promise<Worker> {
  const activities = { ...options.activities };
  return Worker.create({ ...LANE_WORKER_OPTIONS, ...options, activities, taskQueue });
}
