import { CronExpressionParser } from 'cron-parser';

/** Local times that belong together: all five fields must fit. Days of the week from 0, Sunday; months from 1. */
export interface CronCalendar {
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly dayOfMonth: readonly number[];
  readonly month: readonly number[];
  readonly dayOfWeek: readonly number[];
}

/** `reason` goes on from the name of the field. */
export type ParsedCron =
  { readonly ok: true; readonly calendars: readonly CronCalendar[] } | { readonly ok: false; readonly reason: string };

/** No seconds, and none of the letters that other crons add (`L`, `W`, `#`, `?`, `H`): what they mean differs by program. */
const FIELD = /^[\d*,/a-z-]+$/i;
const ADDED = /(^|[,\d])[lwh]($|[,\d])/i;
const FIELDS = 'minute, hour, day of month, month, day of week';
const DAYS = Array.from({ length: 31 }, (_, day) => day + 1);
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];

/**
 * The local times of a cron line of five fields. As in cron everywhere: a line that restricts both the day of the month and the
 * day of the week means either of them, hence two calendars. Names of months and days in English, 0 and 7 are Sunday.
 */
export function parseCron(text: string): ParsedCron {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return { ok: false, reason: `must have five fields: ${FIELDS}; it has ${fields.length}` };
  const odd = fields.find((field) => !FIELD.test(field) || ADDED.test(field));
  if (odd !== undefined)
    return { ok: false, reason: `cannot be read at "${odd}": allowed are numbers, names, * , - and /` };
  try {
    const { minute, hour, dayOfMonth, month, dayOfWeek } = CronExpressionParser.parse(fields.join(' ')).fields;
    const numbers = (values: readonly unknown[]): number[] => values.map(Number);
    const time = { minute: numbers(minute.values), hour: numbers(hour.values), month: numbers(month.values) };
    const days = numbers(dayOfMonth.values);
    const weekdays = [...new Set(dayOfWeek.values.map((day) => Number(day) % 7))].sort((a, b) => a - b);
    const either = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
    const calendars = either
      ? [
          { ...time, dayOfMonth: days, dayOfWeek: WEEKDAYS },
          { ...time, dayOfMonth: DAYS, dayOfWeek: weekdays },
        ]
      : [{ ...time, dayOfMonth: days, dayOfWeek: weekdays }];
    return { ok: true, calendars };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it makes no sense';
    return { ok: false, reason: `is no cron line of five fields (${FIELDS}): ${why}` };
  }
}

/**
 * The first moment after `after` (epoch milliseconds) at which the line fires by the clock of the zone; `undefined`: never. On days with a
 * clock change Temporal has the last word.
 */
export function firstFiring(text: string, timezone: string, after: number): number | undefined {
  try {
    return CronExpressionParser.parse(text, { tz: timezone, currentDate: new Date(after) })
      .next()
      .getTime();
  } catch {
    return undefined;
  }
}
