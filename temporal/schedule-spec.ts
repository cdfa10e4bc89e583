import type { ScheduleSpec } from '@temporalio/client';
import { DAYS_OF_WEEK, MONTHS } from '@temporalio/client/lib/schedule-types';
import { parseCron } from '../domain/cron';
import { wallClock } from '../domain/day';

/**
 * When a Schedule fires: at the local time of its zone (IANA). `local` is `YYYY-MM-DDTHH:MM:SS`; `cron` has five fields, and with
 * both kinds of day it means either. `startAt` and `endAt` belong to it. Jitter puts each firing off by up to so much.
 */
export type ScheduleTimes =
  | { readonly kind: 'once'; readonly local: string; readonly timezone: string }
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

/** As Temporal wants it. Throws for a cron line that `parseCron` refuses, and for a local time of another form. */
export function specOf(times: ScheduleTimes): ScheduleSpec {
  if (times.kind === 'once') return { calendars: [calendarOf(times.local)], timezone: times.timezone };
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

function calendarOf(local: string) {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(local);
  if (!match) throw new Error(`${local} is not a local time such as 2026-11-24T20:00:00.`);
  const [year = 0, month = 0, dayOfMonth = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return { year, month: pick(MONTHS, month - 1), dayOfMonth, hour, minute, second, comment: local };
}

const MINUTE_MS = 60_000;

/** Whether there can be a firing after `from` and until `to`; for a cron: whether there is a whole minute. */
export function firesBetween(times: ScheduleTimes, from: Date, to: Date): boolean {
  if (times.kind === 'cron') {
    return Math.floor(to.getTime() / MINUTE_MS) > Math.floor(from.getTime() / MINUTE_MS);
  }
  const wall = Date.parse(`${times.local}Z`);
  return wallClock(from.getTime(), times.timezone) < wall && wall <= wallClock(to.getTime(), times.timezone);
}
