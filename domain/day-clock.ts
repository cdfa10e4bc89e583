import { localDay, nextLocalMidnight } from './day';

export interface LocalDay {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** The first moment of the next day, epoch milliseconds. */
  readonly endsAt: number;
}

const DAYS_KEPT = 8;

/** The local day of a moment in one zone; remembers the days it has met, because finding midnight takes some 30 steps. */
export function createDayClock(timezone: string): (at: number) => LocalDay {
  const known: { day: string; from: number; endsAt: number }[] = [];
  return (at) => {
    const met = known.find(({ from, endsAt }) => at >= from && at < endsAt);
    if (met) return met;
    const day = localDay(at, timezone);
    const same = known.find((entry) => entry.day === day);
    if (same) {
      same.from = at;
      return same;
    }
    const added = { day, from: at, endsAt: nextLocalMidnight(at, timezone) };
    known.unshift(added);
    known.length = Math.min(known.length, DAYS_KEPT);
    return added;
  };
}
