import { CancellationScope, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { MaintenanceActivities } from '../activities/maintenance';
import { addCounts, type MaintenanceJob, type MaintenanceResult } from '../domain/maintenance';
import { NOTE, UPKEEP } from './activity-options';
import type { MaintenanceInput } from './messages';

const part = (summary: string) => proxyActivities<MaintenanceActivities>({ ...UPKEEP, summary });
const { forgetMessages } = part('delete messages that ended long ago');
const { forgetLeftovers } = part('delete what belongs to no message any more');
const { forgetUploads } = part('delete old uploads that nobody uses');
const { askForUnknown } = part('ask providers about unknown messages');
const { applyLateReceipts } = part('apply receipts that came too early');
const { checkRelay } = part('look for what the relay should have done');
const { repairProjection } = part('compare Redis with MySQL, repair what differs');
const { computeStatistics } = part('count the messages of each hour');
const { forgetStatistics } = part('delete old statistics');
const { noteMaintenance } = proxyActivities<MaintenanceActivities>({ ...NOTE, summary: 'keep the result' });

type Part = () => Promise<MaintenanceResult>;

const PARTS: Record<MaintenanceJob, readonly Part[]> = {
  retention: [forgetMessages, forgetLeftovers, forgetUploads],
  reconcile: [askForUnknown, applyLateReceipts],
  'relay-check': [checkRelay],
  'projection-repair': [() => repairProjection(Date.now())],
  statistics: [computeStatistics, forgetStatistics],
};

/** One job of maintenance: its parts one after the other. What it did is its result, and is kept in MySQL. */
export async function maintenance({ job }: MaintenanceInput): Promise<MaintenanceResult> {
  const startedAt = Date.now();
  let result: MaintenanceResult = { counts: {}, warnings: [] };
  try {
    for (const run of PARTS[job]) {
      const { counts, warnings } = await run();
      result = { counts: addCounts(result.counts, counts), warnings: [...result.warnings, ...warnings] };
    }
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => noteMaintenance({ job, state, startedAt, ...result }));
    throw error;
  }
  await noteMaintenance({ job, state: 'succeeded', startedAt, ...result });
  return result;
}
