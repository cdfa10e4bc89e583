import { mkdirSync } from 'node:fs';
import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Lets the SDK download the Temporal CLI into the folder named by the first argument, by starting and stopping a server. */
async function main(): Promise<void> {
  const [downloadDir = '.'] = process.argv.slice(2);
  mkdirSync(downloadDir, { recursive: true });
  const server = { executable: { type: 'cached-download' as const, downloadDir } };
  const environment = await TestWorkflowEnvironment.createLocal({ server });
  await environment.teardown();
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
