import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { LANE_WORKER_OPTIONS } from '../../workers/create-lane-workers';
import { bareActivities } from './activities';
import { BARE_QUEUE } from './rate';

/** A worker for the do-nothing workflow, with the options of our own workers, in a process of its own. */
async function main(): Promise<void> {
  const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} };
  const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const worker = await Worker.create({
    ...LANE_WORKER_OPTIONS,
    connection,
    taskQueue: BARE_QUEUE,
    workflowBundle: await bundleWorkflowCode({ workflowsPath: require.resolve('./workflows'), logger: silent }),
    activities: bareActivities,
  });
  console.log('worker started');
  await worker.run();
  await connection.close();
}

if (require.main === module) void main();
