import type { Attempt } from '../domain/hand-over';
import type { MessageId, SendId, TemplateId } from '../domain/ids';
import type { MessageStatus } from '../domain/message-status';
import type { TraceEvent } from '../domain/trace-event';
import { eventOfReceipt, type ReceiptRecord } from './receipt-events';

/** What MySQL keeps of a message: enough to tell its life without Redis. */
export interface MessageRecord {
  readonly id: MessageId;
  readonly sendId: SendId;
  readonly position: number;
  readonly address: string;
  readonly templateId: TemplateId;
  readonly templateVersion: number;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>> | undefined;
  readonly dueAt: Date | null;
  readonly attempt: number;
  readonly attempts: readonly Attempt[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A step of the dispatch as the workflow history tells it. */
export interface DispatchStep {
  readonly step: string;
  readonly at: number;
}

/** Reasons that end or delay a message before the step of the same name in the history completes. */
const STOPS: Readonly<Record<string, 'rendered' | 'passed'>> = {
  render_error: 'rendered',
  template_deleted: 'passed',
  template_stopped: 'passed',
  discard_rule: 'passed',
  same_content: 'passed',
  daily_cap: 'passed',
};

/** Statuses that only a receipt leads to. */
const BY_RECEIPT: readonly MessageStatus[] = ['delivered', 'bounced', 'undelivered', 'complained'];

/**
 * The events of a message from its record, its receipts and, where there is one, the history of its dispatch. Steps have the
 * names that the activities give them, so writing these to a projection that is whole changes nothing.
 */
export function eventsOfRecord(
  record: MessageRecord,
  history: readonly DispatchStep[] = [],
  receipts: readonly ReceiptRecord[] = [],
): TraceEvent[] {
  const event = (step: string, at: number, rest: Pick<TraceEvent, 'status' | 'data'> = {}): TraceEvent => ({
    messageId: record.id,
    address: record.address,
    templateId: record.templateId,
    step,
    at,
    ...rest,
  });
  const events = [
    event('accepted', record.createdAt.getTime(), {
      status: 'accepted',
      data: { send: record.sendId, position: record.position },
    }),
  ];
  if (record.reason === 'duplicate_recipient') return [...events, ending(record, event)];
  const stop = record.status === 'suppressed' ? 'passed' : STOPS[record.reason ?? ''];
  // The history tells of local steps when their workflow task ends, maybe after what they led to.
  const nextFact =
    record.attempts[0]?.startedAt ?? (record.status === 'accepted' ? Infinity : record.updatedAt.getTime());
  const ended = (step: string): number | undefined => {
    const entry = history.find(({ step: name, at }) => name === step && at >= record.createdAt.getTime());
    return entry && Math.min(entry.at, nextFact);
  };
  const rendered = ended('render');
  if (rendered !== undefined && stop !== 'rendered') {
    events.push(event('rendered', rendered, { data: { version: record.templateVersion } }));
  }
  const passed = ended('dedup');
  if (passed !== undefined && !stop) events.push(event('passed', passed, { data: {} }));
  for (const attempt of record.attempts) events.push(...attemptEvents(record, attempt, event));
  if (record.status === 'sending') events.push(...inFlight(record, event));
  const last = record.attempts.at(-1);
  for (const receipt of receipts) if (receipt.outcome) events.push(eventOfReceipt(record, receipt));
  const byAttempt = last?.n === record.attempt && last.endedAt <= record.updatedAt.getTime() && isAttemptEnd(record);
  const isTold = byAttempt || events.some(({ step, status }) => isReceipt(step) && status === record.status);
  return record.status === 'accepted' || record.status === 'sending' || isTold
    ? events
    : [...events, ending(record, event)];
}

const isReceipt = (step: string): boolean => step.startsWith('receipt:');

type SendRecord = Pick<MessageRecord, 'templateId' | 'templateVersion' | 'createdAt'> & {
  readonly id: SendId;
  readonly sendAt: Date | null;
};

/**
 * The events of a message that ended at acceptance, because an earlier recipient of its send has the same address, or that
 * waits from then on for the time the caller wants.
 */
export function eventsOfAccepted(
  { id: sendId, createdAt, sendAt, ...template }: SendRecord,
  { id, position, address, status }: Pick<MessageRecord, 'id' | 'position' | 'address' | 'status'>,
): TraceEvent[] {
  const duplicate = status === 'deduplicated';
  return eventsOfRecord({
    id,
    sendId,
    position,
    address,
    templateId: template.templateId,
    templateVersion: template.templateVersion,
    status,
    reason: duplicate ? 'duplicate_recipient' : status === 'deferred' ? 'scheduled' : null,
    dueAt: status === 'deferred' ? sendAt : null,
    detail: undefined,
    attempt: 0,
    attempts: [],
    createdAt,
    updatedAt: createdAt,
  });
}

type MakeEvent = (step: string, at: number, rest?: Pick<TraceEvent, 'status' | 'data'>) => TraceEvent;

/** True when the status of the record is what its last attempt led to. */
function isAttemptEnd({ status, reason, detail, attempt }: MessageRecord): boolean {
  return reason !== 'resolved' && reason !== 'recalled' && (status === 'sent' || detail?.['attempt'] === attempt);
}

function attemptEvents(record: MessageRecord, attempt: Attempt, event: MakeEvent): TraceEvent[] {
  const { n, account, why, code, detail, startedAt, endedAt } = attempt;
  const last = n === record.attempt && isAttemptEnd(record);
  const due = last && record.dueAt ? { until: record.dueAt.getTime() } : {};
  const data = { account, why, class: attempt.class, code, words: detail, ms: endedAt - startedAt, ...due };
  return [
    event(`claimed:${n}`, startedAt, { status: 'sending', data: { account, why } }),
    event(`attempted:${n}`, endedAt, { status: statusAfter(record, attempt, last), data }),
  ];
}

/** A message on its way to a provider, or one whose provider is to be asked. */
function inFlight(record: MessageRecord, event: MakeEvent): TraceEvent[] {
  const { attempt, detail, dueAt, updatedAt } = record;
  const begun = detail?.['handedOverAt'];
  const claimed = event(`claimed:${attempt}`, typeof begun === 'number' ? begun : updatedAt.getTime(), {
    status: 'sending',
  });
  if (!dueAt) return [claimed];
  const data = { ...detail, until: dueAt.getTime() };
  return [claimed, event(`asking:${attempt}:${dueAt.getTime()}`, updatedAt.getTime(), { status: 'sending', data })];
}

/** The status an attempt led to. Receipts change that of the record later, without another attempt. */
function statusAfter(record: MessageRecord, attempt: Attempt, last: boolean): MessageStatus {
  if (attempt.class === 'accepted') return 'sent';
  const clearedUp = record.reason === 'resolved' || BY_RECEIPT.includes(record.status);
  if (attempt.n === record.attempt && clearedUp) return 'unknown';
  return last ? record.status : 'deferred';
}

function ending(record: MessageRecord, event: MakeEvent): TraceEvent {
  const at = record.updatedAt.getTime();
  const due = record.dueAt ? { until: record.dueAt.getTime() } : {};
  const data = { reason: record.reason, ...record.detail, ...due };
  const named = record.reason === 'resolved' ? 'resolved' : record.status;
  const step = record.status === 'deferred' ? `deferred:${record.dueAt?.getTime() ?? at}` : named;
  return event(step, at, { status: record.status, data });
}
