import { join } from 'node:path';
import { composeAnswers, composeStop, composeUp, composeUrl, type ComposeService } from './compose';
import { findDatabaseServer, findRedisServer } from './find-binary';
import { installPackages } from './install-packages';
import { ensureTemporal } from './install-temporal';
import { startMailInbox } from './mail-inbox';
import { startMariaDb } from './mariadb';
import { requireFreePort, type PortName, type Ports } from './ports';
import { probeDatabase, probeRedis, probeTemporal } from './probes';
import { startRedis } from './redis';
import type { Say } from './run-with-progress';
import type { RunningService } from './running-service';
import type { ServiceKeeper, ServiceRecord } from './service-keeper';
import { startSmsSandbox } from './sms-sandbox';
import { startTemporal } from './temporal';

/** Where everything that API, worker and a person need answers. */
export interface Endpoints {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  readonly smtpPort: number;
  readonly inboxUrl: string;
  readonly smsUrl: string;
}

/** The three engines that may also live elsewhere. */
const ENGINES = {
  database: { variable: 'DATABASE_URL', containers: ['mysql'], probe: probeDatabase },
  redis: { variable: 'REDIS_URL', containers: ['redis'], probe: probeRedis },
  temporal: { variable: 'TEMPORAL_ADDRESS', containers: ['temporal', 'temporal-ui'], probe: probeTemporal },
} as const satisfies Record<
  string,
  { variable: string; containers: readonly ComposeService[]; probe: (url: string) => Promise<void> }
>;

type Engine = keyof typeof ENGINES;
const ENGINE_NAMES = Object.keys(ENGINES) as Engine[];

type OnMachine = Engine | 'inbox' | 'sms';
const PORTS_OF: Record<OnMachine, readonly PortName[]> = {
  database: ['database'],
  redis: ['redis'],
  temporal: ['temporal', 'temporalUi'],
  inbox: ['smtp', 'inbox'],
  sms: ['sms'],
};

/** Where an engine comes from. */
type Source = 'environment' | 'earlier start' | 'docker' | 'machine';
export type Plan = Readonly<Record<Engine, Source>>;

/** Decides for each engine: what the environment names, what runs already, Docker, this machine; in that order. */
export function planServices(env: NodeJS.ProcessEnv, isUp: (engine: Engine) => boolean, dockerAnswers: boolean): Plan {
  const sourceOf = (engine: Engine): Source => {
    if (env[ENGINES[engine].variable]) return 'environment';
    if (isUp(engine)) return 'earlier start';
    return dockerAnswers ? 'docker' : 'machine';
  };
  return Object.fromEntries(ENGINE_NAMES.map((engine) => [engine, sourceOf(engine)])) as Plan;
}

