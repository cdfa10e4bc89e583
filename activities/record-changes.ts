import type { Change, DueMessage } from '../db/stores/delivery-store';
import { isInDoubt } from '../domain/hand-over';
import { isFinal, TRANSITIONS } from '../domain/message-status';
import { traceOf, type TraceEvent } from '../domain/trace-event';
import type { ActivityDeps } from './deps';
import { leaveQueues } from './flow-limits';
import { giveBack, placesFreedBy } from './give-back';
import type { Underway } from './round';

/** A change of a message. In its trace the step is named for the status it enters, a wait also for its end. */
export interface MessageChange extends Omit<Change, 'id' | 'appId'> {
  readonly message: DueMessage & Partial<Underway>;
}

/** What recording needs. */
export interface RecordDeps extends Pick<ActivityDeps, 'trace' | 'metrics' | 'log' | 'gate' | 'flow'> {
  readonly stores: Pick<ActivityDeps['stores'], 'delivery'>;
}

/** Writes events to the projection. It can be rebuilt, so its outage is counted, not passed on. */
export async function emit(
  deps: Pick<ActivityDeps, 'trace' | 'metrics' | 'log'>,
  events: readonly TraceEvent[],
): Promise<void> {
  if (events.length === 0) return;
  try {
    await deps.trace.emit(events);
  } catch (error) {
    deps.metrics.traceLost.inc(events.length);
    deps.log.debug({ err: error, events: events.length }, 'trace events not written');
  }
}

/** A message of which an attempt may have been sent ends `unknown`, whatever stops it now. */
function orUnknown(change: MessageChange): MessageChange {
  const { event, reason, detail, message } = change;
  if (!isFinal(TRANSITIONS[event].to) || !isInDoubt(message.attempts)) return change;
  return { message, event: 'loseAnswer', reason: 'answer_lost', detail: { ...detail, stoppedBy: reason } };
}

/** A message that waits is looked at when it expires, so that it ends then and not later. */
function notBeyondExpiry(change: MessageChange): MessageChange {
  const { expiresAt } = change.message;
  return change.dueAt && expiresAt && expiresAt < change.dueAt ? { ...change, dueAt: expiresAt } : change;
}

/**
 * Applies changes to MySQL and tells the trace of those that took effect, and of the steps before them; the row decides, the trace
 * follows.
 */
export async function recordChanges(deps: RecordDeps, wanted: readonly MessageChange[]): Promise<void> {
  if (wanted.length === 0) return;
  const changes = wanted.map(orUnknown).map(notBeyondExpiry);
  const rows = changes.map(({ message, ...change }) => ({ ...change, id: message.id, appId: message.appId }));
  const changed = await deps.stores.delivery.apply(rows);
  const now = Date.now();
  const effective = changes.filter((change) => changed.has(change.message.id));
  for (const { message, event } of effective) {
    deps.metrics.messages.inc({ lane: message.lane, status: TRANSITIONS[event].to });
  }
  const events = changes.flatMap((change): readonly TraceEvent[] => {
    const { untold = [] } = change.message;
    return changed.has(change.message.id) ? [...untold, eventOf(change, now)] : untold;
  });
  const freed = effective.flatMap(({ message, event, dueAt }) => placesFreedBy(message, event, dueAt));
  const left = effective.filter(({ reason }) => reason !== 'rate_limited').map(({ message }) => message);
  await Promise.all([emit(deps, events), giveBack(deps, freed), leaveQueues(deps, left)]);
}

function eventOf({ message, event, reason, detail, dueAt }: MessageChange, now: number): TraceEvent {
  const { to: status } = TRANSITIONS[event];
  const until = dueAt?.getTime();
  const data = { reason, ...detail, ...(until && { until }) };
  return traceOf(message, until ? `${status}:${until}` : status, now, { status, data });
}
