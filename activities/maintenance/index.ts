import { activityInfo } from '@temporalio/activity';
import type { MaintenanceJob, MaintenanceResult, MaintenanceState } from '../../domain/maintenance';
import { createAccountDirectory } from '../account-directory';
import { createRenderer } from '../render';
import { withSafeFailures } from '../to-failure';
import type { MaintenanceDeps } from './deps';
import { repairProjection } from './projection-repair';
import { applyLateReceipts, askForUnknown } from './reconcile';
import { checkRelay } from './relay-check';
import { createRetention } from './retention';
import { createStatistics } from './statistics';

/** How a job ended, as its workflow tells it. Times are epoch milliseconds. */
export interface EndedJob extends MaintenanceResult {
  readonly job: MaintenanceJob;
  readonly state: MaintenanceState;
  readonly startedAt: number;
}

/** The parts of the jobs. Each may be cut off at any time and goes on where it was; results are counts, never addresses. */
export interface MaintenanceActivities {
  forgetMessages(): Promise<MaintenanceResult>;
  forgetLeftovers(): Promise<MaintenanceResult>;
  forgetUploads(): Promise<MaintenanceResult>;
  askForUnknown(): Promise<MaintenanceResult>;
  applyLateReceipts(): Promise<MaintenanceResult>;
  checkRelay(): Promise<MaintenanceResult>;
  /** `begunAt`, epoch milliseconds, is the end of the time that is looked at. */
  repairProjection(begunAt: number): Promise<MaintenanceResult>;
  computeStatistics(): Promise<MaintenanceResult>;
  forgetStatistics(): Promise<MaintenanceResult>;
  /** Keeps how a job ended, for `GET /v1/maintenance`. */
  noteMaintenance(ended: EndedJob): Promise<void>;
}

/** The activities and their `close()`. */
export function createMaintenanceActivities(deps: MaintenanceDeps): {
  activities: MaintenanceActivities;
  close(): Promise<void>;
} {
  const { delivery } = deps;
  const directory = createAccountDirectory(delivery);
  const context = { deps, directory, renderContent: createRenderer(delivery).content };
  const retention = createRetention(deps);
  const statistics = createStatistics(deps);
  const safely = <T>(name: string, body: () => Promise<T>): Promise<T> => withSafeFailures(delivery.log, name, body);
  return {
    activities: {
      forgetMessages: () => safely('forgetMessages', retention.forgetMessages),
      forgetLeftovers: () => safely('forgetLeftovers', retention.forgetLeftovers),
      forgetUploads: () => safely('forgetUploads', retention.forgetUploads),
      askForUnknown: () => safely('askForUnknown', () => askForUnknown(context)),
      applyLateReceipts: () => safely('applyLateReceipts', () => applyLateReceipts(deps)),
      checkRelay: () => safely('checkRelay', () => checkRelay(deps)),
      repairProjection: (begunAt) => safely('repairProjection', () => repairProjection(deps, begunAt)),
      computeStatistics: () => safely('computeStatistics', statistics.computeStatistics),
      forgetStatistics: () => safely('forgetStatistics', statistics.forgetStatistics),
      noteMaintenance: ({ startedAt, ...ended }) =>
        safely('noteMaintenance', async () => {
          const id = activityInfo().workflowExecution?.runId ?? '';
          const [from, until] = [new Date(startedAt), new Date()];
          await deps.stores.maintenance.note({ ...ended, id, startedAt: from, endedAt: until });
          const { job, state, counts, warnings } = ended;
          const log = warnings.length > 0 || state === 'failed' ? 'warn' : 'info';
          delivery.log[log]({ job, state, counts, warnings }, 'maintenance has ended');
        }),
    },
    close: () => directory.close(),
  };
}
