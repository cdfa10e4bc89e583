import { Registry } from 'prom-client';
import { createActivities } from '../activities';
import { createRunActivities } from '../activities/runs';
import { createWebhookActivities } from '../activities/webhooks';
import { readRows } from '../audiences/read-rows';
import type { ActivityDeps } from '../activities/deps';
import { createDeliveryMetrics, type DeliveryMetrics } from '../activities/delivery-metrics';
import { PROVIDERS, type Provider } from '../channels';
import { createFileSource, type FileSource } from '../channels/email/file-source';
import { createListHeaders, createUnsubscribeTokens } from '../channels/email/unsubscribe';
import { createCallbackUrl } from '../channels/receipts/callback-url';
import { createPostWebhook, type PostWebhook } from '../channels/webhooks/post-webhook';
import { createWebhookNetwork } from '../channels/webhooks/webhook-network';
import { smsSize } from '../channels/sms/segments';
import type { Config } from '../config/env';
import type { Logger } from '../config/logger';
import type { LiveRules } from '../domain/rules';
import { createDatabase, type Database } from '../db/database';
import { createCircuitBreaker } from '../limits/circuit-breaker';
import { contentKey } from '../limits/content-key';
import { createDedupGate } from '../limits/dedup-gate';
import { createFlowControl } from '../limits/flow-control';
import { createRedis } from '../redis/create-redis';
import { createRedisKeys } from '../redis/keys';
import { openLiveRules } from '../rules/open-live-rules';
import { openFiles } from '../storage/open-files';
import { compileContent } from '../templates/compile';
import { createCampaignSync } from '../temporal/campaign-sync';
import { createTemporalGateway, gatewayOptionsOf, type TemporalGateway } from '../temporal/gateway';
import { createHandOverNotes } from '../trace/hand-over-notes';
import { createTraceStore, type TraceStore } from '../trace/trace-store';
import { createApplyReceipts } from './apply-receipts';
import { createReceiptMetrics } from './receipt-metrics';
import { createReceiptSweeper } from './receipt-sweeper';
import { createReplan } from './replan';
import { createSyncCampaigns } from './sync-campaigns';
import { createWebhookMetrics } from './webhook-metrics';
import { createWebhookPublisher } from './webhook-publisher';

const DAY_MS = 86_400_000;

/** First asked after 5 seconds, or half of the time if that is less. */
const askTimesOf = (seconds: number) => ({
  firstAfterMs: Math.min(5_000, seconds * 500),
  absentAfterMs: seconds * 1_000,
});

/** Parts that are given instead of made; tests do. */
export interface GivenParts {
  readonly files?: FileSource;
  readonly postWebhook?: PostWebhook;
}

/** Everything a worker process works with, connected lazily: it starts while MySQL or Redis is away. */
export async function createDeps(config: Config, log: Logger, given: GivenParts = {}) {
  const registry = new Registry();
  const database = createDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL,
    secretKey: config.LUMINATE_SECRET_KEY,
  });
  const redis = await createRedis({ url: config.REDIS_URL, cluster: config.REDIS_CLUSTER, log });
  const keys = createRedisKeys({ prefix: config.REDIS_PREFIX, shards: config.REDIS_SHARDS });
  const gateway = createTemporalGateway(gatewayOptionsOf(config));
  const messageTtlMs = config.TRACE_MESSAGE_DAYS * DAY_MS;
  const rules = await openLiveRules({ config, store: database.stores.rules, redis, keys, registry, log });
  const files = given.files ?? createFileSource();
  const uploads = openFiles(config);
  const breaker = createCircuitBreaker(redis, keys);
  const trace = createTraceStore({ redis, keys, messageTtlMs, ...projectionOf(config) });
  const metrics = createDeliveryMetrics(registry);
  const gate = createDedupGate(redis, keys, messageTtlMs);
  const flow = createFlowControl(redis, keys);
  const shared = { stores: database.stores, gate, flow, trace, metrics, rules, log };
  const activityDeps: ActivityDeps = {
    ...shared,
    ...createContentParts(config),
    breaker,
    notes: createHandOverNotes({ redis, keys, messageTtlMs }),
    openSender: (account, secrets) => PROVIDERS[account.provider as Provider].open({ ...account, secrets }),
    files,
    askTimes: askTimesOf(config.RECONCILE_SECONDS),
  };
  const { activities, close } = createActivities(activityDeps);
  const runActivities = createRunActivities({
    ...shared,
    wake: gateway.wake,
    audienceRows: (id, fromByte) => readRows(uploads, id, fromByte),
  });
  return {
    registry,
    database,
    redis,
    gateway,
    rules,
    breaker,
    activities,
    runActivities,
    /** What maintenance works with, besides. */
    activityDeps,
    trace,
    uploads,
    ...createRelayParts(database, gateway, rules, log),
    ...createReceiptParts({ registry, database, trace, metrics, log }),
    ...createWebhookParts({ config, registry, database, gateway, log, post: given.postWebhook }),
    /** In reverse order of opening. */
    async close(): Promise<void> {
      files.close();
      await close();
      rules.close();
      await gateway.close();
      redis.disconnect();
      await database.close();
    },
  };
}

