import type { MessageType } from './lane';

/** How a template is to be treated; absent fields take the defaults of `policyOf`. */
export interface TemplatePolicy {
  /** Content deduplication: at most `max` equal messages to one address within `windowSeconds`. `null` switches it off. */
  readonly dedup?: { readonly max: number; readonly windowSeconds: number } | null;
  /** Daily frequency cap per address and channel. `null` exempts the template. */
  readonly dailyCap?: number | null;
  /** IANA zone whose midnight resets the cap, when the recipient's own zone is not known. */
  readonly timezone?: string;
  /** After a hand-over whose answer was lost: send again, or hold as `unknown`. */
  readonly onUnknown?: 'resend' | 'hold';
  /** For how long after acceptance delivery is tried, in seconds; then `failed`. */
  readonly deliverWithinSeconds?: number;
}

export interface EffectivePolicy {
  readonly dedup: { readonly max: number; readonly windowSeconds: number } | null;
  readonly dailyCap: number | null;
  readonly timezone: string;
  readonly onUnknown: 'resend' | 'hold';
  readonly deliverWithinSeconds: number;
}

const DELIVER_WITHIN_SECONDS: Record<MessageType, number> = {
  verification: 15 * 60,
  notice: 24 * 3600,
  marketing: 72 * 3600,
};

/**
 * The policy in force: one equal message per 300 s, five messages per address, channel and local day (verification codes
 * exempt), a verification code is rather sent twice than not at all, everything else rather held than doubled.
 */
export function policyOf(messageType: MessageType, own: TemplatePolicy, systemTimezone: string): EffectivePolicy {
  const urgent = messageType === 'verification';
  return {
    dedup: own.dedup === undefined ? { max: 1, windowSeconds: 300 } : own.dedup,
    dailyCap: own.dailyCap === undefined ? (urgent ? null : 5) : own.dailyCap,
    timezone: own.timezone ?? systemTimezone,
    onUnknown: own.onUnknown ?? (urgent ? 'resend' : 'hold'),
    deliverWithinSeconds: own.deliverWithinSeconds ?? DELIVER_WITHIN_SECONDS[messageType],
  };
}

/** Pause before the next attempt after `attempt` failed ones: 2, 4, 8 … seconds, at most five minutes, ±20 % by message. */
export function retryDelayMs(attempt: number, spread: number): number {
  const base = Math.min(300_000, 1000 * 2 ** Math.min(attempt, 9));
  return Math.round(base * (0.8 + 0.4 * spread));
}
