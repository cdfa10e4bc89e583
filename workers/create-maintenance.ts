import { createMaintenanceActivities, type MaintenanceActivities } from '../activities/maintenance';
import type { ActivityDeps } from '../activities/deps';
import type { RelayWork } from '../activities/maintenance/deps';
import type { Config } from '../config/env';
import type { Database } from '../db/database';
import type { TemporalGateway } from '../temporal/gateway';
import { createRebuild } from '../trace/rebuild';
import type { FileStore } from '../storage/file-store';
import type { TraceStore } from '../trace/trace-store';
import { createOldUploads } from './old-uploads';
import type { ApplyReceipts } from './apply-receipts';

interface MaintenanceOptions {
  readonly config: Pick<
    Config,
    'RETENTION_MESSAGE_DAYS' | 'RETENTION_UPLOAD_DAYS' | 'RETENTION_STATISTICS_DAYS' | 'DEFAULT_TIMEZONE'
  >;
  readonly database: Database;
  readonly gateway: Pick<TemporalGateway, 'history' | 'isRunning'>;
  readonly trace: TraceStore;
  readonly delivery: ActivityDeps;
  readonly applyReceipts: ApplyReceipts;
  readonly relay: RelayWork;
  /** Rows of one batch of retention; default 1,000. */
  readonly batchRows?: number | undefined;
  /** Where uploads are. */
  readonly uploads: FileStore;
}

/** The activities of maintenance over the parts of a worker, and their `close()`. */
export function createMaintenance(options: MaintenanceOptions): {
  activities: MaintenanceActivities;
  close(): Promise<void>;
} {
  const { config, database, gateway, trace } = options;
  const { stores } = database;
  const timezone = config.DEFAULT_TIMEZONE;
  const sources = { messages: stores.messages, receipts: stores.receipts.ofMessages, trace, timezone };
  return createMaintenanceActivities({
    ...options,
    stores,
    keep: {
      messageDays: config.RETENTION_MESSAGE_DAYS,
      uploadDays: config.RETENTION_UPLOAD_DAYS,
      statisticsDays: config.RETENTION_STATISTICS_DAYS,
      batchRows: options.batchRows,
    },
    uploads: createOldUploads(database, options.uploads),
    isRunning: gateway.isRunning,
    rebuild: createRebuild({ ...sources, history: gateway.history }),
    rebuildFast: createRebuild({ ...sources, history: async () => undefined }),
    timezone,
  });
}
