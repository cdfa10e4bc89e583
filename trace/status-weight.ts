import {
  isFinal,
  MESSAGE_STATUS_NAMES,
  sourcesOf,
  transition,
  MESSAGE_EVENTS,
  type MessageStatus,
} from '../domain/message-status';

/** The statuses from which one event leads to `status`. */
function sources(status: MessageStatus): MessageStatus[] {
  return MESSAGE_EVENTS.flatMap((event) => sourcesOf(event).filter((from) => transition(from, event) === status));
}

/** 0: nothing leads here; 1: still open; from 2: final, one more than the final statuses it can follow. */
function rankOf(status: MessageStatus): number {
  if (!isFinal(status)) return sources(status).length === 0 ? 0 : 1;
  return 1 + Math.max(1, ...sources(status).filter(isFinal).map(rankOf));
}

/** [rank, tie break]: of two open statuses of one millisecond, waiting follows in flight, as they are listed. */
const ORDER = new Map(
  MESSAGE_STATUS_NAMES.map((status, i, { length }) => [status, { rank: rankOf(status), tie: length - i }]),
);

/**
 * A whole number that tells which of two statuses of one message is the later one, whatever order they arrive in: final
 * after open, and among final ones as the transitions go (`sent` before `delivered`); else by time (epoch milliseconds).
 */
export function weightOfStatus(status: MessageStatus, at: number): number {
  const { rank, tie } = ORDER.get(status) ?? { rank: 0, tie: 0 };
  return (rank * 1e13 + at) * 32 + tie;
}
