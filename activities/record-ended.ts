import type { DueMessage } from '../db/stores/delivery-store';
import type { Attempt, HandOver } from '../domain/hand-over';
import { TRANSITIONS } from '../domain/message-status';
import type { EffectivePolicy } from '../domain/policy';
import type { TraceEvent } from '../domain/trace-event';
import type { AccountDirectory } from './account-directory';
import { giveBack } from './dedup';
import type { ActivityDeps } from './deps';
import { isInDoubt, outcomeOf } from './outcome';
import { emit, traceOf } from './record-changes';
import type { Prepared } from './round';

/** An attempt with its answer, whether it came just now or was found in the notes of a process that stopped. */
export interface Ended {
  readonly message: DueMessage;
  readonly policy: EffectivePolicy;
  readonly attempt: Attempt;
  readonly answer: HandOver;
  readonly provider: string;
  readonly usableAccounts: number;
  /** What was rendered, where this process rendered it: needed to give a slot back. */
  readonly prepared?: Prepared;
}

/**
 * Records answers: first parks the accounts that their provider calls broken, so that nobody uses them any more, then the
 * messages in MySQL, then the trace. Gives back the window and cap slots of messages that failed for good.
 */
export async function recordEnded(
  deps: ActivityDeps,
  directory: AccountDirectory,
  ended: readonly Ended[],
): Promise<void> {
  if (ended.length === 0) return;
  const outcomes = ended.map(({ message, policy, attempt, answer, usableAccounts }) => {
    const acceptedAt = message.createdAt.getTime();
    const inDoubt = isInDoubt(message.attempts);
    return outcomeOf(attempt, answer, { id: message.id, acceptedAt, policy, inDoubt, usableAccounts });
  });
  await park(directory, ended);
  const recorded = await deps.stores.delivery.record(outcomes);
  const events: TraceEvent[] = [];
  const failed: Prepared[] = [];
  for (const [i, end] of ended.entries()) {
    const outcome = outcomes[i];
    if (!outcome || !recorded.has(outcome.id)) continue;
    const status = TRANSITIONS[outcome.event].to;
    events.push(...stepsOf(end, status, outcome.dueAt));
    count(deps, end, status);
    if (outcome.event === 'fail' && end.prepared) failed.push(end.prepared);
  }
  await Promise.all([emit(deps, events), giveBack(deps, failed)]);
}

function stepsOf({ message, attempt }: Ended, status: TraceEvent['status'], dueAt: Date | undefined): TraceEvent[] {
  const { n, account, why, code, detail, startedAt, endedAt } = attempt;
  const data = { account, why, class: attempt.class, code, words: detail, ms: endedAt - startedAt };
  const due = dueAt && { until: dueAt.getTime() };
  return [traceOf(message, `attempted:${n}`, endedAt, { ...(status && { status }), data: { ...data, ...due } })];
}

function count({ metrics }: ActivityDeps, { message, attempt, provider, answer }: Ended, status: string): void {
  const { lane } = message;
  metrics.messages.inc({ lane, status });
  metrics.attempts.inc({ lane, provider, class: answer.class });
  if (answer.class === 'accepted')
    metrics.latency.observe({ lane }, (attempt.endedAt - message.createdAt.getTime()) / 1000);
}

async function park(directory: AccountDirectory, ended: readonly Ended[]): Promise<void> {
  const broken = new Map(
    ended
      .filter(({ answer }) => answer.class === 'misconfigured')
      .map(({ attempt: { accountId, code, detail } }) => [
        accountId,
        detail.includes(code) ? detail : `${code} ${detail}`,
      ]),
  );
  for (const [accountId, reason] of broken) await directory.park(accountId, reason);
}