/** What the relay calls between its own looks. */
function createRelayParts({ stores }: Database, gateway: TemporalGateway, rules: LiveRules, log: Logger) {
  const { campaigns } = stores;
  const sync = createCampaignSync(campaigns, gateway.schedules);
  return {
    replan: createReplan({ stores, rules, wake: gateway.wake, log }),
    syncCampaigns: createSyncCampaigns({ campaigns, sync, log }),
  };
}

const projectionOf = ({ DEFAULT_TIMEZONE: timezone, TRACE_TEMPLATE_DAYS: days }: Config) => ({
  timezone,
  templateTtlMs: days * DAY_MS,
});

/** What a message is made of, and what it carries besides. */
function createContentParts({ PUBLIC_URL, LUMINATE_SECRET_KEY }: Config) {
  return {
    compile: compileContent,
    contentKey,
    callbackUrl: createCallbackUrl(PUBLIC_URL),
    smsSize,
    listHeaders: createListHeaders(PUBLIC_URL, createUnsubscribeTokens(LUMINATE_SECRET_KEY)),
  };
}

interface ReceiptPartsOptions {
  readonly registry: Registry;
  readonly database: Database;
  readonly trace: TraceStore;
  readonly metrics: DeliveryMetrics;
  readonly log: Logger;
}

/** What applies receipts that are due, and the loop that does so every second. */
function createReceiptParts({ registry, database, trace, metrics: { messages }, log }: ReceiptPartsOptions) {
  const metrics = createReceiptMetrics(registry);
  const applyReceipts = createApplyReceipts({
    database,
    trace,
    metrics,
    onStatus: (lane, status) => {
      messages.inc({ lane, status });
    },
    log,
  });
  return { applyReceipts, receiptSweeper: createReceiptSweeper({ apply: applyReceipts, metrics, log }) };
}

interface WebhookPartsOptions {
  readonly config: Config;
  readonly registry: Registry;
  readonly database: Database;
  readonly gateway: TemporalGateway;
  readonly log: Logger;
  readonly post: PostWebhook | undefined;
}

/** What tells apps of events, and the loop that finds what is to be told. */
function createWebhookParts({ config, registry, database: { stores }, gateway, log, post }: WebhookPartsOptions) {
  const metrics = createWebhookMetrics(registry);
  const network = createWebhookNetwork({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE });
  const webhookActivities = createWebhookActivities({
    stores,
    post: post ?? createPostWebhook({ network }),
    pauses: config.WEBHOOK_RETRY_SECONDS,
    onAttempt: (result) => {
      metrics.attempts.inc({ result });
    },
    log,
  });
  return {
    webhookActivities,
    webhookPublisher: createWebhookPublisher({ stores, gateway: gateway.webhooks, metrics, log }),
  };
}
