import { benchApi } from '../bench/api';
import { benchAudience } from '../bench/audience';
import { benchBurst } from '../bench/burst';
import { benchCampaign } from '../bench/campaign';
import { benchCampaignFaults, benchFaults } from '../bench/faults';
import { benchIsolation } from '../bench/isolation';
import { benchSend } from '../bench/send';
import { benchStatistics } from '../bench/statistics';
import { startBenchStack, type BenchStack } from '../bench/stack';
import { stopSignal } from './stop-signal';

type Result = Promise<Record<string, unknown>>;
type Bench = (args: readonly string[], stop: Promise<never>) => Result;

/** Measures on a stack of its own. */
const onStack =
  (bench: (stack: BenchStack, args: readonly string[]) => Result): Bench =>
  async (args, stop) => {
    const stack = await startBenchStack();
    try {
      return await Promise.race([bench(stack, args), stop]);
    } finally {
      await stack.stop();
    }
  };

const BENCHES: Readonly<Record<string, Bench>> = {
  send: onStack(benchSend),
  api: onStack(benchApi),
  audience: onStack(benchAudience),
  burst: onStack(benchBurst),
  campaign: onStack(benchCampaign),
  isolation: onStack(benchIsolation),
  statistics: onStack(benchStatistics),
  faults: benchFaults,
  'campaign-faults': benchCampaignFaults,
};

/** Runs one bench on services of its own; the last line is one JSON object. Exit code 1 when a target is not met. */
async function main(name = '', ...args: readonly string[]): Promise<number> {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`There is no bench "${name}". Use: npm run bench -- ${Object.keys(BENCHES).join(' | ')}`);
  const result = await bench(args, stopSignal());
  console.log(JSON.stringify({ bench: name, ...result }));
  return result['ok'] === true ? 0 : 1;
}

main(...process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
