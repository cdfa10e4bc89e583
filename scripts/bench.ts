import { benchApi } from '../bench/api';
import { benchBurst } from '../bench/burst';
import { benchIsolation } from '../bench/isolation';
import { benchSend } from '../bench/send';
import { startBenchStack, type BenchStack } from '../bench/stack';
import { stopSignal } from './stop-signal';

const BENCHES: Readonly<Record<string, (stack: BenchStack) => Promise<Record<string, unknown>>>> = {
  send: benchSend,
  api: benchApi,
  burst: benchBurst,
  isolation: benchIsolation,
};

/** Runs one bench on services of its own; the last line is one JSON object. Exit code 1 when a target is not met. */
async function main(name = ''): Promise<number> {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`There is no bench "${name}". Use: npm run bench -- ${Object.keys(BENCHES).join(' | ')}`);
  const stop = stopSignal();
  const stack = await startBenchStack();
  try {
    const result = await Promise.race([bench(stack), stop]);
    console.log(JSON.stringify({ bench: name, ...result }));
    return result['ok'] === true ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

main(process.argv[2]).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
