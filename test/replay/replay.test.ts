import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { quietTemporal } from '../support/quiet-temporal';

quietTemporal();

const FOLDER = path.join(__dirname, 'histories');
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

const replay = (code: string, name: string): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: { code } }, JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')));

describe('the workflow code of today', () => {
  let code: string;
  beforeAll(async () => {
    code = await bundleWorkflows();
  }, 60_000);

  test('is checked against plain, waiting and retried sends, and runs', () => {
    expect(names).toEqual(
      expect.arrayContaining(['0.1.0-plain.json', '0.1.0-retried.json', '0.1.0-waiting.json', '0.3.0-run-plain.json']),
    );
  });

  test.each(names)('goes the way that %s went', async (name) => {
    await expect(replay(code, name)).resolves.toBeUndefined();
  });
});

test('workflow code that would go another way is found out', async () => {
  const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} };
  const workflowsPath = require.resolve('../support/reordered-workflows');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: silent });
  await expect(replay(code, '0.1.0-plain.json')).rejects.toThrow(DeterminismViolationError);
}, 60_000);
