import { wallClock } from './day';
import type { QuietHours } from './policy';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const offsetAt = (at: number, timezone: string): number => wallClock(at, timezone) - Math.floor(at / 1000) * 1000;

/** The first moment at which the clock shows `wall` or, where it skips that time, more. */
export function momentOf(wall: number, timezone: string): number {
  const candidates = [-DAY_MS, DAY_MS].map((shift) => wall - offsetAt(wall + shift, timezone));
  const real = candidates.filter((at) => wallClock(at, timezone) === wall);
  if (real.length > 0) return Math.min(...real);
  // The clock was put forward over this time: find the moment it was.
  let [low, high] = [Math.min(...candidates), Math.max(...candidates)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallClock(middle, timezone) < wall) low = middle;
    else high = middle;
  }
  return high;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

type Hours = Omit<QuietHours, 'mode'>;

/** Whether a local time, `HH:MM`, lies in the quiet hours; over midnight when `from` is later than `until`. */
export function isQuietTime(time: string, { from, until }: Pick<Hours, 'from' | 'until'>): boolean {
  return from <= until ? from <= time && time < until : from <= time || time < until;
}

const isQuiet = (wall: number, hours: Hours): boolean => isQuietTime(new Date(wall).toISOString().slice(11, 16), hours);

/**
 * When quiet hours that hold at `at` are over for a waiting message: the next time the recipient's clock shows `resumeAt`.
 * `undefined` outside of quiet hours. Times are epoch milliseconds; on days with a clock change the clock on the wall counts.
 */
export function quietUntil(at: number, timezone: string, hours: Hours): number | undefined {
  const wall = wallClock(at, timezone);
  if (!isQuiet(wall, hours)) return undefined;
  const resume = Math.floor(wall / DAY_MS) * DAY_MS + minutesOf(hours.resumeAt) * MINUTE_MS;
  // The first day that has this hour outside of its quiet hours: today, tomorrow, or the day after one that a zone skipped.
  const moments = [0, 1, 2].map((day) => momentOf(resume + day * DAY_MS, timezone)).filter((moment) => moment > at);
  return moments.find((moment) => !isQuiet(wallClock(moment, timezone), hours)) ?? moments[0];
}
