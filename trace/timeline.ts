import type { Attempt } from '../domain/hand-over';
import type { DispatchId } from '../domain/ids';
import type { MessageStatus } from '../domain/message-status';
import { eventsOfRecord, type DispatchStep, type MessageRecord } from './record-events';
import type { ReadReceipts } from './receipt-events';
import type { TraceStep, TraceStore } from './trace-store';
import { wordsOf } from './words';

export interface TimelineStep {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly step: string;
  readonly status?: MessageStatus;
  /** The step in words and numbers. */
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The life of one message. */
export interface Timeline {
  /** Where the steps came from: `redis` (the projection), `mysql` (the record), `temporal` (the history of the dispatch). */
  readonly source: readonly ('redis' | 'mysql' | 'temporal')[];
  /** Why something may be missing. */
  readonly note?: string;
  readonly steps: readonly TimelineStep[];
  readonly attempts: readonly Attempt[];
  readonly links: { readonly temporal?: string };
}

export interface TimelineReaderOptions {
  readonly trace: Pick<TraceStore, 'readMessage'>;
  /** The steps of a dispatch from its workflow history; `undefined` when Temporal has it no more. */
  readonly history: (dispatchId: DispatchId) => Promise<DispatchStep[] | undefined>;
  /** What providers told of messages. */
  readonly receipts: ReadReceipts;
  readonly uiLink: (dispatchId: DispatchId) => string;
  /** Zone of the times in words. */
  readonly timezone: string;
}

type Read = (message: MessageRecord & { readonly dispatchId: DispatchId | null }) => Promise<Timeline>;

/**
 * Tells the life of a message: the steps of the projection, completed by the record in MySQL, which is always right about
 * the status. Without the projection (Redis away, or past its time to live) the record and the workflow history tell it.
 */
export function createTimelineReader(options: TimelineReaderOptions): Read {
  const { trace, history, receipts, uiLink, timezone } = options;
  return async (message) => {
    const projected = await trace.readMessage(message.id, message.address).then(
      (steps) => ({ steps, away: false }),
      () => ({ steps: [], away: true }),
    );
    const { dispatchId } = message;
    // Of an attempt whose process was killed the projection may have the end alone.
    const fallBack = dispatchId !== null && lacksSteps(projected.steps);
    const past = fallBack ? await history(dispatchId).catch(() => undefined) : undefined;
    const told = await receipts([message.id]);
    const steps = merge(projected.steps, eventsOfRecord(message, past, told.get(message.id)));
    const note = noteOf(projected.away, projected.steps.length > 0, past !== undefined);
    return {
      source: [...(projected.steps.length ? ['redis' as const] : []), 'mysql', ...(past ? ['temporal' as const] : [])],
      ...(note && { note }),
      steps: steps.map(({ at, step, status, data }) => ({
        at: new Date(at).toISOString(),
        step,
        ...(status && { status }),
        text: wordsOf({ at, step, ...(status && { status }), ...(data && { data }) }, timezone),
        ...(data && { data }),
      })),
      attempts: message.attempts,
      links: dispatchId && message.reason !== 'duplicate_recipient' ? { temporal: uiLink(dispatchId) } : {},
    };
  };
}

/** Nothing is known, or an attempt without what led to it. */
function lacksSteps(steps: readonly TraceStep[]): boolean {
  if (steps.some(({ step }) => step === 'rendered')) return false;
  return steps.length === 0 || steps.some(({ step }) => /^(claimed|attempted|asking):/.test(step));
}

/** The projection's steps and those of the record that it lacks, by time; equal times keep the order of the life. */
function merge(projected: readonly TraceStep[], recorded: readonly TraceStep[]): TraceStep[] {
  const known = new Set(projected.map(({ step }) => step));
  return [...projected, ...recorded.filter(({ step }) => !known.has(step))].sort((a, b) => a.at - b.at);
}

function noteOf(away: boolean, projected: boolean, past: boolean): string | undefined {
  if (projected) return undefined;
  const why = away
    ? 'Redis is away'
    : 'The projection does not have this message (it is kept for some days, see TRACE_MESSAGE_DAYS)';
  const from = past ? 'the record in MySQL and the workflow history' : 'the record in MySQL alone';
  return `${why}: told from ${from}, so the numbers of passed checks are missing.`;
}
