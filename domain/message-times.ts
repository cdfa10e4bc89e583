import type { MessageStatus } from './message-status';

interface Times {
  readonly createdAt: Date;
  /** When the caller wants it handed over, if later than at once. */
  readonly sendAt: Date | null;
}

/** From when on a message may be handed over, and from when its deadlines count: epoch milliseconds. */
export function startOf({ createdAt, sendAt }: Times): number {
  return Math.max(createdAt.getTime(), sendAt?.getTime() ?? 0);
}

/** From when on a message has been waiting for us, and not for an hour that somebody chose: epoch milliseconds. */
export function pendingSince(
  message: Times & { status: MessageStatus; reason: string | null; dueAt: Date | null },
): number {
  const chosen = message.status === 'deferred' && message.reason === 'quiet_hours' ? message.dueAt : undefined;
  return Math.max(startOf(message), chosen?.getTime() ?? 0);
}
