import type { Knex } from 'knex';
import { createKnex } from './create-knex';
import { isDatabaseAway } from './errors';
import { createGroupedWrite } from './group-writes';
import { pendingMigrations } from './migrate';
import { createSecretBox, type SecretBox } from './secret-box';
import { createAccountStore, type AccountStore } from './stores/account-store';
import { createApprovalStore, type ApprovalStore } from './stores/approval-store';
import { createAppStore, type AppStore } from './stores/app-store';
import { createAudienceStore, type AudienceStore } from './stores/audience-store';
import { createAuditStore, type AuditStore } from './stores/audit-store';
import { createCampaignStore, type CampaignStore } from './stores/campaign-store';
import { createChunkStore, type ChunkStore } from './stores/chunk-store';
import { createDeliveryStore, type DeliveryStore } from './stores/delivery-store';
import { createDispatchStore, type DispatchStore } from './stores/dispatch-store';
import { createIdempotencyStore, type IdempotencyStore } from './stores/idempotency-store';
import { createLuminateTemplateStore, type LuminateTemplateStore } from './stores/luminate-template-store';
import { createMaintenanceStore, type MaintenanceStore } from './stores/maintenance-store';
import { createMessageStore, type MessageStore } from './stores/message-store';
import { createReceiptStore, type ReceiptStore } from './stores/receipt-store';
import { createReconcileStore, type ReconcileStore } from './stores/reconcile-store';
import { createRetentionStore, type RetentionStore } from './stores/retention-store';
import { createRouteStore, type RouteStore } from './stores/route-store';
import { createRuleStore, type RuleStore } from './stores/rule-store';
import { createRunMessageStore, type RunMessageStore } from './stores/run-message-store';
import { createRunStore, type RunStore } from './stores/run-store';
import { createSendStore, insertAccepted, type AcceptedSend, type SendStore } from './stores/send-store';
import { createStatisticsReader, type StatisticsReader } from './stores/statistics-reader';
import { createStatisticsStore, type StatisticsStore } from './stores/statistics-store';
import { createSuppressionStore, type SuppressionStore } from './stores/suppression-store';
import { createTemplateStore, type TemplateStore } from './stores/template-store';
import { createTemplateVersionStore, type TemplateVersionStore } from './stores/template-version-store';
import { createSessionStore, type SessionStore } from './stores/session-store';
import { createSignInStore, type SignInStore } from './stores/sign-in-store';
import { createUserStore, type UserStore } from './stores/user-store';
import { createWaitingStore, type WaitingStore } from './stores/waiting-store';
import { createWebhookDeliveryStore, type WebhookDeliveryStore } from './stores/webhook-delivery-store';
import { createWebhookEventStore, type WebhookEventStore } from './stores/webhook-event-store';
import { createWebhookOutbox, type WebhookOutbox } from './stores/webhook-outbox';
import { createWebhookStore, type WebhookStore } from './stores/webhook-store';

/** Every store over one connection pool, or over one transaction. */
export interface Stores {
  readonly apps: AppStore;
  readonly templates: TemplateStore;
  readonly versions: TemplateVersionStore;
  readonly accounts: AccountStore;
  readonly routes: RouteStore;
  readonly rules: RuleStore;
  readonly sends: SendStore;
  readonly messages: MessageStore;
  readonly delivery: DeliveryStore;
  readonly dispatches: DispatchStore;
  readonly waiting: WaitingStore;
  readonly idempotency: IdempotencyStore;
  readonly suppressions: SuppressionStore;
  readonly receipts: ReceiptStore;
  readonly campaigns: CampaignStore;
  readonly runs: RunStore;
  readonly chunks: ChunkStore;
  readonly runMessages: RunMessageStore;
  readonly audiences: AudienceStore;
  readonly retention: RetentionStore;
  readonly reconcile: ReconcileStore;
  readonly maintenance: MaintenanceStore;
  readonly webhooks: WebhookStore;
  readonly webhookEvents: WebhookEventStore;
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly statistics: StatisticsStore;
  readonly statisticsReader: StatisticsReader;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly signIns: SignInStore;
  readonly luminateTemplates: LuminateTemplateStore;
  readonly approvals: ApprovalStore;
  readonly audit: AuditStore;
}

/** The system of record. */
export interface Database {
  readonly stores: Stores;
  /** All or nothing: an error of `work` rolls back. */
  transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  /** Rejects when the database cannot be reached or its schema is behind; for /readyz. */
  check(): Promise<void>;
  /** True for an error after which the same call may succeed later. */
  isAway(error: unknown): boolean;
  close(): Promise<void>;
}

function storesOver(knex: Knex, box: SecretBox, outbox: WebhookOutbox, accept?: SendStore['accept']): Stores {
  return {
    apps: createAppStore(knex),
    templates: createTemplateStore(knex),
    versions: createTemplateVersionStore(knex),
    accounts: createAccountStore(knex, box),
    routes: createRouteStore(knex),
    rules: createRuleStore(knex),
    sends: createSendStore(knex, accept, outbox),
    messages: createMessageStore(knex),
    delivery: createDeliveryStore(knex, outbox),
    dispatches: createDispatchStore(knex),
    waiting: createWaitingStore(knex),
    idempotency: createIdempotencyStore(knex),
    suppressions: createSuppressionStore(knex),
    receipts: createReceiptStore(knex, outbox),
    campaigns: createCampaignStore(knex),
    runs: createRunStore(knex, outbox),
    chunks: createChunkStore(knex),
    runMessages: createRunMessageStore(knex),
    audiences: createAudienceStore(knex),
    retention: createRetentionStore(knex),
    reconcile: createReconcileStore(knex, outbox),
    maintenance: createMaintenanceStore(knex),
    webhooks: createWebhookStore(knex, box),
    webhookEvents: createWebhookEventStore(knex),
    webhookDeliveries: createWebhookDeliveryStore(knex),
    statistics: createStatisticsStore(knex),
    statisticsReader: createStatisticsReader(knex),
    users: createUserStore(knex),
    sessions: createSessionStore(knex),
    signIns: createSignInStore(knex),
    luminateTemplates: createLuminateTemplateStore(knex),
    approvals: createApprovalStore(knex),
    audit: createAuditStore(knex),
  };
}

/** Opens the pool lazily: nothing connects before the first statement. */
export function createDatabase(options: { url: string; poolSize: number; secretKey: string }): Database {
  const knex = createKnex(options.url, options.poolSize);
  const box = createSecretBox(options.secretKey);
  const outbox = createWebhookOutbox();
  const accept = createGroupedWrite<AcceptedSend>({
    write: (accepted) => knex.transaction((trx) => insertAccepted(trx, accepted, outbox)),
    sizeOf: ({ messages }) => messages.length,
    maxSize: 500,
    width: 2,
  });
  return {
    stores: storesOver(knex, box, outbox, accept),
    transaction: (work) => knex.transaction((trx) => work(storesOver(trx, box, outbox))),
    async check() {
      const pending = await pendingMigrations(knex);
      if (pending.length > 0) throw new Error(`${pending.length} migrations have not run: npm run migrate`);
    },
    isAway: isDatabaseAway,
    close: () => knex.destroy(),
  };
}
