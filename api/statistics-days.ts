import { localDay, nextLocalMidnight } from '../domain/day';
import { HOUR_MS } from '../domain/statistics';

/** A local day as statistics have it: whole hours UTC. Epoch milliseconds; `until` is the first that no longer belongs to it. */
export interface StatisticsDay {
  readonly day: string;
  readonly from: number;
  readonly until: number;
}

/**
 * The local days of a span of whole hours. An hour belongs to the day in which it begins, so a day of a zone that is not whole hours
 * from UTC begins with its first whole hour; days with a clock change have 23 or 25.
 */
export function statisticsDays(from: number, until: number, timezone: string): StatisticsDay[] {
  const days: StatisticsDay[] = [];
  for (let at = from; at < until;) {
    const end = Math.ceil(nextLocalMidnight(at, timezone) / HOUR_MS) * HOUR_MS;
    days.push({ day: localDay(at, timezone), from: at, until: Math.min(end, until) });
    at = end;
  }
  return days;
}
