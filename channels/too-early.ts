import type { HandOver } from '../domain/hand-over';
import type { OutgoingMessage, Sender } from './channel';

/** The answer to a message for later that this sender's provider cannot hold; `undefined` when it may go. */
export function tooEarly({ sendAt }: OutgoingMessage, holds: Sender['holds']): HandOver | undefined {
  const early = sendAt === undefined ? 0 : sendAt - Date.now();
  if (sendAt === undefined || early <= 0 || holds?.(sendAt)) return undefined;
  const detail = 'not handed over: the provider cannot hold it until its time';
  return { class: 'unavailable', code: 'too_early', detail, retryAfterMs: early, about: 'worker' };
}
