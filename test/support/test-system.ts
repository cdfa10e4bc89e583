import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { createLogger } from '../../config/logger';
import { loadConfig, type Config } from '../../config/env';
import type { App } from '../../db/stores/app-store';
import type { NewMessage } from '../../db/stores/send-store';
import type { Message } from '../../db/stores/message-store';
import type { Template } from '../../db/stores/template-store';
import type { StoredContent, Variables } from '../../domain/content';
import { dispatchOfSend, newId, type AccountId, type MessageId, type SendId } from '../../domain/ids';
import { laneOf, partsOfLane, type Lane } from '../../domain/lane';
import { isFinal } from '../../domain/message-status';
import type { Attachment } from '../../domain/attachment';
import type { TemplatePolicy } from '../../domain/policy';
import { createAccountRecovery } from '../../workers/account-recovery';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { createDeps, type GivenParts } from '../../workers/create-deps';
import { createLaneWorkers, createOperationsWorker, createWebhooksWorker } from '../../workers/create-lane-workers';
import { createRelay, type Relay } from '../../workers/relay';
import { createRelayMetrics } from '../../workers/relay-metrics';
import { startSmtpSink, type SmtpSink } from './smtp-sink';
import { createTestDatabase, type TestDatabase } from './test-database';
import { createTestNamespace, type TestNamespace } from './temporal-namespace';

type Deps = Awaited<ReturnType<typeof createDeps>>;

export interface TemplateOptions {
  readonly lane?: Lane;
  readonly content?: StoredContent;
  readonly policy?: TemplatePolicy;
}

export interface SendOptions {
  readonly variables?: Variables;
  readonly sendAt?: Date;
  readonly expiresAt?: Date;
  /** Leave it to the relay; default: start its own workflow. */
  readonly unclaimed?: boolean;
  readonly timezone?: string;
  readonly attachments?: readonly Attachment[];
}

/** A whole worker with real services, an account and a route for every email lane; everything of its own. */
export interface TestSystem {
  readonly db: TestDatabase;
  readonly temporal: TestNamespace;
  readonly config: Config;
  readonly deps: Deps;
  readonly sink: SmtpSink;
  readonly app: App;
  readonly accountId: AccountId;
  readonly relay: Relay;
  template(options?: TemplateOptions): Promise<Template>;
  /** Accepts a send as the API does and starts its workflow; returns its message ids. */
  send(
    template: Template,
    to: readonly string[],
    options?: SendOptions,
  ): Promise<{ id: SendId; messages: MessageId[] }>;
  message(id: MessageId): Promise<Message>;
  /** Waits until the messages are in a final status; fails after `timeoutMs` (default 30 s) naming those that are not. */
  final(ids: readonly MessageId[], timeoutMs?: number): Promise<Message[]>;
  close(): Promise<void>;
}

export interface SystemOptions {
  readonly env?: Record<string, string>;
  /** Start no worker; default false. */
  readonly withoutWorker?: boolean;
  readonly withoutRelay?: boolean;
  /** Deliver webhooks; default false. */
  readonly withWebhooks?: boolean;
  /** A Temporal of the test's own; default: that of all tests. */
  readonly temporalAddress?: string;
  /** Parts of the worker that are given instead of made. */
  readonly given?: GivenParts;
}

