import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { HOME } from './dev-env';
import { needsServices } from './needs-services';
import { PROJECT_ROOT } from './services/project-root';
import { stopSignal } from './stop-signal';
import { createTestServices } from './test-services';

/** Events. Short, so that workflows begin new histories in tests of a bearable length. */
const LONG_HISTORY = 400;

/** Runs Jest with the given arguments on services of its own; the exit code is Jest's. */
async function main(args: readonly string[]): Promise<number> {
  const stop = stopSignal();
  const say = (line: string): void => {
    console.log(line);
  };
  const services = createTestServices(HOME, say, { longHistory: LONG_HISTORY });
  try {
    if (needsServices(args)) await Promise.race([services.start(), stop]);
    return await runJest(args, services.env, stop);
  } finally {
    await services.stop();
  }
}

function runJest(args: readonly string[], env: Record<string, string>, stop: Promise<never>): Promise<number> {
  const jest = join(PROJECT_ROOT, 'node_modules/jest/bin/jest.js');
  const workers = args.some((arg) => /^(-w|--maxWorkers|--runInBand|-i$)/.test(arg)) ? [] : ['--maxWorkers=2'];
  const child = spawn(process.execPath, [jest, ...workers, ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  stop.catch(() => child.kill());
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
