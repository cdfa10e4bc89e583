import type { AudienceFiles } from '../audiences/audience-files';
import type { ProviderAdapter } from '../channels/channel';
import type { UnsubscribeTokens } from '../channels/email/unsubscribe';
import type { ReceiptSource } from '../channels/receipts/receipt-source';
import type { Config } from '../config/env';
import type { Logger } from '../config/logger';
import type { Database } from '../db/database';
import type { Message } from '../db/stores/message-store';
import type { NewMessage, Send } from '../db/stores/send-store';
import type { Content, SmsSize, StoredContent, Variables } from '../domain/content';
import type { AudienceId, CampaignId, DispatchId, WebhookId } from '../domain/ids';
import type { Channel } from '../domain/lane';
import type { FlowMessage } from '../domain/flow-ticket';
import type { Run } from '../domain/run';
import type { TraceEvent } from '../domain/trace-event';
import type { HeldPlace } from '../limits/dedup-gate';
import type { LiveRules } from '../domain/rules';
import type { CircuitBreaker } from '../limits/circuit-breaker';
import type { RequestLimiter } from '../limits/request-limiter';
import type { RuleSchemas } from '../rules/schemas';
import type { MaintenanceGateway } from '../temporal/maintenance';
import type { CheckedContent } from '../templates/check';
import type { CompiledTemplate } from '../templates/compile';
import type { ScheduleGateway } from '../temporal/schedules';
import type { Timeline } from '../trace/timeline';
import type { RunAnswer, WebhooksNews } from '../workflows/messages';
import type { AudienceReader } from './audience-reader';
import type { DirectDispatcher } from './direct-dispatcher';
import type { ApiMetrics } from './metrics';

/** What the API needs of templates/. */
export interface TemplateEngine {
  /** Content as it is to be stored, with its variables. Throws `TemplateSyntaxError`. */
  check(channel: Channel, content: Content): Promise<CheckedContent>;
  compile(channel: Channel, content: StoredContent): CompiledTemplate;
  /** Names of values that the content does not use. */
  unused(compiled: CompiledTemplate, values: Variables): string[];
}

/** Each rejects when its service cannot be used. */
export interface Checks {
  mysql(): Promise<void>;
  redis(): Promise<void>;
  temporal(): Promise<void>;
}

/** The settings for people. */
export type PeopleConfig = Pick<
  Config,
  | 'SESSION_HOURS'
  | 'SESSION_IDLE_MINUTES'
  | 'PROXY_HOPS'
  | 'OIDC_ISSUER'
  | 'OIDC_CLIENT_ID'
  | 'OIDC_CLIENT_SECRET'
  | 'OIDC_ROLE_CLAIM'
  | 'OIDC_ROLE_MAP'
  | 'OIDC_DEFAULT_ROLE'
>;

/** Everything the API stands on; api/main.ts puts it together, tests put in what they want to watch. */
export interface ApiDeps {
  readonly config: Pick<Config, 'LUMINATE_SECRET_KEY' | 'PUBLIC_URL' | 'LUMINATE_COMPAT_KEY'>;
  /** How people sign in. */
  readonly people: PeopleConfig;
  readonly rules: LiveRules;
  /** Checks of the values of rules (rules/schemas.ts). */
  readonly ruleSchemas: RuleSchemas;
  /** After a rule was committed: in force here when this resolves, elsewhere within a second. Never rejects. */
  announceRules(): Promise<void>;
  readonly database: Database;
  /** True for the error of an insert that met a taken unique key (db/errors.ts). */
  isDuplicate(error: unknown): boolean;
  readonly dispatcher: DirectDispatcher;
  readonly templates: TemplateEngine;
  /** Adapters by provider name (channels/index.ts). */
  readonly providers: Readonly<Record<string, ProviderAdapter>>;
  /** What the breaker knows of accounts; rejects while Redis is away. */
  readonly breaker: Pick<CircuitBreaker, 'read'>;
  /** The ways in which receipts come in (channels/receipts/index.ts). */
  readonly receiptSources: readonly ReceiptSource[];
  /** Reads uploaded files of recipients, and keeps them. */
  readonly audiences: AudienceFiles;
  /** True while something still needs the audience: then it is not deleted. */
  audienceInUse(id: AudienceId): Promise<boolean>;
  readonly unsubscribeTokens: Pick<UnsubscribeTokens, 'read'>;
  smsSize(text: string): SmsSize;
  /** Tells the trace of messages that ended at acceptance, as duplicates, or wait from there on. Returns at once, never throws. */
  traceAccepted(send: Send, messages: readonly NewMessage[]): void;
  /** Adds steps to the trace. Returns at once, never throws. */
  tellTrace(events: readonly TraceEvent[]): void;
  /** Frees places in windows and caps. Returns at once, never throws: they free themselves in time. */
  giveBack(places: readonly HeldPlace[]): void;
  /** Takes messages, as they were while they waited, out of the queues of flow control. Returns at once, never throws. */
  leaveQueues(messages: readonly FlowMessage[]): void;
  /** Lets the workflows of these dispatches look at their messages. Returns at once, never throws: it saves time only. */
  wake(dispatchIds: readonly DispatchId[]): void;
  /** Starts the workflow of a run that was committed. Returns at once, never throws: the relay starts what was not. */
  startRun(run: Run): void;
  /** Asks something of a running run (temporal/gateway.ts). Rejects while Temporal is away. */
  askRun(run: Run, update: string, request: object): Promise<RunAnswer | 'gone' | 'busy'>;
  /** Where people see a workflow. */
  workflowLink(workflowId: string): string;
  /** Audiences, as far as campaigns read them. */
  readonly audienceReader: AudienceReader;
  /** What Temporal knows of the Schedule of a campaign; rejects while it is away. */
  readonly readSchedule: ScheduleGateway['read'];
  /** Brings the Schedule of a campaign in line, after a commit. Never rejects, and resolves within three seconds: the worker does what was not. */
  syncCampaign(id: CampaignId): Promise<void>;
  /** Asks the provider of a sent message to give it back; `too_late` also where it cannot, or does not answer. */
  cancelAtProvider(message: Message): Promise<'cancelled' | 'too_late'>;
  /** The life of a message, as trace/ tells it. */
  timeline(message: Message): Promise<Timeline>;
  /** The jobs of maintenance; each call rejects while Temporal is away. */
  readonly maintenance: Pick<MaintenanceGateway, 'read' | 'start'> & { uiLink(workflowId: string): string };
  /** What is wrong with the URL of a webhook, for people; `undefined`: it may be called. */
  checkWebhookUrl(url: string): Promise<string | undefined>;
  /** Lets a webhook have what waits for it, after a commit. Returns at once, never throws: the worker tells it within seconds, too. */
  tellWebhook(id: WebhookId, news: WebhooksNews): void;
  /** Limits the requests of each key; absent: no limit. */
  readonly requestLimiter?: RequestLimiter | undefined;
  readonly checks: Checks;
  readonly metrics: ApiMetrics;
  readonly logger: Logger;
}
