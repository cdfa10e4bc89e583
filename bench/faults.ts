import { randomInt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { HOME } from '../scripts/dev-env';
import { ensureInstalled } from '../scripts/services/provide-services';
import { STARTED_FILE_VARIABLE } from '../scripts/services/running-service';
import { createTestServices } from '../scripts/test-services';
import { runCampaignFaults } from './faults/run-campaign-faults';
import { runFaults } from './faults/run-faults';

const MESSAGES = 3_000;
const LOAD_MS = 240_000;
const PATIENCE_MS = 300_000;

const say = (line: string): void => {
  console.error(line);
};

/** Runs `work` in a folder of its own, with what it starts on a list, and ends what is left of that. */
async function underFaults<T>(name: string, work: (dir: string) => Promise<T>, stop: Promise<never>): Promise<T> {
  await ensureInstalled(['database', 'redis', 'temporal'], join(HOME, 'logs', 'install.log'), say);
  // Nothing of it is started here: it keeps the list of what the run starts, and ends what is left of it.
  const keeper = createTestServices(HOME, say);
  const startedFile = keeper.env[STARTED_FILE_VARIABLE] ?? '';
  process.env[STARTED_FILE_VARIABLE] = startedFile;
  try {
    return await Promise.race([work(join(dirname(startedFile), name)), stop]);
  } finally {
    await keeper.stop();
  }
}

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
  const options = { messages: MESSAGES, loadMs: LOAD_MS, patienceMs: PATIENCE_MS, say };
  const faults = { worker: 14, api: 6, redis: 4, temporal: 4, mysql: 4 };
  const run = (dir: string) => runFaults({ dir, seed: Number(seed), faults, ...options });
  const { report, findings } = await underFaults('faults', run, stop);
  for (const finding of findings) say(finding);
  return { ...report };
}

/**
 * A campaign to 20,000 while a worker is killed every few seconds, Redis and Temporal are restarted, and the run is paused and
 * resumed three times; then its result file against what the mail server has.
 */
export async function benchCampaignFaults(
  _args: readonly string[],
  stop: Promise<never>,
): Promise<Record<string, unknown>> {
  const options = { recipients: 20_000, connections: 20, mailMs: 20, killEveryMs: 5_000, patienceMs: 900_000, say };
  return { ...(await underFaults('campaign-faults', (dir) => runCampaignFaults({ dir, ...options }), stop)) };
}
