import { createServer, type AddressInfo } from 'node:net';
import { DefaultLogger, NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';
import { collectDefaultMetrics } from 'prom-client';
import { loadConfig, type Config } from '../config/env';
import { createLogger, type Logger } from '../config/logger';
import { createAccountRecovery } from './account-recovery';
import { BUNDLE_PATH } from './bundle-workflows';
import { createDeps } from './create-deps';
import { createMaintenance } from './create-maintenance';
import { createLaneWorkers, createOperationsWorker, createWebhooksWorker } from './create-lane-workers';
import { createMaintenanceMetrics } from './maintenance-metrics';
import { createMaintenanceSchedules } from './maintenance-schedules';
import { startHealthServer } from './health-server';
import { createRelay, type Relay } from './relay';
import { createRelayMetrics } from './relay-metrics';

const RECONNECT_MS = 2_000;
/** The SDK's levels in ours; its INFO tells each change of state of each lane. */
const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<LogLevel, string>;

/** A free port on the loopback, for the metrics of Temporal's core. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

/** Waits for Temporal instead of failing: a worker may be started before it. */
async function connect({ TEMPORAL_ADDRESS: address }: Config, log: Logger): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      log.warn({ err: error, address }, 'Temporal is away; trying again');
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }
}

function createProcessRelay(deps: Awaited<ReturnType<typeof createDeps>>, log: Logger): Relay {
  const { stores } = deps.database;
  const { gateway, breaker, rules, replan, syncCampaigns } = deps;
  const metrics = createRelayMetrics(deps.registry);
  const recovery = createAccountRecovery({ stores, breaker, rules, wake: gateway.wake, metrics, log });
  const { startDispatch, startRun } = gateway;
  return createRelay({ stores, startDispatch, startRun, replan, syncCampaigns, recovery, metrics, log });
}

function installRuntime(log: Logger, bindAddress: string): void {
  // The runtime listens to SIGINT and SIGTERM itself: every worker then ends its run().
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      log[LEVELS[level]](
        { sdk: meta?.['sdkComponent'], taskQueue: meta?.['taskQueue'], err: meta?.['error'] },
        message,
      );
    }),
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' } },
      metrics: {
        prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
      },
    },
  });
}

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger({ name: 'luminate-worker', level: config.LOG_LEVEL });
  const bindAddress = `127.0.0.1:${await freePort()}`;
  installRuntime(log, bindAddress);
  const deps = await createDeps(config, log);
  collectDefaultMetrics({ register: deps.registry });
  let working = false;
  const server = await startHealthServer({
    host: config.HOST,
    port: config.WORKER_PORT,
    registry: deps.registry,
    coreMetricsUrl: `http://${bindAddress}/metrics`,
    check: async () => {
      await deps.database.check();
      if (!working) throw new Error('the lanes are not served yet');
      await deps.gateway.check();
    },
  });
  // With MySQL away there is nothing to do, and once it is back no message may go by the defaults instead of the rules.
  await deps.rules.loaded;
  const relay = createProcessRelay(deps, log);
  const connection = await connect(config, log);
  const shared = { connection, namespace: config.TEMPORAL_NAMESPACE, workflowBundle: { codePath: BUNDLE_PATH } };
  const maintenance = createMaintenance({
    ...deps,
    config,
    delivery: deps.activityDeps,
    relay: relay.work,
  });
  const workers = [
    ...(await createLaneWorkers({ ...shared, activities: deps.activities })),
    await createOperationsWorker({ ...shared, activities: { ...deps.runActivities, ...maintenance.activities } }),
    await createWebhooksWorker({ ...shared, activities: deps.webhookActivities }),
  ];
  const schedules = createMaintenanceSchedules({
    config,
    maintenance: deps.gateway.maintenance,
    metrics: createMaintenanceMetrics(deps.registry, deps.database.stores.maintenance),
    log,
  });
  relay.start();
  deps.receiptSweeper.start();
  deps.webhookPublisher.start();
  schedules.start();
  const running = Promise.all(workers.map((worker) => worker.run()));
  working = true;
  log.info({ queues: workers.length, port: config.WORKER_PORT }, 'worker started');
  await running;
  await schedules.stop();
  await relay.stop();
  await deps.receiptSweeper.stop();
  await deps.webhookPublisher.stop();
  await maintenance.close();
  await deps.close();
  await connection.close();
  server.close();
  log.info('worker stopped');
}

main().catch((error: unknown) => {
  // One lane that fails ends them all: whoever runs the process starts it anew.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
