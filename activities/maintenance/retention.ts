import { addCounts, type Counts, type MaintenanceResult } from '../../domain/maintenance';
import type { MaintenanceDeps } from './deps';
import { inBatches } from './in-batches';

/** After a batch it rests as long as the batch took, so that sends have the database for themselves half of the time. */
const MIN_REST_MS = 50;
const DAY_MS = 86_400_000;
const LEFTOVERS = ['runs', 'sends', 'dispatches', 'receipts', 'webhook_deliveries', 'webhook_events'] as const;

type Deps = Pick<MaintenanceDeps, 'stores' | 'keep' | 'uploads'>;
type Activity = () => Promise<MaintenanceResult>;

interface State {
  readonly after: string | null;
  readonly counts: Counts;
  /** Index in `LEFTOVERS`. */
  readonly table: number;
}
const START: State = { after: null, counts: {}, table: 0 };

const NOTHING: MaintenanceResult = { counts: {}, warnings: [] };
const bound = (days: number): Date => new Date(Date.now() - days * DAY_MS);

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; restMs: number }> {
  const began = Date.now();
  const result = await work();
  return { result, restMs: Math.max(MIN_REST_MS, Date.now() - began) };
}

/**
 * Deletes what is older than its time, in small batches with rests: open messages, runs that have not ended, and suppressions never.
 * What Redis keeps of messages expires there by itself.
 */
export function createRetention({
  stores,
  keep,
  uploads,
}: Deps): Record<'forgetMessages' | 'forgetLeftovers' | 'forgetUploads', Activity> {
  const { batchRows = 1_000 } = keep;
  return {
    async forgetMessages() {
      if (keep.messageDays === 0) return NOTHING;
      const before = bound(keep.messageDays);
      const { counts } = await inBatches(START, async (state) => {
        const { result, restMs } = await timed(() => stores.retention.messages(before, state.after, batchRows));
        const next = { ...state, after: result.after, counts: addCounts(state.counts, result.counts) };
        return { state: next, done: result.after === null, restMs };
      });
      return { counts, warnings: [] };
    },
    async forgetLeftovers() {
      const { counts } = await inBatches(START, async (state) => {
        const table = keep.messageDays === 0 ? undefined : LEFTOVERS[state.table];
        if (!table) {
          const idempotencyKeys = await stores.idempotency.prune(batchRows);
          const next = { ...state, counts: addCounts(state.counts, { idempotencyKeys }) };
          return { state: next, done: idempotencyKeys < batchRows, restMs: MIN_REST_MS };
        }
        const before = bound(keep.messageDays);
        const { result, restMs } = await timed(() => stores.retention.leftovers(table, before, state.after, batchRows));
        const counts = addCounts(state.counts, result.counts);
        const place = result.after === null ? { after: null, table: state.table + 1 } : { after: result.after };
        return { state: { ...state, ...place, counts }, done: false, restMs };
      });
      return { counts, warnings: [] };
    },
    async forgetUploads() {
      if (keep.uploadDays === 0) return NOTHING;
      const before = bound(keep.uploadDays);
      const { counts } = await inBatches(START, async (state) => {
        const { after, deleted } = await uploads.forget(before, state.after, 10);
        const next = { ...state, after, counts: addCounts(state.counts, { uploads: deleted }) };
        return { state: next, done: after === null, restMs: MIN_REST_MS };
      });
      return { counts, warnings: [] };
    },
  };
}
