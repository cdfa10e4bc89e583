import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from './project-root';
import { runWithProgress, type Say } from './run-with-progress';

const run = promisify(execFile);

/** As in docker-compose.yml, where it has the same default. */
const databasePassword = (): string => encodeURIComponent(process.env['LUMINATE_DB_PASSWORD'] ?? 'development-only');

/** What each service of docker-compose.yml that we use listens on inside its container, and how its address is written. */
const COMPOSE_SERVICES = {
  mysql: { port: 3306, url: (address: string) => `mysql://luminate:${databasePassword()}@${address}/luminate` },
  redis: { port: 6379, url: (address: string) => `redis://${address}` },
  temporal: { port: 7233, url: (address: string) => address },
  'temporal-ui': { port: 8080, url: (address: string) => `http://${address}` },
} as const;

export type ComposeService = keyof typeof COMPOSE_SERVICES;

/** Whether Docker's compose plugin and an engine answer here. */
export async function composeAnswers(): Promise<boolean> {
  if (!existsSync(join(PROJECT_ROOT, 'docker-compose.yml'))) return false;
  return run('docker', ['info'], { timeout: 10_000 })
    .then(() => compose('version'))
    .then(
      () => true,
      () => false,
    );
}

/** Starts services of docker-compose.yml, waits until they are healthy, and returns those that were not running before. */
export async function composeUp(services: readonly ComposeService[], log: string, say: Say): Promise<ComposeService[]> {
  const running = (await compose('ps', '--services', '--status', 'running')).split('\n');
  const args = ['compose', 'up', '-d', '--wait', ...services];
  await runWithProgress({ label: `Starting ${services.join(', ')} in Docker`, command: 'docker', args, log, say });
  return services.filter((service) => !running.includes(service));
}

/** The address of a running service as seen from this machine. */
export async function composeUrl(service: ComposeService): Promise<string> {
  const { port, url } = COMPOSE_SERVICES[service];
  const [published = ''] = (await compose('port', service, String(port))).split('\n');
  return url(published.replace(/^(0\.0\.0\.0|\[::\]):/, '127.0.0.1:'));
}

/** Stops services of docker-compose.yml; their data stays. */
export async function composeStop(services: readonly ComposeService[]): Promise<void> {
  if (services.length > 0) await compose('stop', ...services);
}

async function compose(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', ['compose', ...args], { cwd: PROJECT_ROOT });
  return stdout.trim();
}
