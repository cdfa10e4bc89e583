import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary, findTemporal, TEMPORAL_CACHE } from './find-binary';
import { PROJECT_ROOT } from './project-root';
import { runWithProgress, type Say } from './run-with-progress';

/** The newest version that `go install` can build: later ones carry a local replacement in their go.mod. */
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

const INSTEAD =
  'Install the Temporal CLI from https://docs.temporal.io/cli, or Go from https://go.dev/dl, or set TEMPORAL_ADDRESS to a running server.';

export interface TemporalInstall {
  readonly log: string;
  readonly say: Say;
  /** Default: the cache folder of `findTemporal`. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Gets the Temporal CLI into `folder`: by the SDK's own download, which fails at once without internet, else built with Go.
 * Throws one sentence that says what to install when neither works.
 */
async function installTemporal({
  log,
  say,
  folder = TEMPORAL_CACHE,
  env = process.env,
}: TemporalInstall): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (await download(folder, log, say, env)) return;
  const go = findBinary(['go'], env) ?? findBinary(['go'], { PATH: '/usr/local/go/bin' });
  if (go === undefined) {
    throw new Error(
      `The Temporal CLI is missing, cannot be downloaded from here, and there is no Go to build it.\n${INSTEAD}`,
    );
  }
  say('The Temporal CLI cannot be downloaded from here: building it, which takes 3 to 5 minutes, once.');
  const label = 'Building the Temporal CLI';
  const args = ['install', GO_PACKAGE];
  await runWithProgress({ label, command: go, args, env: { ...env, GOBIN: folder }, log, say, everyMs: 5000 }).catch(
    (error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${INSTEAD}`);
    },
  );
}

/** In a process of its own: the SDK's native part takes over the signals of the process that loads it. */
async function download(folder: string, log: string, say: Say, env: NodeJS.ProcessEnv): Promise<boolean> {
  const target = join(folder, 'download');
  const args = [join(PROJECT_ROOT, 'dist/scripts/services/download-temporal.js'), target];
  try {
    const label = 'Downloading the Temporal CLI';
    await runWithProgress({ label, command: process.execPath, args, env, log, say, timeoutMs: 10 * 60_000 });
    const [file] = readdirSync(target).filter((name) => name.startsWith('temporal'));
    if (file === undefined) return false;
    renameSync(join(target, file), join(folder, 'temporal'));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** Makes sure that there is a Temporal CLI. */
export async function ensureTemporal(options: TemporalInstall): Promise<void> {
  if (findTemporal(options.env) === undefined) await installTemporal(options);
}
