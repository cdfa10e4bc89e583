import type { Attempt } from '../domain/hand-over';
import type { MessageId, ReceiptId, TemplateId } from '../domain/ids';
import { TRANSITIONS } from '../domain/message-status';
import type { ReceiptOutcome, ReportedEvent } from '../domain/receipt';
import type { TraceEvent } from '../domain/trace-event';

/** A receipt as MySQL keeps it, as far as a timeline tells it. */
export interface ReceiptRecord {
  readonly id: ReceiptId;
  readonly source: string;
  readonly event: ReportedEvent | 'inbound';
  readonly code: string;
  readonly detail: string;
  readonly happenedAt: Date;
  readonly receivedAt: Date;
  readonly outcome: ReceiptOutcome | null;
}

/** The receipts of each message, oldest first. */
export type ReadReceipts = (
  messageIds: readonly MessageId[],
) => Promise<ReadonlyMap<MessageId, readonly ReceiptRecord[]>>;

interface Subject {
  readonly id: MessageId;
  readonly address: string;
  readonly templateId: TemplateId;
  readonly attempts: readonly Attempt[];
}

/** The step of a receipt in the life of its message. It comes after the attempt it is about, however fast the provider was. */
export function eventOfReceipt(message: Subject, receipt: ReceiptRecord): TraceEvent {
  const { event } = receipt;
  const changes = event !== 'inbound' && event !== 'unsubscribe' && receipt.outcome === 'applied';
  const { source, code, detail: words, outcome } = receipt;
  const at = Math.max(receipt.receivedAt.getTime(), message.attempts.at(-1)?.endedAt ?? 0);
  return {
    messageId: message.id,
    address: message.address,
    templateId: message.templateId,
    step: `receipt:${receipt.id}`,
    at,
    ...(changes ? { status: TRANSITIONS[event].to } : {}),
    data: { source, event, code, words, outcome, happenedAt: receipt.happenedAt.getTime() },
  };
}
