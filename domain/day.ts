/** Local calendar days, by the time zone data of the runtime (Intl); right on days with a clock change. */

import { createBoundedCache } from './bounded-cache';

/** A format is large, and callers may write a zone in as many ways as it has letters. There are about so many zones. */
const formats = createBoundedCache<Intl.DateTimeFormat>({ max: 600 });

function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timezone, format);
  }
  return format;
}

/** True when the runtime knows this IANA zone. */
export function isTimezone(timezone: string): boolean {
  try {
    formatOf(timezone);
    return true;
  } catch {
    return false;
  }
}

/** What the clock on the wall shows, as if it were UTC: epoch milliseconds, whole seconds. */
export function wallClock(at: number, timezone: string): number {
  const [date = '', time = ''] = formatOf(timezone).format(at).split(', ');
  return Date.parse(`${date}T${time}Z`);
}

/** The local day, `YYYY-MM-DD`, at a moment (epoch milliseconds). */
export function localDay(at: number, timezone: string): string {
  return formatOf(timezone).format(at).slice(0, 10);
}

/** The first moment of the next local day: when a daily counter starts again. */
export function nextLocalMidnight(at: number, timezone: string): number {
  const today = localDay(at, timezone);
  // A local day has 23 to 25 hours (and Samoa once skipped one): search by halves for the moment the day changes.
  let low = at;
  let high = at + 26 * 3600_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(middle, timezone) === today) low = middle;
    else high = middle;
  }
  return high;
}
