import { isInDoubt } from '../domain/hand-over';
import type { MessageEvent } from '../domain/message-status';
import type { DueMessage } from '../db/stores/delivery-store';
import type { HeldPlace } from '../limits/dedup-gate';
import type { ActivityDeps } from './deps';

/** What ends a message that did not go out: it no longer counts for windows and caps. */
const FREEING: readonly MessageEvent[] = ['discard', 'suppress', 'shield', 'recall', 'expire', 'fail'];

/** The places that a message gives up by an event: all when it ends unsent, those of days that will be over when it only waits. */
export function placesFreedBy(message: DueMessage, event: MessageEvent, dueAt: Date | undefined): HeldPlace[] {
  const { id: messageId, address, attempts } = message;
  if (FREEING.includes(event)) return [{ messageId, address }];
  if (event !== 'defer' || !dueAt || isInDoubt(attempts)) return [];
  return [{ messageId, address, waitsUntil: dueAt.getTime() }];
}

/** Frees places in windows and caps. They also free themselves in time, so that an outage of Redis is only logged. */
export async function giveBack(
  { gate, log }: Pick<ActivityDeps, 'gate' | 'log'>,
  places: readonly HeldPlace[],
): Promise<void> {
  if (places.length === 0) return;
  try {
    await gate.giveBack(places);
  } catch (error) {
    log.warn({ err: error, messages: places.length }, 'places in windows and caps were not given back');
  }
}
