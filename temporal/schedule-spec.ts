import type { ScheduleSpec } from '@temporalio/client';
import { DAYS_OF_WEEK, MONTHS } from '@temporalio/client/lib/schedule-types';
import { parseCron } from '../domain/cron';

/**
 * When a Schedule fires: at a moment (whole seconds), or by a cron line of five fields in local time of a zone (IANA). `startAt` and
 * `endAt` belong to it. Jitter puts each firing off by up to so much.
 */
export type ScheduleTimes =
  | { readonly kind: 'once'; readonly at: Date }
  | {
      readonly kind: 'cron';
      readonly cron: string;
      readonly timezone: string;
      readonly startAt?: Date | undefined;
      readonly endAt?: Date | undefined;
      readonly jitterSeconds?: number | undefined;
    };

const pick = <T>(names: readonly T[], index: number): T => {
  const name = names[index];
  if (name === undefined) throw new Error(`${index} is not in the calendar.`);
  return name;
};

/** As Temporal wants it. Throws for a cron line that `parseCron` refuses. */
export function specOf(times: ScheduleTimes): ScheduleSpec {
  if (times.kind === 'once') return { calendars: [calendarOf(times.at)], timezone: 'UTC' };
  const { cron, timezone, startAt, endAt, jitterSeconds } = times;
  const parsed = parseCron(cron);
  if (!parsed.ok) throw new Error(`The cron line ${parsed.reason}.`);
  return {
    calendars: parsed.calendars.map(({ minute, hour, dayOfMonth, month, dayOfWeek }) => ({
      minute: [...minute],
      hour: [...hour],
      dayOfMonth: [...dayOfMonth],
      month: month.map((number) => pick(MONTHS, number - 1)),
      dayOfWeek: dayOfWeek.map((number) => pick(DAYS_OF_WEEK, number)),
      comment: cron,
    })),
    timezone,
    ...(startAt ? { startAt } : {}),
    ...(endAt ? { endAt } : {}),
    ...(jitterSeconds ? { jitter: jitterSeconds * 1_000 } : {}),
  };
}

function calendarOf(at: Date) {
  return {
    year: at.getUTCFullYear(),
    month: pick(MONTHS, at.getUTCMonth()),
    dayOfMonth: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  };
}

const MINUTE_MS = 60_000;

/** Whether there can be a firing after `from` and until `to`; for a cron: whether there is a whole minute. */
export function firesBetween(times: ScheduleTimes, from: Date, to: Date): boolean {
  if (times.kind === 'once') return from < times.at && times.at <= to;
  return Math.floor(to.getTime() / MINUTE_MS) > Math.floor(from.getTime() / MINUTE_MS);
}
