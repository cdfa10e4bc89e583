import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './find-binary';
import { installPackages } from './install-packages';
import { PROJECT_ROOT } from './project-root';
import { runWithProgress, type Say } from './run-with-progress';

const REQUIREMENTS = join(PROJECT_ROOT, 'scripts/services/schemathesis.txt');
const CACHE = join(homedir(), '.cache/luminate');

export interface SchemathesisInstall {
  readonly log: string;
  readonly say: Say;
  /** Default: `~/.cache/luminate`, shared by all checkouts. */
  readonly cache?: string;
}

/**
 * The Python that has schemathesis, from a virtual environment of exactly these versions; made when it is not there, which needs
 * Python 3.10 or newer and takes half a minute. Throws one sentence when it cannot be had.
 */
export async function ensureSchemathesis({ log, say, cache = CACHE }: SchemathesisInstall): Promise<string> {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(cache, `schemathesis-${version}`);
  const python = join(folder, 'bin/python');
  if (existsSync(python)) return python;
  const system = findBinary(['python3']);
  if (system === undefined || !hasVenv(system)) {
    await installPackages({ packages: ['python3', 'python3-venv'], log, say });
  }
  // Put in its place as a whole, so that no other run finds half of it.
  const making = `${folder}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  try {
    const step = (label: string, command: string, args: string[]) =>
      runWithProgress({ label, command, args, log, say, timeoutMs: 5 * 60_000 });
    await step('Making a Python environment', system ?? 'python3', ['-m', 'venv', making]);
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', REQUIREMENTS];
    await step('Installing schemathesis', join(making, 'bin/python'), pip);
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return python;
}

/** Debian keeps what `venv` needs in a package of its own. */
function hasVenv(python: string): boolean {
  const check = spawnSync(python, ['-c', 'import ensurepip, venv'], { stdio: 'ignore' });
  return check.status === 0;
}
