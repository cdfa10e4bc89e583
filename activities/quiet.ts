import { quietUntil } from '../domain/quiet-hours';
import type { MessageChange } from './record-changes';
import type { Prepared } from './round';

/**
 * What quiet hours do to a message now: end it or let it wait, by its policy; `undefined`: nothing. Asked before windows and
 * caps, so that a message counts there only when it is let go.
 */
export function quietChange({ message, policy }: Prepared, now: number): MessageChange | undefined {
  const { mode, ...hours } = policy.quietHours;
  if (mode === 'send') return undefined;
  const timezone = message.timezone ?? policy.timezone;
  const resumesAt = quietUntil(now, timezone, hours);
  if (resumesAt === undefined) return undefined;
  const detail = { quietFrom: hours.from, quietUntil: hours.until, timezone, resumesAt };
  return mode === 'drop'
    ? { message, event: 'shield', reason: 'quiet_hours', detail }
    : { message, event: 'defer', reason: 'quiet_hours', detail, dueAt: new Date(resumesAt) };
}
