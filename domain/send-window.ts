import type { SendWindow } from './campaign';
import { momentOf, quietUntil } from './quiet-hours';

/** When a closed window opens, epoch milliseconds; `undefined`: it is open. A window from and until the same time is always open. */
export function opensAt({ from, until, timezone }: SendWindow, now: number): number | undefined {
  return quietUntil(now, timezone, { from: until, until: from, resumeAt: from });
}

/**
 * The moment, epoch milliseconds, at which the clock of a zone shows a local time `YYYY-MM-DDTHH:MM`: the first one where it shows
 * it twice, and the moment the clock was put forward where it skips it.
 */
export function momentOfLocal(local: string, timezone: string): number {
  return momentOf(Date.parse(`${local}:00Z`), timezone);
}
