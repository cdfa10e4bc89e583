import type { Logger } from '../config/logger';
import type { Account } from '../db/stores/account-store';
import type { Stores } from '../db/database';
import type { Rendered, SmsSize, StoredContent } from '../domain/content';
import type { TemplateId } from '../domain/ids';
import type { Channel } from '../domain/lane';
import type { LiveRules } from '../domain/rules';
import type { Sender } from '../channels/channel';
import type { FileSource } from '../channels/email/file-source';
import type { CircuitBreaker } from '../limits/circuit-breaker';
import type { ListHeaders } from '../channels/email/unsubscribe';
import type { CallbackUrl } from '../channels/receipts/callback-url';
import type { DedupGate } from '../limits/dedup-gate';
import type { FlowControl } from '../limits/flow-control';
import type { CompiledTemplate } from '../templates/compile';
import type { HandOverNotes } from '../trace/hand-over-notes';
import type { TraceStore } from '../trace/trace-store';
import type { AskTimes } from './ask-provider';
import type { DeliveryMetrics } from './delivery-metrics';

/** Everything the activities work with; workers/create-deps.ts fills it with the real parts. */
export interface ActivityDeps {
  readonly stores: Pick<
    Stores,
    'delivery' | 'templates' | 'versions' | 'accounts' | 'routes' | 'suppressions' | 'runs' | 'runMessages'
  >;
  readonly compile: (channel: Channel, content: StoredContent) => CompiledTemplate;
  readonly contentKey: (
    templateId: TemplateId,
    channel: Channel,
    address: string,
    rendered: Rendered,
    attachments: readonly string[],
  ) => string;
  readonly gate: DedupGate;
  readonly flow: FlowControl;
  readonly breaker: CircuitBreaker;
  readonly trace: Pick<TraceStore, 'emit'>;
  readonly notes: HandOverNotes;
  /** Where the files of attachments come from. */
  readonly files: FileSource;
  /** Where a provider posts the receipts of a message, for those that are told so each time. */
  readonly callbackUrl: CallbackUrl;
  /** The headers by which a reader unsubscribes from marketing mail. */
  readonly listHeaders: ListHeaders;
  readonly smsSize: (text: string) => SmsSize;
  readonly openSender: (account: Account, secrets: unknown) => Sender;
  readonly metrics: DeliveryMetrics;
  readonly log: Logger;
  readonly rules: LiveRules;
  readonly askTimes: AskTimes;
}
