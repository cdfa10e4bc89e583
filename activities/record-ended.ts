import type { DueMessage, Outcome } from '../db/stores/delivery-store';
import { isInDoubt, type Attempt, type HandOver } from '../domain/hand-over';
import { runOfDispatch } from '../domain/ids';
import { TRANSITIONS, type MessageEvent, type MessageStatus } from '../domain/message-status';
import { pendingSince, startOf } from '../domain/message-times';
import type { EffectivePolicy } from '../domain/policy';
import type { HeldPlace } from '../limits/dedup-gate';
import { traceOf, type TraceEvent } from '../domain/trace-event';
import type { AccountAnswer, AccountDirectory } from './account-directory';
import { giveBack, placesFreedBy } from './give-back';
import type { ActivityDeps } from './deps';
import { ticketOf } from './lane-accounts';
import { outcomeOf } from './outcome';
import { emit } from './record-changes';
import { suppressRefused } from './suppressed';

/** An attempt with its answer, whether it came just now or was found in the notes of a process that stopped. */
export interface Ended {
  readonly message: DueMessage;
  readonly policy: EffectivePolicy;
  readonly attempt: Attempt;
  readonly answer: HandOver;
  readonly provider: string;
  readonly usableAccounts: number;
  /** The answer was lost, and the provider is asked next at this time (epoch milliseconds). */
  readonly askAt?: number;
  /** Why it was not cleared up yet. */
  readonly askedBecause?: string;
  /** The answer was lost, and the provider, when asked, had the message, or had it not. */
  readonly cleared?: 'found' | 'absent';
  /** Of the account, when the attempt was made. */
  readonly revision?: number;
}

/**
 * Records answers: suppresses the addresses that a provider calls dead or opted out, then what they say about their accounts and,
 * at the same time, the messages in MySQL, then the trace, after the events of `before`. Gives back the places of messages that failed for good.
 */
export async function recordEnded(
  deps: ActivityDeps,
  directory: AccountDirectory,
  ended: readonly Ended[],
  before: () => readonly TraceEvent[] = () => [],
): Promise<void> {
  if (ended.length === 0) return;
  const outcomes = ended.map(({ message, policy, attempt, answer, usableAccounts, askAt }) => {
    const inDoubt = isInDoubt(message.attempts);
    const outcome = outcomeOf(attempt, answer, {
      id: message.id,
      startsAt: startOf(message),
      policy,
      inDoubt,
      usableAccounts,
      askAt,
    });
    return { ...outcome, appId: message.appId };
  });
  const answers = ended.map(answerForAccount);
  await suppressRefused(deps, ended);
  const [recorded] = await Promise.all([deps.stores.delivery.record(outcomes), directory.report(answers)]);
  const events: TraceEvent[] = [...before()];
  const freed: HeldPlace[] = [];
  for (const [i, end] of ended.entries()) {
    const outcome = outcomes[i];
    if (!outcome || !recorded.has(outcome.id)) continue;
    const status = TRANSITIONS[outcome.event].to;
    events.push(outcome.event === 'doubt' ? doubtOf(end) : attemptedOf(end, status, outcome.dueAt));
    count(deps, end, outcome.event);
    if (end.answer.class !== 'ambiguous') freed.push(...placesFreedBy(end.message, outcome.event, outcome.dueAt));
  }
  await Promise.all([emit(deps, events), giveBack(deps, freed), countForRun(deps, ended, outcomes)]);
}

/** A run pauses itself by these counts (activities/run-gate.ts). */
async function countForRun(deps: ActivityDeps, ended: readonly Ended[], outcomes: readonly Outcome[]): Promise<void> {
  const dispatchId = ended[0]?.message.dispatchId;
  const runId = dispatchId && runOfDispatch(dispatchId);
  if (!runId) return;
  const final = outcomes.filter(({ event }) => event !== 'defer' && event !== 'doubt').length;
  const errors = outcomes.filter(({ event }) => event === 'fail' || event === 'loseAnswer').length;
  if (final > 0) await deps.stores.runs.countAnswers(runId, final, errors);
}

function attemptedOf({ message, attempt }: Ended, status: MessageStatus, dueAt: Date | undefined): TraceEvent {
  const { n, account, why, code, detail, startedAt, endedAt } = attempt;
  const data = { account, why, class: attempt.class, code, words: detail, ms: endedAt - startedAt };
  const due = dueAt && { until: dueAt.getTime() };
  return traceOf(message, `attempted:${n}`, endedAt, { status, data: { ...data, ...due } });
}

/** That an answer was lost was told when it was: what is found out about it later says nothing about the account's health now. */
function answerForAccount({ message, attempt, answer, revision, cleared, askedBecause }: Ended): AccountAnswer {
  const late = cleared !== undefined || askedBecause !== undefined;
  return {
    accountId: attempt.accountId,
    ticket: ticketOf(message.id, attempt.n),
    answer: late ? { ...answer, class: 'ambiguous', about: 'worker' } : answer,
    revision,
    startedAt: attempt.startedAt,
    endedAt: attempt.endedAt,
  };
}

/** A step for each time that the provider is yet to be asked; the first tells of the lost answer. */
function doubtOf({ message, attempt, askAt = attempt.endedAt, askedBecause }: Ended): TraceEvent {
  const { n, account, code, detail } = attempt;
  const data = { account, code, words: detail, because: askedBecause, until: askAt };
  return traceOf(message, `asking:${n}:${askAt}`, Date.now(), { status: 'sending', data });
}

function count({ metrics }: ActivityDeps, ended: Ended, event: MessageEvent): void {
  const { message, attempt, provider, answer, cleared, askedBecause } = ended;
  const { lane } = message;
  if (cleared) metrics.doubts.inc({ lane, provider, outcome: cleared });
  // An attempt counts once: with its answer, or when that is known to be lost.
  else if (askedBecause === undefined)
    metrics.attempts.inc({ lane, account: attempt.accountId, provider, class: answer.class });
  if (event === 'doubt') return;
  if (event === 'loseAnswer') metrics.doubts.inc({ lane, provider, outcome: 'unknown' });
  metrics.messages.inc({ lane, status: TRANSITIONS[event].to });
  if (answer.class === 'accepted') metrics.latency.observe({ lane }, (attempt.endedAt - pendingSince(message)) / 1000);
}
