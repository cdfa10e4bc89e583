import { addCounts, type Counts, type MaintenanceResult } from '../../domain/maintenance';
import { createStatisticsSteps } from './compute-statistics';
import type { MaintenanceDeps } from './deps';
import { inBatches } from './in-batches';

const DAY_MS = 86_400_000;
const EMPTY: { readonly counts: Counts } = { counts: {} };
const FORGOTTEN_AT_ONCE = 1_000;
const REST_MS = 50;

/** Computes the hours that are due and deletes those that are too old. Rests after each step for as long as that took. */
export function createStatistics({ stores, keep }: Pick<MaintenanceDeps, 'stores' | 'keep'>): {
  computeStatistics(): Promise<MaintenanceResult>;
  forgetStatistics(): Promise<MaintenanceResult>;
} {
  const { statisticsDays, statisticsRows } = keep;
  const store = stores.statistics;
  const bound = (): Date => new Date(statisticsDays === 0 ? 0 : Date.now() - statisticsDays * DAY_MS);
  return {
    async computeStatistics() {
      const step = createStatisticsSteps({ store, since: bound(), batchRows: statisticsRows });
      const { counts } = await inBatches(EMPTY, async (state) => {
        const began = Date.now();
        const { done, hours, messages } = await step();
        const counts = addCounts(state.counts, { hours, messagesCounted: messages });
        return { state: { counts }, done, restMs: Date.now() - began };
      });
      return { counts, warnings: [] };
    },
    async forgetStatistics() {
      if (statisticsDays === 0) return { counts: {}, warnings: [] };
      const before = bound();
      const { counts } = await inBatches(EMPTY, async (state) => {
        const statistics = await store.forget(before, FORGOTTEN_AT_ONCE);
        return { state: { counts: addCounts(state.counts, { statistics }) }, done: statistics === 0, restMs: REST_MS };
      });
      return { counts, warnings: [] };
    },
  };
}
