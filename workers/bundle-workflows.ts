import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where the build puts the bundle, beside the compiled code. */
export const BUNDLE_PATH = path.resolve(__dirname, '..', 'workflow-bundle.js');

/** The workflow code as one file; fails when workflow code reaches for Node or for rooms it may not use. */
export async function bundleWorkflows(): Promise<string> {
  const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} };
  const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('../workflows'), logger: silent });
  return code;
}

if (require.main === module) {
  void bundleWorkflows().then(async (code) => {
    await mkdir(path.dirname(BUNDLE_PATH), { recursive: true });
    await writeFile(BUNDLE_PATH, code);
  });
}
