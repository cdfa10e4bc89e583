import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { endOfLog } from './running-service';

export type Say = (line: string) => void;

export interface SlowCommand {
  /** What is going on, for the progress lines. */
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly log: string;
  readonly say: Say;
  /** Ends the command after this time. Default: never. */
  readonly timeoutMs?: number;
  /** Pause between progress lines. Default 10 s. */
  readonly everyMs?: number;
}

/**
 * Runs a command that may take minutes, saying every few seconds for how long it has been going. Its output goes to `log`.
 * Throws with the end of that log when it fails.
 */
export async function runWithProgress(options: SlowCommand): Promise<void> {
  const { label, command, args, env = process.env, log, say, timeoutMs, everyMs = 10_000 } = options;
  await mkdir(dirname(log), { recursive: true });
  const output = createWriteStream(log, { flags: 'a' });
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say(`${label} …`);
  const tick = setInterval(() => {
    say(`${label} … ${seconds()} s`);
  }, everyMs);
  try {
    const failure = await new Promise<string | undefined>((resolve) => {
      const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
      // Whoever stops the launcher does not want a build to go on behind its back.
      const end = () => child.kill();
      process.once('exit', end);
      child.stdout.pipe(output, { end: false });
      child.stderr.pipe(output, { end: false });
      child.once('error', (error) => {
        resolve(error.message);
      });
      child.once('close', (code, signal) => {
        process.off('exit', end);
        resolve(code === 0 ? undefined : `${command} ended with ${signal ?? `code ${code ?? 1}`}`);
      });
    });
    output.end();
    await finished(output);
    if (failure !== undefined) throw new Error(`${label} failed: ${failure}. ${endOfLog(log)}`);
    say(`${label}: done in ${seconds()} s`);
  } finally {
    clearInterval(tick);
  }
}