export async function createTestSystem(options: SystemOptions = {}): Promise<TestSystem> {
  const [db, temporal, sink] = await Promise.all([
    createTestDatabase(),
    createTestNamespace(options.temporalAddress),
    startSmtpSink(),
  ]);
  const folder = await mkdtemp(path.join(tmpdir(), 'luminate-test-'));
  const config = loadConfig({
    DATABASE_URL: db.url,
    REDIS_URL: process.env['TEST_REDIS_URL'],
    REDIS_PREFIX: `test:${randomUUID()}`,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    LUMINATE_SECRET_KEY: db.secretKey,
    STORAGE_DIR: path.join(folder, 'files'),
    STORAGE_TEMP_DIR: path.join(folder, 'tmp'),
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    ...options.env,
  });
  const log = createLogger({ name: 'test', level: config.LOG_LEVEL });
  const deps = await createDeps(config, log, options.given);
  const { stores } = db.database;
  const app = await stores.apps.create('shop');
  const accountId = await stores.accounts.create({
    name: 'sink',
    channel: 'email',
    provider: 'smtp',
    config: { host: '127.0.0.1', port: sink.port, from: 'Luminate <no-reply@luminate.example>' },
    secrets: {},
    rate: null,
  });
  for (const type of ['notice', 'marketing', 'verification'] as const) {
    await stores.routes.set(laneOf('email', type), [{ accountId, weight: 1 }]);
  }
  const workers: Worker[] = [];
  const relayMetrics = createRelayMetrics(deps.registry);
  const relay = createRelay({
    stores: deps.database.stores,
    startDispatch: deps.gateway.startDispatch,
    startRun: deps.gateway.startRun,
    replan: deps.replan,
    syncCampaigns: deps.syncCampaigns,
    recovery: createAccountRecovery({
      stores: deps.database.stores,
      breaker: deps.breaker,
      rules: deps.rules,
      wake: deps.gateway.wake,
      metrics: relayMetrics,
      log,
    }),
    metrics: relayMetrics,
    log,
    times: { gatherEvery: 50, confirmEvery: 500, healEvery: 1_000, stalledAfter: 20_000 },
  });
  let running: Promise<unknown> = Promise.resolve();
  if (!options.withoutWorker) {
    const workflowBundle = { code: await bundleWorkflows() };
    const { connection, namespace } = temporal;
    const shared = { connection, namespace, workflowBundle };
    workers.push(
      ...(await createLaneWorkers({ ...shared, activities: deps.activities })),
      await createOperationsWorker({ ...shared, activities: deps.runActivities }),
    );
    if (options.withWebhooks) {
      workers.push(await createWebhooksWorker({ ...shared, activities: deps.webhookActivities }));
      deps.webhookPublisher.start();
    }
    running = Promise.all(workers.map((worker) => worker.run()));
    if (!options.withoutRelay) relay.start();
  }
  const message = async (id: MessageId): Promise<Message> => {
    const found = await stores.messages.get(id);
    if (!found) throw new Error(`There is no message ${id}.`);
    return found;
  };
  return {
    db,
    temporal,
    config,
    deps,
    sink,
    app,
    accountId,
    relay,
    template: (given) => makeTemplate(db, given),
    send: (template, to, given) => makeSend({ db, deps, app }, template, to, given),
    message,
    async final(ids, timeoutMs = 30_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const messages = await Promise.all(ids.map(message));
        const open = messages.filter(({ status }) => !isFinal(status));
        if (open.length === 0) return messages;
        if (Date.now() > deadline) {
          const some = open
            .slice(0, 5)
            .map(({ id, status, reason, detail }) => JSON.stringify({ id, status, reason, detail }));
          throw new Error(`${open.length} of ${ids.length} messages are not final: ${some.join(' ')}`);
        }
        await sleep(100);
      }
    },
    async close() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      await relay.stop();
      await deps.webhookPublisher.stop();
      await deps.close();
      await temporal.close();
      await sink.close();
      await db.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let made = 0;

async function makeTemplate(db: TestDatabase, options: TemplateOptions = {}): Promise<Template> {
  const { lane = 'email.notice', policy = {} } = options;
  const { channel, messageType } = partsOfLane(lane);
  const content: StoredContent =
    options.content ??
    (channel === 'email'
      ? { subject: 'Order {{ order }}', html: '<p>Order {{ order }}</p>' }
      : { text: 'Code {{ order }}' });
  const { templates } = db.database.stores;
  const key = `template-${++made}`;
  const id = await templates.create(
    { key, name: key, channel, messageType, policy },
    { content, variables: [{ name: 'order', required: true }], createdBy: 'test' },
  );
  const [template] = await templates.getMany([id]);
  return template as Template;
}

async function makeSend(
  { db, deps, app }: { db: TestDatabase; deps: Deps; app: App },
  template: Template,
  to: readonly string[],
  { variables = { order: made }, sendAt, expiresAt, unclaimed, timezone, attachments }: SendOptions = {},
): Promise<{ id: SendId; messages: MessageId[] }> {
  const id = newId('snd');
  const lane = laneOf(template.channel, template.messageType);
  const messages = to.map((address, position): NewMessage => ({
    id: newId('msg'),
    position,
    recipientId: undefined,
    address,
    timezone,
    variables: undefined,
    status: sendAt ? 'deferred' : 'accepted',
  }));
  const send = {
    id,
    appId: app.id,
    templateId: template.id,
    templateVersion: template.currentVersion ?? 0,
    lane,
    total: messages.length,
    variables,
    metadata: undefined,
    rejected: undefined,
    attachments,
    sendAt: sendAt ?? null,
    expiresAt: expiresAt ?? null,
    createdAt: new Date(),
  };
  const dispatchId = unclaimed ? undefined : dispatchOfSend(id);
  await db.database.transaction(async (stores) => {
    const dispatch = dispatchId && { id: dispatchId, appId: app.id, lane, messages: messages.length };
    await stores.sends.accept({ send, messages, dispatch });
  });
  if (dispatchId) {
    await deps.gateway.startDispatch({ id: dispatchId, appId: app.id, lane, messages: messages.length });
    await db.database.stores.dispatches.confirm([dispatchId]);
  }
  return { id, messages: messages.map((entry) => entry.id) };
}
