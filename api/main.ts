import { setTimeout as sleep } from 'node:timers/promises';
import { createAudienceFiles } from '../audiences/audience-files';
import { AUDIENCE_LIMITS } from '../audiences/limits';
import { PROVIDERS } from '../channels';
import { createUnsubscribeTokens } from '../channels/email/unsubscribe';
import { RECEIPT_SOURCES } from '../channels/receipts';
import { smsSize } from '../channels/sms/segments';
import { createWebhookNetwork } from '../channels/webhooks/webhook-network';
import { loadConfig, type Config } from '../config/env';
import { createLogger, type Logger } from '../config/logger';
import { isAudienceUsed } from '../db/audience-use';
import { createDatabase, type Database } from '../db/database';
import { isDuplicateKey } from '../db/errors';
import { createCircuitBreaker } from '../limits/circuit-breaker';
import { createDedupGate } from '../limits/dedup-gate';
import { createFlowControl } from '../limits/flow-control';
import { createRequestLimiter } from '../limits/request-limiter';
import { createRedis, type RedisClient } from '../redis/create-redis';
import { createRedisKeys, type RedisKeys } from '../redis/keys';
import { openLiveRules } from '../rules/open-live-rules';
import { RULE_SCHEMAS } from '../rules/schemas';
import { openFiles } from '../storage/open-files';
import { checkContent } from '../templates/check';
import { compileContent } from '../templates/compile';
import { unusedVariables } from '../templates/variables';
import { createCampaignSync } from '../temporal/campaign-sync';
import { createTemporalGateway, gatewayOptionsOf, type TemporalGateway } from '../temporal/gateway';
import { eventsOfAccepted } from '../trace/record-events';
import { createTimelineReader } from '../trace/timeline';
import { createTraceStore } from '../trace/trace-store';
import { createAudienceReader } from './audience-reader';
import { createCancelAtProvider } from './cancel-at-provider';
import { createApp } from './create-app';
import type { ApiDeps } from './deps';
import { createDirectDispatcher } from './direct-dispatcher';
import { createMetrics } from './metrics';
import { startServer } from './start-server';

/** What is not done by then is left to the relay and to the caller's retry, in milliseconds. */
const SHUTDOWN_MS = 10_000;
const DAY_MS = 86_400_000;

/** What the API tells Redis and Temporal of messages, and how it reads a life from the trace. */
function createLifeParts(
  config: Config,
  redis: RedisClient,
  keys: RedisKeys,
  gateway: TemporalGateway,
  { stores }: Database,
  logger: Logger,
): Pick<ApiDeps, 'timeline' | 'traceAccepted' | 'tellTrace' | 'giveBack' | 'leaveQueues' | 'wake'> {
  const timezone = config.DEFAULT_TIMEZONE;
  const messageTtlMs = config.TRACE_MESSAGE_DAYS * DAY_MS;
  const templateTtlMs = config.TRACE_TEMPLATE_DAYS * DAY_MS;
  const trace = createTraceStore({ redis, keys, timezone, messageTtlMs, templateTtlMs });
  const gate = createDedupGate(redis, keys, messageTtlMs);
  const flow = createFlowControl(redis, keys);
  const inBackground = (what: string, work: Promise<void>): void => {
    work.catch((error: unknown) => {
      logger.warn({ err: error }, what);
    });
  };
  const tellTrace: ApiDeps['tellTrace'] = (events) => {
    inBackground('trace events not written; the timeline tells them from MySQL', trace.emit(events));
  };
  return {
    timeline: createTimelineReader({
      trace,
      history: gateway.history,
      receipts: stores.receipts.ofMessages,
      uiLink: gateway.uiLink,
      timezone,
    }),
    traceAccepted(send, messages) {
      tellTrace(messages.flatMap((message) => eventsOfAccepted(send, message)));
    },
    tellTrace,
    giveBack(places) {
      inBackground('places in windows and caps were not given back', gate.giveBack(places));
    },
    leaveQueues(messages) {
      inBackground('places in queues were not given up; they lapse in time', flow.leave(messages));
    },
    wake(ids) {
      inBackground('workflows were not woken; they look when their time has come', gateway.wake(ids));
    },
  };
}

/** A request waits so long for its change to reach Temporal, in milliseconds. */
const SYNC_WAIT_MS = 3_000;

/** What campaigns and their runs need of Temporal. */
function createCampaignParts(
  { schedules, askRun, startRun, uiLink }: TemporalGateway,
  { stores }: Database,
  logger: Logger,
): Pick<ApiDeps, 'readSchedule' | 'syncCampaign' | 'startRun' | 'askRun' | 'workflowLink'> {
  const sync = createCampaignSync(stores.campaigns, schedules);
  return {
    readSchedule: schedules.read,
    askRun,
    workflowLink: uiLink,
    startRun(run) {
      startRun(run).catch((error: unknown) => {
        logger.warn({ err: error, runId: run.id }, 'a run was not started; the relay starts it');
      });
    },
    async syncCampaign(id) {
      const done = sync(id).catch((error: unknown) => {
        logger.warn(
          { err: error, campaignId: id },
          'a Schedule is not in line with its campaign; the worker brings it there',
        );
      });
      await Promise.race([done, sleep(SYNC_WAIT_MS, undefined, { ref: false })]);
    },
  };
}

