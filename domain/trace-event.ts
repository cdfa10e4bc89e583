import type { MessageStatus } from './message-status';
import type { MessageId, TemplateId } from './ids';

/**
 * One step in the life of a message. `step` is unique within the message (`rendered`, `deduplicated`, `claimed:2` for
 * the second attempt), which makes every write of it idempotent: a replayed or retried step is the same step.
 */
export interface TraceEvent {
  readonly messageId: MessageId;
  /** Normalized address; it names the Redis shard and the per-address list. It never appears in a key in clear. */
  readonly address: string;
  readonly templateId: TemplateId;
  readonly step: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The status the message entered with this step, if it entered one. */
  readonly status?: MessageStatus;
  /** Reason and numbers of the step; no addresses, no content. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What of a message names its events. */
export interface Traced {
  readonly id: MessageId;
  readonly address: string;
  readonly templateId: TemplateId;
}

/** A trace event of a message. */
export function traceOf(
  { id: messageId, address, templateId }: Traced,
  step: string,
  at: number,
  rest: Pick<TraceEvent, 'status' | 'data'> = {},
): TraceEvent {
  return { messageId, address, templateId, step, at, ...rest };
}
