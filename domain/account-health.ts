import type { AccountId } from './ids';
import { drawOf } from './route';
import type { BreakerRule } from './rules';

/**
 * How an account is: in use; out of use after failures; letting one message through to see; coming back; or left alone for the
 * time that its provider asked for.
 */
export const HEALTH_STATES = ['closed', 'open', 'half_open', 'ramping', 'held'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** What an operator has decided: go by the breaker, do not use the account, or use it whatever the breaker says. */
export const HEALTH_OVERRIDES = ['auto', 'open', 'closed'] as const;
export type HealthOverride = (typeof HEALTH_OVERRIDES)[number];

/** What the breaker remembers of an account, over all workers. Times are epoch milliseconds; 0: never. */
export interface BreakerState {
  readonly state: 'closed' | 'open' | 'half_open' | 'ramping';
  readonly since: number;
  /** Open: when one message may probe. Half open: until when that probe has the account to itself. */
  readonly until: number;
  /** Half open: the ticket of the message that probes; else empty. */
  readonly probe: string;
  /** Why it opened: the share of failures, the provider's word that the account is broken, or a failed probe. */
  readonly cause: 'failures' | 'broken' | 'probe';
  /** The last failure in the provider's words. */
  readonly words: string;
  /** Answers that counted, and the failures among them: at the opening, else within the window until now. */
  readonly attempts: number;
  readonly failures: number;
  /** The provider asked for no new hand-over before this time. */
  readonly heldUntil: number;
  readonly heldWords: string;
}

/** What MySQL keeps of an account's health. */
export interface HealthSubject {
  /** Its provider called it broken. */
  readonly parked: { readonly at: Date; readonly reason: string } | null;
  readonly override: {
    readonly mode: HealthOverride;
    readonly note: string | null;
    readonly at: Date | null;
  };
}

/** One account's health at one moment. Times are epoch milliseconds; `null`: not known, or without end. */
export interface AccountHealth {
  readonly state: HealthState;
  readonly since: number | null;
  /** When it is looked at again: the probe of an open one, the end of a ramp or a hold. */
  readonly until: number | null;
  readonly because: string | null;
  readonly attempts: number;
  readonly failures: number;
  /** The part of its messages that it takes now, 0 to 1. */
  readonly share: number;
}

/** The share with which an account comes back. */
const FIRST_SHARE = 0.1;
/** A ramp has so many steps: messages that wait for it come in as many slices. */
const RAMP_STEPS = 20;

/** The share of an account that has been ramping since `since`: a tenth at first, everything after `rampMs`. Never falls. */
export function rampShare(since: number, rampMs: number, now: number): number {
  if (rampMs <= 0 || now >= since + rampMs) return 1;
  return FIRST_SHARE + (1 - FIRST_SHARE) * Math.max(0, (now - since) / rampMs);
}

/**
 * When the ramp that began at `since` reaches a message: each has its own place in it, the same in every process, so the share
 * rises over all workers without anybody counting. Steps are whole slices, so that a dispatch wakes a few times only.
 */
export function rampTime(messageId: string, accountId: AccountId, since: number, rampMs: number): number {
  const place = (placeOf(messageId, accountId) - FIRST_SHARE) / (1 - FIRST_SHARE);
  return place <= 0 ? since : since + (Math.ceil(place * RAMP_STEPS) / RAMP_STEPS) * rampMs;
}

const placeOf = (messageId: string, accountId: AccountId): number => drawOf(`${messageId}:${accountId}`);

/** True when an account of this health takes the message. */
export function takes(health: AccountHealth, messageId: string, accountId: AccountId): boolean {
  return health.share >= 1 || placeOf(messageId, accountId) < health.share;
}

/** True when one message may probe whether the account works again; which one, the breaker decides. */
export function isProbeDue({ state, until }: AccountHealth, now: number): boolean {
  return (state === 'open' || state === 'half_open') && until !== null && until <= now;
}

const NO_COUNTS = { attempts: 0, failures: 0 };

/**
 * The one notion of an account's health: an operator's word first, then the breaker's, then the provider's as MySQL keeps it,
 * which also holds while Redis is away (`breaker` undefined) or has forgotten.
 */
export function healthOf(
  { parked, override }: HealthSubject,
  breaker: BreakerState | undefined,
  rule: Pick<BreakerRule, 'maxOpenSeconds' | 'rampSeconds'>,
  now: number,
): AccountHealth {
  const counts = breaker ? { attempts: breaker.attempts, failures: breaker.failures } : NO_COUNTS;
  if (override.mode !== 'auto') {
    const note = override.note ? `: ${override.note}` : '';
    const closed = override.mode === 'closed';
    const because = `an operator ${closed ? 'keeps it in use' : 'took it out of use'}${note}`;
    const since = override.at?.getTime() ?? null;
    return { state: override.mode, since, until: null, because, ...counts, share: closed ? 1 : 0 };
  }
  // A breaker that opened or came back after the provider's word knows more than that word.
  if (parked && (!breaker || (breaker.state === 'closed' && breaker.since < parked.at.getTime()))) {
    const since = parked.at.getTime();
    const until = since + rule.maxOpenSeconds * 1000;
    // Without the breaker nobody can choose one message to probe: any may.
    const share = !breaker && until <= now ? 1 : 0;
    return { state: 'open', since, until, because: brokenWords(parked.reason), ...counts, share };
  }
  return breaker ? byBreaker(breaker, rule.rampSeconds * 1000, now) : closedHealth(null, counts);
}

const brokenWords = (words: string): string => `its provider calls it broken: ${words}`;

function closedHealth(since: number | null, counts: typeof NO_COUNTS): AccountHealth {
  return { state: 'closed', since, until: null, because: null, ...counts, share: 1 };
}

function byBreaker(breaker: BreakerState, rampMs: number, now: number): AccountHealth {
  const { state, since, until, attempts, failures } = breaker;
  const counts = { attempts, failures };
  if (state === 'open' || state === 'half_open') {
    return { state, since, until, because: openedBecause(breaker), ...counts, share: 0 };
  }
  if (breaker.heldUntil > now) {
    const because = `its provider asked to wait: ${breaker.heldWords}`;
    return { state: 'held', since: null, until: breaker.heldUntil, because, ...counts, share: 0 };
  }
  const share = state === 'ramping' ? rampShare(since, rampMs, now) : 1;
  if (share >= 1) return closedHealth(since || null, counts);
  return { state, since, until: since + rampMs, because: 'its probe was answered well', ...counts, share };
}

function openedBecause({ cause, words, attempts, failures }: BreakerState): string {
  if (cause === 'broken') return brokenWords(words);
  if (cause === 'probe') return `its probe failed: ${words}`;
  return `${failures} of ${attempts} answers were failures, the last: ${words}`;
}
