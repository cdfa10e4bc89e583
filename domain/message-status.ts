/**
 * The life of a message as one table. Every writer goes through it: a conditional update
 * `… WHERE status IN (sourcesOf(event))` is how races between delivery, recall, expiry and receipts are settled.
 */
export const MESSAGE_STATUSES = {
  accepted: 'waiting',
  deferred: 'waiting',
  sending: 'in_flight',
  sent: 'final',
  delivered: 'final',
  bounced: 'final',
  undelivered: 'final',
  complained: 'final',
  discarded: 'final',
  suppressed: 'final',
  deduplicated: 'final',
  capped: 'final',
  shielded: 'final',
  recalled: 'final',
  expired: 'final',
  failed: 'final',
  unknown: 'final',
} as const;

export type MessageStatus = keyof typeof MESSAGE_STATUSES;
export const MESSAGE_STATUS_NAMES = Object.keys(MESSAGE_STATUSES) as [MessageStatus, ...MessageStatus[]];

/** Statuses in which a message still waits for its turn. */
export const WAITING: readonly MessageStatus[] = ['accepted', 'deferred'];
/** Statuses that still need work from us. */
export const OPEN: readonly MessageStatus[] = ['accepted', 'deferred', 'sending'];

interface Transition {
  readonly to: MessageStatus;
  readonly from: readonly MessageStatus[];
}

/**
 * What can happen to a message. `unknown` may still be cleared by a receipt or a person; a receipt may also arrive before our
 * own record of the hand-over, or after a doubt while the message waits to be sent again: hence `sending` and `deferred`.
 */
export const TRANSITIONS = {
  /** Taken for one attempt at one account. */
  claim: { to: 'sending', from: WAITING },
  /** To be looked at again later, with a reason and a time; from `sending` only if provably not handed over. */
  defer: { to: 'deferred', from: OPEN },
  /** The template is switched off or deleted. */
  discard: { to: 'discarded', from: WAITING },
  suppress: { to: 'suppressed', from: WAITING },
  deduplicate: { to: 'deduplicated', from: WAITING },
  cap: { to: 'capped', from: WAITING },
  shield: { to: 'shielded', from: WAITING },
  recall: { to: 'recalled', from: WAITING },
  /** Too old to be useful. */
  expire: { to: 'expired', from: WAITING },
  /** Refused for good, not renderable, or out of time for retries. */
  fail: { to: 'failed', from: OPEN },
  /** The provider took it. */
  accept: { to: 'sent', from: ['sending', 'unknown'] },
  /** Handed over, and the answer is lost: it stays in flight while the provider is asked. */
  doubt: { to: 'sending', from: ['sending'] },
  /** Handed over, the answer is lost, and it is not sent again: by policy, or because it is stopped before it is. */
  loseAnswer: { to: 'unknown', from: ['sending', 'deferred'] },
  /** A person has found out what became of a doubt: it was sent, or it was not. */
  resolveSent: { to: 'sent', from: ['unknown'] },
  resolveNotSent: { to: 'failed', from: ['unknown'] },
  /** The provider held it for later and gave it back. */
  recallAtProvider: { to: 'recalled', from: ['sent'] },
  deliver: { to: 'delivered', from: ['sending', 'deferred', 'sent', 'unknown'] },
  bounce: { to: 'bounced', from: ['sending', 'deferred', 'sent', 'delivered', 'unknown'] },
  failDelivery: { to: 'undelivered', from: ['sending', 'sent', 'unknown'] },
  complain: { to: 'complained', from: ['sending', 'deferred', 'sent', 'delivered', 'unknown'] },
} as const satisfies Record<string, Transition>;

/** What a provider tells of a message that it has; unlike what our steps do, it counts whatever we were about to do. */
export const RECEIPT_EVENTS = [
  'deliver',
  'bounce',
  'failDelivery',
  'complain',
] as const satisfies readonly MessageEvent[];
export type ReceiptEvent = (typeof RECEIPT_EVENTS)[number];

export type MessageEvent = keyof typeof TRANSITIONS;
export const MESSAGE_EVENTS = Object.keys(TRANSITIONS) as MessageEvent[];

/** The status after `event`, or `undefined` when the event has no effect in `status`. Pure. */
export function transition(status: MessageStatus, event: MessageEvent): MessageStatus | undefined {
  const { to, from }: Transition = TRANSITIONS[event];
  return from.includes(status) ? to : undefined;
}

/** The statuses in which `event` takes effect: the WHERE clause of its conditional update. */
export function sourcesOf(event: MessageEvent): readonly MessageStatus[] {
  return TRANSITIONS[event].from;
}

export function isFinal(status: MessageStatus): boolean {
  return MESSAGE_STATUSES[status] === 'final';
}

/** Why a message waits. */
export const DEFER_REASONS = [
  'quiet_hours',
  'rate_limited',
  'provider_down',
  'retry',
  'scheduled',
  'paused',
  'send_window',
] as const;
export type DeferReason = (typeof DEFER_REASONS)[number];

/** How many messages are in each status; statuses nobody is in are left out. */
export type StatusCounts = Partial<Record<MessageStatus, number>>;

/** Promise 3: the total is the sum over the statuses, at any moment. */
export function totalOf(counts: StatusCounts): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
