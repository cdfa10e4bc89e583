import type { AppId, MessageId } from './ids';
import { partsOfLane, type Lane, type MessageType } from './lane';

/** What asks flow control for a place: one attempt of one message. */
export interface FlowTicket {
  /** `<messageId>:<attempt>`. */
  readonly id: string;
  readonly messageType: MessageType;
  readonly appId: AppId;
}

/** Of a message, what tells its ticket and the queues in which it stands. */
export interface FlowMessage {
  readonly id: MessageId;
  readonly appId: AppId;
  readonly lane: Lane;
  /** Number of the last attempt that was claimed. */
  readonly attempt: number;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>> | undefined;
}

/** The ticket of a message's next attempt. */
export function ticketOf({ id, appId, lane, attempt }: Omit<FlowMessage, 'reason' | 'detail'>): FlowTicket {
  return { id: `${id}:${attempt + 1}`, messageType: partsOfLane(lane).messageType, appId };
}

/** The keys of the limits in whose queues a message that is `deferred: rate_limited` stands; for all others none. */
export function queuesOf({ reason, detail }: Pick<FlowMessage, 'reason' | 'detail'>): readonly string[] {
  const queues = reason === 'rate_limited' ? detail?.['queues'] : undefined;
  return Array.isArray(queues) ? queues.filter((key) => typeof key === 'string') : [];
}
