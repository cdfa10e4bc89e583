import { rmSync } from 'node:fs';
import { HOME, STATE_FILE, devEnv } from './dev-env';
import { readPorts } from './services/ports';
import { probeDatabase, probeHttp, probeRedis, probeTemporal } from './services/probes';
import { provideServices } from './services/provide-services';
import { createServiceKeeper, readStackState, stopRecorded, type ServiceRecord } from './services/service-keeper';
import { stopSignal } from './stop-signal';

const say = (line: string) => {
  console.log(line);
};

/** Starts the services in the background and leaves them running; what runs already stays as it is. */
async function up(): Promise<void> {
  const stop = stopSignal();
  const ports = readPorts(process.env);
  const keeper = createServiceKeeper(STATE_FILE);
  try {
    const services = provideServices({ home: HOME, env: process.env, ports, keeper, say });
    const endpoints = await Promise.race([services, stop]);
    keeper.saveEnv(devEnv(endpoints, ports, process.env));
    say(
      `\nUp. Mail inbox: ${endpoints.inboxUrl}  SMS sandbox: ${endpoints.smsUrl}  Temporal: ${endpoints.temporalUiUrl}`,
    );
    say(`Settings for API and worker: ${STATE_FILE}. Next: npm run quickstart. To end: npm run stack -- down`);
  } catch (error) {
    await keeper.stopAll();
    throw error;
  }
}

/** Stops exactly the processes and containers that were started here. */
async function down(): Promise<void> {
  const { services } = readStackState(STATE_FILE);
  await stopRecorded(services);
  rmSync(STATE_FILE, { force: true });
  say(services.length === 0 ? 'Nothing was running.' : `Stopped: ${services.map(({ name }) => name).join(', ')}.`);
}

/** One line a service; the exit code is 1 when one is not healthy, or none runs. */
async function status(): Promise<void> {
  const { services } = readStackState(STATE_FILE);
  if (services.length === 0) say('Nothing is running. To start: npm run stack -- up');
  const lines = await Promise.all(services.map(describe));
  for (const line of lines) say(line.text);
  if (lines.length === 0 || lines.some((line) => !line.healthy)) process.exitCode = 1;
}

async function describe(record: ServiceRecord): Promise<{ healthy: boolean; text: string }> {
  const health = await probe(record).then(
    () => 'healthy',
    (error: unknown) => `NOT healthy: ${error instanceof Error ? error.message || error.name : String(error)}`,
  );
  const where = record.container === undefined ? `pid ${record.pid ?? '?'}` : `container ${record.container}`;
  const port = record.ports.length > 0 ? `port ${record.ports.join(' and ')}` : '';
  return {
    healthy: health === 'healthy',
    text: `${record.name.padEnd(12)} ${port.padEnd(19)} ${where.padEnd(12)} ${health}`,
  };
}

function probe({ key, url }: ServiceRecord): Promise<void> {
  if (url.startsWith('mysql:')) return probeDatabase(url);
  if (url.startsWith('redis:')) return probeRedis(url);
  if (!url.startsWith('http:')) return probeTemporal(url);
  const pages: Record<string, string> = { api: '/readyz', worker: '/readyz', inbox: '/api/healthz' };
  return probeHttp(url + (pages[key] ?? ''));
}

const commands: Record<string, () => Promise<void>> = { up, down, status };
const command =
  commands[process.argv[2] ?? ''] ?? (() => Promise.reject(new Error('Usage: npm run stack -- up|down|status')));
command().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
