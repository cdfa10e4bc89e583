import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { findBinary } from './find-binary';
import { runWithProgress, type Say } from './run-with-progress';

const run = promisify(execFile);

export interface PackageInstall {
  /** Debian package names. */
  readonly packages: readonly string[];
  readonly log: string;
  readonly say: Say;
}

/** Why Debian packages cannot be installed here, as one sentence; `undefined` when they can. */
export function whyNoPackages(
  packages: readonly string[],
  machine: { isRoot: boolean; hasApt: boolean; platform: NodeJS.Platform } = {
    isRoot: process.getuid?.() === 0,
    hasApt: findBinary(['apt-get']) !== undefined,
    platform: process.platform,
  },
): string | undefined {
  const names = packages.join(' and ');
  if (machine.hasApt && machine.isRoot) return undefined;
  if (machine.hasApt)
    return `${names} missing, and only root may install: run "sudo apt-get install ${packages.join(' ')}".`;
  if (machine.platform === 'darwin')
    return `${names} missing: install them, e.g. "brew install mariadb redis temporal".`;
  return `${names} missing: install them with your system's package manager, or start a Docker engine.`;
}

/** Installs Debian packages, and keeps the services they bring from running by themselves. Throws `whyNoPackages`. */
export async function installPackages({ packages, log, say }: PackageInstall): Promise<void> {
  const reason = whyNoPackages(packages);
  if (reason !== undefined) throw new Error(reason);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const label = `Installing ${packages.join(', ')}`;
  await runWithProgress({ label: 'Reading the package lists', command: 'apt-get', args: ['update'], env, log, say });
  await runWithProgress({
    label,
    command: 'apt-get',
    args: ['install', '-y', '--no-install-recommends', ...packages],
    env,
    log,
    say,
  });
  await stopDebianServices(packages);
}

/** We have just installed them, so nobody uses them; left alone, they would hold the usual ports from now on. */
async function stopDebianServices(packages: readonly string[]): Promise<void> {
  const services = packages.flatMap(
    (name) => ({ 'mariadb-server': ['mariadb'], 'redis-server': ['redis-server'] })[name] ?? [],
  );
  for (const service of services) {
    const command = existsSync('/run/systemd/system')
      ? ['systemctl', 'disable', '--now', service]
      : ['service', service, 'stop'];
    const [program = '', ...args] = command;
    // In a container the service was never started, and stopping it fails.
    await run(program, args).catch(() => undefined);
  }
}
