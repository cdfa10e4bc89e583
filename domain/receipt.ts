import type { MessageId } from './ids';
import type { ReceiptEvent } from './message-status';
import type { SuppressionReason } from './suppression';

/** What a provider tells of a message after it took it. `unsubscribe` changes no status: it only suppresses. */
export type ReportedEvent = ReceiptEvent | 'unsubscribe';

/** A receipt as a source reads it. It names the message by our id, by the provider's, or by both. */
export interface ProviderReceipt {
  readonly messageId?: MessageId;
  readonly providerMessageId?: string;
  readonly event: ReportedEvent;
  /** The same for every repetition of this receipt, and for no other one of the account. */
  readonly eventId: string;
  /** When it happened by the provider's clock, epoch milliseconds. */
  readonly at: number;
  /** The provider's code. */
  readonly code: string;
  /** The provider's words, addresses masked. */
  readonly detail: string;
  /** The address belongs on the suppression list, and why. */
  readonly suppress?: SuppressionReason;
}

/** What a text from a recipient asks for. */
export type Keyword = 'stop' | 'start' | 'help';

/** A text that a recipient sent to one of our numbers. Its words are not kept. */
export interface InboundText {
  /** As the provider writes it. */
  readonly from: string;
  /** Absent for any other text. */
  readonly keyword?: Keyword;
  readonly eventId: string;
}

/** What became of a receipt. */
export const RECEIPT_OUTCOMES = [
  /** It changed the message, or the suppression list. */
  'applied',
  /** The message's status does not let it: a second delivery report, `delivered` after `bounced`. */
  'no_effect',
  /** Bad news of an attempt that a later one has replaced. */
  'other_attempt',
  /** No message of this account is known by its ids. */
  'unmatched',
  /** A text that asks for nothing we do. */
  'stored',
] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];
