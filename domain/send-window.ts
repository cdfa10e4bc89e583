import type { SendWindow } from './campaign';
import { quietUntil } from './quiet-hours';

/** When a closed window opens, epoch milliseconds; `undefined`: it is open. A window from and until the same time is always open. */
export function opensAt({ from, until, timezone }: SendWindow, now: number): number | undefined {
  return quietUntil(now, timezone, { from: until, until: from, resumeAt: from });
}
