import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

const MAIN = path.resolve(__dirname, '../../dist/cli/main.js');

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The built command line as a process; `env` is its whole environment beside PATH. */
export function startCli(
  args: readonly string[],
  env: Record<string, string>,
): { readonly child: ChildProcess; readonly ended: Promise<CliResult>; out(): string; err(): string } {
  if (!existsSync(MAIN)) throw new Error('dist/ is not built. Run `npm run build`, or `npm test`, which does.');
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, ended, out: () => out, err: () => err };
}
