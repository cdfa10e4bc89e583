import { randomInt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { HOME } from '../scripts/dev-env';
import { ensureInstalled } from '../scripts/services/provide-services';
import { STARTED_FILE_VARIABLE } from '../scripts/services/running-service';
import { createTestServices } from '../scripts/test-services';
import { runFaults } from './faults/run-faults';

const MESSAGES = 3_000;
const LOAD_MS = 240_000;
const PATIENCE_MS = 300_000;

const say = (line: string): void => {
  console.error(line);
};

/**
 * 3,000 messages over four minutes while processes are killed and services interrupted some thirty times; then the providers' log
 * against ours. `--seed N` plans an earlier run again. Findings go to the error output.
 */
export async function benchFaults(args: readonly string[], stop: Promise<never>): Promise<Record<string, unknown>> {
  const { seed = String(randomInt(1, 1_000_000)) } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' } },
  }).values;
  if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed ${seed}: it must be a whole number of at most nine digits.`);
  await ensureInstalled(['database', 'redis', 'temporal'], join(HOME, 'logs', 'install.log'), say);
  // Nothing of it is started here: it keeps the list of what the run starts, and ends what is left of it.
  const keeper = createTestServices(HOME, say);
  const startedFile = keeper.env[STARTED_FILE_VARIABLE] ?? '';
  process.env[STARTED_FILE_VARIABLE] = startedFile;
  try {
    const run = runFaults({
      dir: join(dirname(startedFile), 'faults'),
      seed: Number(seed),
      messages: MESSAGES,
      loadMs: LOAD_MS,
      faults: { worker: 14, api: 6, redis: 4, temporal: 4, mysql: 4 },
      patienceMs: PATIENCE_MS,
      say,
    });
    const { report, findings } = await Promise.race([run, stop]);
    for (const finding of findings) say(finding);
    return { ...report };
  } finally {
    await keeper.stop();
  }
}
