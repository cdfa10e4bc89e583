import type { Attempt, HandOver } from '../domain/hand-over';
import type { Outcome } from '../db/stores/delivery-store';
import type { MessageId } from '../domain/ids';
import type { DeferReason } from '../domain/message-status';
import { retryDelayMs, type EffectivePolicy } from '../domain/policy';
import { drawOf } from '../domain/route';
import { NO_ACCOUNT_PAUSE_MS } from './lane-accounts';

/** What decides, besides the answer itself, how an attempt goes on. Times are epoch milliseconds. */
export interface OutcomeContext {
  readonly id: MessageId;
  /** From when on its deadline counts: acceptance, or the time the caller wants. */
  readonly startsAt: number;
  readonly policy: Pick<EffectivePolicy, 'onUnknown' | 'deliverWithinSeconds'>;
  /** An earlier attempt may have been sent: whatever comes now, the message is never called failed. */
  readonly inDoubt: boolean;
  /** Usable accounts of the lane, the one of this attempt included. */
  readonly usableAccounts: number;
  /** Of an attempt whose answer was lost: when the provider is asked next. Absent where it cannot be asked. */
  readonly askAt?: number | undefined;
}

/** Before the next account is tried. */
const FAILOVER_PAUSE_MS = 1_000;

/** The retry classes as one pure decision: what an attempt's answer means for its message. */
export function outcomeOf(attempt: Attempt, answer: HandOver, context: OutcomeContext): Outcome {
  const outcome = byClass(attempt, answer, context);
  if (outcome.event !== 'fail' || (answer.class !== 'ambiguous' && !context.inDoubt)) return outcome;
  return { ...outcome, event: 'loseAnswer', reason: 'answer_lost' };
}

function byClass(attempt: Attempt, answer: HandOver, context: OutcomeContext): Outcome {
  const base = { id: context.id, attempt };
  const detail = {
    attempt: attempt.n,
    account: attempt.account,
    class: answer.class,
    code: answer.code,
    words: answer.detail,
  };
  switch (answer.class) {
    case 'accepted':
      return { ...base, event: 'accept', reason: null };
    case 'refused':
      return { ...base, event: 'fail', reason: 'refused', detail };
    case 'ambiguous':
      if (context.askAt !== undefined) {
        const { why, startedAt } = attempt;
        const kept = { ...detail, why, handedOverAt: startedAt };
        return { ...base, event: 'doubt', reason: 'answer_lost', detail: kept, dueAt: new Date(context.askAt) };
      }
      if (context.policy.onUnknown === 'hold') return { ...base, event: 'loseAnswer', reason: 'answer_lost', detail };
      return later(base, 'retry', detail, pauseAfter(attempt.n, context), context);
    case 'throttled':
    case 'unavailable':
      return later(base, 'retry', detail, pauseAfter(attempt.n, context, answer.retryAfterMs), context);
    case 'misconfigured':
      return context.usableAccounts > 1
        ? later(base, 'retry', detail, FAILOVER_PAUSE_MS, context)
        : later(base, 'provider_down', detail, NO_ACCOUNT_PAUSE_MS, context);
  }
}

type Base = Pick<Outcome, 'id' | 'attempt'>;
type Detail = NonNullable<Outcome['detail']>;

/** Again after `pauseMs`, unless that is past the time within which the template wants it delivered. */
function later(base: Base, reason: DeferReason, detail: Detail, pauseMs: number, context: OutcomeContext): Outcome {
  const dueAt = base.attempt.endedAt + pauseMs;
  if (dueAt <= context.startsAt + context.policy.deliverWithinSeconds * 1000) {
    return { ...base, event: 'defer', reason, detail, dueAt: new Date(dueAt) };
  }
  const { deliverWithinSeconds } = context.policy;
  return { ...base, event: 'fail', reason: 'retries_exhausted', detail: { ...detail, deliverWithinSeconds } };
}

/**
 * The other accounts of the route first, one after the other, whatever this one asked for; then as long as the provider asked,
 * or a pause that doubles with each time round.
 */
function pauseAfter(attempt: number, { usableAccounts, id }: OutcomeContext, askedMs?: number): number {
  const accounts = Math.max(1, usableAccounts);
  if (attempt % accounts !== 0) return FAILOVER_PAUSE_MS;
  return askedMs ?? retryDelayMs(attempt / accounts, drawOf(`${id}:${attempt}`));
}
