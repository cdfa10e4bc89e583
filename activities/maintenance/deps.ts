import type { Stores } from '../../db/database';
import type { Rebuild } from '../../trace/rebuild';
import type { TraceStore } from '../../trace/trace-store';
import type { ActivityDeps } from '../deps';

/** Uploads of recipients, as far as they are kept for a time only. */
export interface OldUploads {
  /**
   * Looks at the next `limit` uploads made before this time and deletes those that no campaign and no open run uses, with their
   * files. `after` is where to go on; `null`: there is no more.
   */
  forget(before: Date, after: string | null, limit: number): Promise<{ after: string | null; deleted: number }>;
}

/** What the relay does all the time, once. */
export interface RelayWork {
  gather(): Promise<void>;
  confirm(): Promise<void>;
  heal(): Promise<void>;
}

/** In days; 0: for ever. */
export interface RetentionTimes {
  readonly messageDays: number;
  readonly uploadDays: number;
  readonly statisticsDays: number;
  /** Rows that one batch looks at; default 1,000. */
  readonly batchRows?: number | undefined;
  /** Messages that one statement of statistics counts; default 20,000. */
  readonly statisticsRows?: number | undefined;
}

/** Everything that maintenance works with, besides what a delivery does. */
export interface MaintenanceDeps {
  readonly delivery: ActivityDeps;
  readonly stores: Pick<
    Stores,
    | 'apps'
    | 'dispatches'
    | 'idempotency'
    | 'maintenance'
    | 'messages'
    | 'reconcile'
    | 'retention'
    | 'runs'
    | 'statistics'
  >;
  readonly keep: RetentionTimes;
  readonly uploads: OldUploads;
  /** Applies receipts that are due, some at a time; resolves with how many it looked at. */
  readonly applyReceipts: () => Promise<number>;
  readonly relay: RelayWork;
  /** Whether a workflow of this name runs. */
  readonly isRunning: (workflowId: string) => Promise<boolean>;
  readonly trace: Pick<TraceStore, 'readStatuses'>;
  /** With the histories of Temporal, which take time, and from MySQL alone. */
  readonly rebuild: Rebuild;
  readonly rebuildFast: Rebuild;
  /** Zone of the projection's days. */
  readonly timezone: string;
}
