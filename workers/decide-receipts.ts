import type { Message } from '../db/stores/message-store';
import type { Receipt } from '../db/stores/receipt-store';
import { groupBy } from '../domain/group-by';
import type { MessageId } from '../domain/ids';
import { transition, type MessageStatus } from '../domain/message-status';
import type { ReceiptOutcome } from '../domain/receipt';

/** What is to happen with one receipt: an outcome, or another look later. */
export interface Decision {
  readonly receipt: Receipt;
  readonly message?: Message;
  readonly outcome?: ReceiptOutcome;
  /** The status it leads the message from and into. */
  readonly from?: MessageStatus;
  readonly to?: MessageStatus;
  /** Epoch milliseconds. */
  readonly dueAt?: number;
}

/** A receipt whose message is not known by then is about none of ours. */
const GIVE_UP_MS = 3 * 86_400_000;
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 3_600_000;

/** The longer it has waited in vain, the less often it is looked at. */
function later(receipt: Receipt, now: number): number {
  const waited = now - receipt.receivedAt.getTime();
  return now + Math.min(Math.max(waited / 2, MIN_PAUSE_MS), MAX_PAUSE_MS);
}

/** No message is known: it may be one whose hand-over is not recorded yet, if only the provider's id is told. */
function withoutMessage(receipt: Receipt, now: number): Decision {
  const isEarly = receipt.messageId === null && now - receipt.receivedAt.getTime() < GIVE_UP_MS;
  return isEarly ? { receipt, dueAt: later(receipt, now) } : { receipt, outcome: 'unmatched' };
}

/**
 * Bad news about an attempt after which the message was tried again: one with that id, or one whose answer, and so its id, was
 * lost. Good news holds, whichever attempt it is about.
 */
function isReplaced({ event, providerMessageId }: Receipt, message: Message): boolean {
  if (event !== 'bounce' && event !== 'failDelivery') return false;
  if (providerMessageId === null || message.providerMessageId === null) return false;
  if (providerMessageId === message.providerMessageId) return false;
  const earlier = message.attempts.filter(({ n }) => n !== message.attempt);
  return earlier.some((attempt) => attempt.providerMessageId === providerMessageId || attempt.class === 'ambiguous');
}

/** Goes through the receipts of one message in the order in which things happened. */
function decideOne(receipts: readonly Receipt[], message: Message, status: MessageStatus | undefined, now: number) {
  let current = status;
  return receipts.map((receipt): Decision => {
    if (current === undefined) return { receipt, message, dueAt: later(receipt, now) };
    if (isReplaced(receipt, message)) return { receipt, message, outcome: 'other_attempt' };
    const { event } = receipt;
    if (event === 'inbound' || event === 'unsubscribe') return { receipt, message, outcome: 'applied' };
    const to = transition(current, event);
    if (!to) return { receipt, message, outcome: 'no_effect' };
    const decision = { receipt, message, outcome: 'applied', from: current, to } as const;
    current = to;
    return decision;
  });
}

const inOrder = (a: Receipt, b: Receipt): number =>
  a.happenedAt.getTime() - b.happenedAt.getTime() || (a.id < b.id ? -1 : 1);

/**
 * Decides about receipts by the transition table. `statuses` has the messages that may be changed now; the receipts of the
 * others wait. Times are epoch milliseconds. Pure.
 */
export function decideReceipts(
  receipts: readonly Receipt[],
  messages: ReadonlyMap<Receipt, Message>,
  statuses: ReadonlyMap<MessageId, MessageStatus>,
  now: number,
): Decision[] {
  const known = receipts.filter((receipt) => messages.has(receipt)).sort(inOrder);
  const groups = groupBy(known, (receipt) => messages.get(receipt)?.id);
  const decided = [...groups.values()].flatMap((group) => {
    const message = group[0] && messages.get(group[0]);
    return message ? decideOne(group, message, statuses.get(message.id), now) : [];
  });
  const strangers = receipts.filter((receipt) => !messages.has(receipt));
  return [...decided, ...strangers.map((receipt) => withoutMessage(receipt, now))];
}
