import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { scheduleOfJob, workflowByHand, type MaintenanceJob } from '../domain/maintenance';
import type { maintenance } from '../workflows';
import { OPERATIONS_QUEUE, type MaintenanceInput } from '../workflows/messages';
import type { ScheduleGateway } from './schedules';

/** How the Schedule of a job stands. */
export interface JobSchedule {
  readonly paused: boolean;
  /** Up to ten, soonest first. */
  readonly nextTimes: readonly Date[];
  /** Names of its workflows that run now. */
  readonly running: readonly string[];
}

/** Maintenance in Temporal. Every call rejects when Temporal does not answer within eight seconds. */
export interface MaintenanceGateway {
  /** Makes the Schedule of a job, or changes it; several at once are harmless. An empty cron line: paused. */
  put(job: MaintenanceJob, cron: string, timezone: string): Promise<void>;
  /** `undefined` before a worker has made it. */
  read(job: MaintenanceJob): Promise<JobSchedule | undefined>;
  /** Starts it now, and tells the name of its workflow; `running`: it runs already. */
  start(job: MaintenanceJob): Promise<{ readonly workflowId: string } | 'running'>;
}

const DEADLINE_MS = 5_000;
/** A firing that was missed for longer is left to the next one. */
const CATCHUP_SECONDS = 3_600;
/** A Schedule cannot be without times: a paused one has these. */
const ANY_TIME = '0 0 1 1 *';

const SUMMARIES: Record<MaintenanceJob, string> = {
  retention: 'maintenance · delete what is old',
  reconcile: 'maintenance · clear up doubts and late receipts',
  'relay-check': 'maintenance · does the relay do its work',
  'projection-repair': 'maintenance · compare Redis with MySQL',
  statistics: 'maintenance · compute statistics',
};

interface Options {
  readonly client: Client;
  readonly schedules: ScheduleGateway;
  readonly isRunning: (workflowId: string) => Promise<boolean>;
  /** Base address of our API, for the way back from the Web UI. */
  readonly publicUrl: string;
}

/** The jobs of maintenance over a client. */
export function createMaintenanceGateway({ client, schedules, isRunning, publicUrl }: Options): MaintenanceGateway {
  const soon = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + DEADLINE_MS, call);
  const details = `[The last runs of all jobs](${publicUrl}/v1/maintenance)`;
  return {
    put(job, cron, timezone) {
      const input: MaintenanceInput = { job };
      return schedules.put({
        id: scheduleOfJob(job),
        workflowType: 'maintenance',
        taskQueue: OPERATIONS_QUEUE,
        args: [input],
        workflowId: scheduleOfJob(job),
        times: { kind: 'cron', cron: cron === '' ? ANY_TIME : cron, timezone },
        overlap: 'skip',
        catchupSeconds: CATCHUP_SECONDS,
        paused: cron === '',
        summary: SUMMARIES[job],
        details,
      });
    },
    async read(job) {
      const [state, byHand] = await Promise.all([schedules.read(scheduleOfJob(job)), isRunning(workflowByHand(job))]);
      if (!state) return undefined;
      const { paused, nextTimes, running } = state;
      return {
        paused,
        nextTimes: paused ? [] : nextTimes,
        running: byHand ? [...running, workflowByHand(job)] : running,
      };
    },
    async start(job) {
      const state = await schedules.read(scheduleOfJob(job));
      if (state && state.running.length > 0) return 'running';
      const workflowId = workflowByHand(job);
      try {
        await soon(() =>
          client.workflow.start<typeof maintenance>('maintenance', {
            workflowId,
            taskQueue: OPERATIONS_QUEUE,
            args: [{ job }],
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            staticSummary: `${SUMMARIES[job]} · by hand`,
            staticDetails: details,
          }),
        );
        return { workflowId };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'running';
        throw error;
      }
    },
  };
}