/** What proves where requests to webhooks and unsubscribe links come from. */
function createWebhookParts(config: Config): Pick<ApiDeps, 'receiptSources' | 'unsubscribeTokens'> {
  const unsubscribeTokens = createUnsubscribeTokens(config.LUMINATE_SECRET_KEY);
  return { receiptSources: RECEIPT_SOURCES, unsubscribeTokens };
}

/** What webhooks of apps need: where they may go, and who delivers them. */
function createOutgoingWebhookParts(
  config: Config,
  { webhooks }: TemporalGateway,
  logger: Logger,
): Pick<ApiDeps, 'checkWebhookUrl' | 'tellWebhook'> {
  const network = createWebhookNetwork({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE });
  return {
    checkWebhookUrl: network.check,
    tellWebhook(id, news) {
      webhooks.tell(id, news).catch((error: unknown) => {
        logger.warn({ err: error, webhookId: id }, 'a webhook was not told of its events; the worker tells it');
      });
    },
  };
}

/** What limits the requests of each key. */
function createLimiterPart(config: Config, redis: RedisClient, keys: RedisKeys): Pick<ApiDeps, 'requestLimiter'> {
  const { API_RATE_PER_SECOND: perSecond, API_RATE_BURST: burst } = config;
  return perSecond > 0 ? { requestLimiter: createRequestLimiter({ redis, keys, perSecond, burst }) } : {};
}

/** Uploaded files. */
function createFileParts(
  config: Config,
  { stores }: Database,
): Pick<ApiDeps, 'audiences' | 'audienceInUse' | 'audienceReader'> {
  const parts = { files: openFiles(config), tempFolder: config.STORAGE_TEMP_DIR, limits: AUDIENCE_LIMITS };
  const audiences = createAudienceFiles(parts);
  return {
    audiences,
    audienceReader: createAudienceReader(audiences),
    audienceInUse: (id) => isAudienceUsed(stores, id),
  };
}

function createChecks(database: Database, redis: RedisClient, gateway: TemporalGateway): ApiDeps['checks'] {
  return {
    mysql: () => database.check(),
    redis: async () => {
      await redis.ping();
    },
    temporal: () => gateway.check(),
  };
}

/** Connects lazily: the API starts, and accepts what it can, while Redis or Temporal is away. */
async function createDeps(config: Config, logger: Logger) {
  const metrics = createMetrics();
  const database = createDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL,
    secretKey: config.LUMINATE_SECRET_KEY,
  });
  const redis = await createRedis({ url: config.REDIS_URL, cluster: config.REDIS_CLUSTER, log: logger });
  const keys = createRedisKeys({ prefix: config.REDIS_PREFIX, shards: config.REDIS_SHARDS });
  const { rules: store } = database.stores;
  const { registry } = metrics;
  const rules = await openLiveRules({ config, store, redis, keys, registry, log: logger });
  const gateway = createTemporalGateway(gatewayOptionsOf(config));
  const dispatcher = createDirectDispatcher({
    slots: config.API_START_SLOTS,
    startDispatch: (dispatch) => gateway.startDispatch(dispatch),
    confirm: (ids) => database.stores.dispatches.confirm(ids),
    logger,
    onResult: (result) => {
      metrics.dispatchStarts.inc({ result });
    },
  });
  const deps: ApiDeps = {
    config,
    people: config,
    rules,
    ruleSchemas: RULE_SCHEMAS,
    announceRules: rules.announce,
    database,
    isDuplicate: isDuplicateKey,
    dispatcher,
    templates: { check: checkContent, compile: compileContent, unused: unusedVariables },
    providers: PROVIDERS,
    breaker: createCircuitBreaker(redis, keys),
    ...createLimiterPart(config, redis, keys),
    ...createWebhookParts(config),
    ...createOutgoingWebhookParts(config, gateway, logger),
    ...createFileParts(config, database),
    smsSize,
    ...createLifeParts(config, redis, keys, gateway, database, logger),
    ...createCampaignParts(gateway, database, logger),
    cancelAtProvider: createCancelAtProvider({ accounts: database.stores.accounts, providers: PROVIDERS, logger }),
    maintenance: { ...gateway.maintenance, uiLink: gateway.uiLink },
    checks: createChecks(database, redis, gateway),
    metrics,
    logger,
  };
  /** In reverse order of opening, after the last start has been confirmed. */
  const close = async (): Promise<void> => {
    await dispatcher.drain();
    rules.close();
    await gateway.close();
    redis.disconnect();
    await database.close();
  };
  return { deps, close };
}

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger({ name: 'luminate-api', level: config.LOG_LEVEL });
  const { deps, close } = await createDeps(config, logger);
  const server = await startServer(createApp(deps), config.HOST, config.PORT);
  logger.info({ url: server.url }, 'API started');

  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, resolve);
  });
  logger.info({ signal }, 'API stopping');
  setTimeout(() => {
    logger.warn({ afterMs: SHUTDOWN_MS }, 'API stopped before everything had ended');
    process.exit(1);
  }, SHUTDOWN_MS).unref();
  await server.close();
  await close();
  logger.info('API stopped');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
