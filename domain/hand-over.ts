import type { AccountId } from './ids';

/**
 * What a provider's answer means for us. Every adapter translates its provider's answers into these classes; nothing
 * else in the system knows a provider's codes.
 */
export const HAND_OVER_CLASSES = {
  /** The provider took the message. */
  accepted: 'final',
  /** Not sent, and never will be: bad number, unknown mailbox, content refused. Never fails over. */
  refused: 'final',
  /** Not sent: the provider asks us to slow down. Later, when it says, or at the next account. */
  throttled: 'retry',
  /** Not sent: no connection, or a temporary refusal. Later, or at the next account. */
  unavailable: 'retry',
  /** Not sent: our account is broken (credentials, sender, balance). Stop using it; the message waits. */
  misconfigured: 'retry',
  /** May have been sent: the answer was lost. Never fails over before it is cleared up. */
  ambiguous: 'doubt',
} as const;

export type HandOverClass = keyof typeof HAND_OVER_CLASSES;

/** The outcome of one attempt to hand one message to one provider. */
export interface HandOver {
  readonly class: HandOverClass;
  /** The provider's own code, e.g. `250`, `550 5.1.1`, `21211`, or ours for what never reached it: `connect`, `timeout`. */
  readonly code: string;
  /** The provider's words, cut to 300 characters, with addresses masked. */
  readonly detail: string;
  /** The provider's id of the message, where it gave one. */
  readonly providerMessageId?: string;
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * Whom a failure is about, when not the account or its server: this one recipient (greylisting, a full mailbox), or this
   * worker (stopped before the hand-over). Such an answer says nothing about whether the account works.
   */
  readonly about?: 'recipient' | 'worker';
  /** The address itself is dead or has opted out: it belongs on the suppression list. */
  readonly suppress?: 'hard_bounce' | 'opt_out';
}

/** One attempt as it is kept with the message. Times are epoch milliseconds. */
export interface Attempt {
  readonly n: number;
  readonly accountId: AccountId;
  readonly account: string;
  /** Why this account: its share of the route, or the failover order. */
  readonly why: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly class: HandOverClass;
  readonly code: string;
  readonly detail: string;
  readonly providerMessageId?: string;
}

/** True when one of the attempts may have been sent. */
export function isInDoubt(attempts: readonly Attempt[]): boolean {
  return attempts.some((attempt) => attempt.class === 'ambiguous');
}