interface ProvideOptions {
  /** Folder for data and logs. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly ports: Ports;
  readonly keeper: ServiceKeeper;
  readonly say: Say;
}

/**
 * Finds, installs and starts what is needed, and returns where it answers. Services of an earlier start are used as they are.
 * Throws one sentence when something cannot be had; the caller then stops the keeper.
 */
export async function provideServices(options: ProvideOptions): Promise<Endpoints> {
  const { env, keeper, say, home } = options;
  const isUp = (engine: Engine) => keeper.running(engine) !== undefined;
  const undecided = ENGINE_NAMES.some((engine) => !env[ENGINES[engine].variable] && !isUp(engine));
  const mayAsk = undecided && env['LUMINATE_DOCKER'] !== 'off';
  let plan = planServices(env, isUp, mayAsk && (await composeAnswers()));
  await Promise.all(enginesFrom(plan, 'environment').map((engine) => requireAnswer(engine, env)));
  await requireFreePorts(['inbox', 'sms', ...enginesFrom(plan, 'machine')], options);
  if (enginesFrom(plan, 'docker').length > 0) {
    try {
      await startContainers(enginesFrom(plan, 'docker'), options);
    } catch (error) {
      say(`${error instanceof Error ? error.message : String(error)}\nGoing on without Docker.`);
      plan = planServices(env, isUp, false);
      await requireFreePorts(enginesFrom(plan, 'machine'), options);
    }
  }
  await ensureInstalled(enginesFrom(plan, 'machine'), join(home, 'logs', 'install.log'), say);
  const [databaseUrl, redisUrl, temporalAddress, inbox, sms] = await allOrFirstError([
    urlOf('database', plan, options),
    urlOf('redis', plan, options),
    urlOf('temporal', plan, options),
    startOnMachine('inbox', options),
    startOnMachine('sms', options),
  ]);
  const temporalUiUrl = await webUi(plan.temporal, options);
  const [smtpPort = 0] = inbox.ports;
  return { databaseUrl, redisUrl, temporalAddress, temporalUiUrl, smtpPort, inboxUrl: inbox.url, smsUrl: sms.url };
}

function enginesFrom(plan: Plan, source: Source): Engine[] {
  return ENGINE_NAMES.filter((engine) => plan[engine] === source);
}

/** Like Promise.all, but throws only after all have settled, so that no start goes on behind the error's back. */
async function allOrFirstError<T extends readonly Promise<unknown>[]>(promises: readonly [...T]) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Installs the programs of those engines that this machine lacks. */
export async function ensureInstalled(engines: readonly Engine[], log: string, say: Say): Promise<void> {
  const packages = [
    ...(engines.includes('database') && findDatabaseServer() === undefined ? ['mariadb-server'] : []),
    ...(engines.includes('redis') && findRedisServer() === undefined ? ['redis-server'] : []),
  ];
  if (packages.length > 0) await installPackages({ packages, log, say });
  if (engines.includes('temporal')) await ensureTemporal({ log, say });
}

async function startContainers(engines: readonly Engine[], { home, keeper, say }: ProvideOptions): Promise<void> {
  const containers = engines.flatMap((engine) => ENGINES[engine].containers);
  const fresh = await composeUp(containers, join(home, 'logs', 'docker.log'), say);
  for (const name of fresh) {
    const stop = () => composeStop([name]);
    const kill = () => void stop();
    const service = async () => ({ name, url: await composeUrl(name), pid: undefined, stop, kill });
    await keeper.start(`docker ${name}`, [], service);
  }
}

async function requireAnswer(engine: Engine, env: NodeJS.ProcessEnv): Promise<void> {
  const { variable, probe } = ENGINES[engine];
  await probe(env[variable] ?? '').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${variable} is set, but nothing answers there (${reason}). Correct it, or unset it to start one here.`,
    );
  });
}

/** Asked before anything is installed or started, so that nobody waits minutes for this answer. */
async function requireFreePorts(keys: readonly OnMachine[], { ports, keeper }: ProvideOptions): Promise<void> {
  for (const key of keys) {
    if (keeper.running(key) !== undefined) continue;
    for (const name of PORTS_OF[key]) await requireFreePort(name, ports[name]);
  }
}

async function urlOf(engine: Engine, plan: Plan, options: ProvideOptions): Promise<string> {
  const { variable, containers } = ENGINES[engine];
  if (plan[engine] === 'environment') return options.env[variable] ?? '';
  if (plan[engine] === 'docker') return composeUrl(containers[0]);
  return (await startOnMachine(engine, options)).url;
}

async function startOnMachine(key: OnMachine, { home, ports, keeper, say }: ProvideOptions): Promise<ServiceRecord> {
  const running = keeper.running(key);
  if (running !== undefined) return running;
  const log = join(home, 'logs', `${key}.log`);
  const dir = join(home, key);
  const starts: Record<OnMachine, () => Promise<RunningService>> = {
    database: () => startMariaDb({ dir, port: ports.database, log }),
    redis: () => startRedis({ dir, port: ports.redis, log, persistent: true }),
    temporal: () => startTemporal({ dir, port: ports.temporal, uiPort: ports.temporalUi, log, persistent: true }),
    inbox: () => startMailInbox({ smtpPort: ports.smtp, webPort: ports.inbox, log }),
    sms: () => startSmsSandbox({ port: ports.sms, log }),
  };
  const numbers = PORTS_OF[key].map((name) => ports[name]);
  const service = await keeper.start(key, numbers, starts[key]);
  say(`${service.name} answers on port ${numbers.join(' and ')}.`);
  return service;
}

async function webUi(source: Source, { env, ports, keeper }: ProvideOptions): Promise<string> {
  if (env['TEMPORAL_UI_URL']) return env['TEMPORAL_UI_URL'];
  if (source === 'docker') return composeUrl('temporal-ui');
  return `http://127.0.0.1:${keeper.running('temporal')?.ports[1] ?? ports.temporalUi}`;
}
