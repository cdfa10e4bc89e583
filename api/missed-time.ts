import type { Campaign } from '../domain/campaign';
import { momentOfTime, zoneOf } from '../domain/firing';

/** After the end of the catch-up, before a time is called missed: Temporal may be at it. */
const MARGIN_MS = 30_000;
/** Firings are in whole seconds. */
const SECOND_MS = 1_000;

/**
 * A sentence for a campaign whose single time has passed so long ago that it fires no more; `null` for any other. `fired` are the
 * moments at which its schedule did fire, whether the run has begun or not.
 */
export function missedTime(campaign: Campaign, fired: readonly Date[], now: number): string | null {
  const { schedule, catchupSeconds } = campaign;
  if (schedule.kind !== 'once') return null;
  const at = momentOfTime(schedule.at, zoneOf(schedule));
  if (now < at + catchupSeconds * SECOND_MS + MARGIN_MS) return null;
  if (fired.some((time) => Math.abs(time.getTime() - at) < SECOND_MS)) return null;
  return (
    `${new Date(at).toISOString()} has passed without a run: it was paused, or Temporal could not fire it within ` +
    `${catchupSeconds} s (catchupSeconds). Trigger it, or give it another time.`
  );
}
