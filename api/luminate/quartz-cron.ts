import { parseCron } from '../../domain/cron';

/** `reason` goes on from the name of the field. */
export type QuartzCron = { readonly ok: true; readonly cron: string } | { readonly ok: false; readonly reason: string };

const FIELDS = 'seconds, minutes, hours, day of month, month, day of week, and a year if need be';
/** The values of each field, in cron's numbers: Quartz steps up to the highest, and a range goes on from there with the lowest. */
const LOWEST = [0, 0, 1, 1, 0] as const;
const HIGHEST = [59, 23, 31, 12, 6] as const;
const DAY = 2;
const MONTH = 3;
const WEEKDAY = 4;
const NAMES: Readonly<Record<number, readonly string[]>> = {
  [MONTH]: ' JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
  [WEEKDAY]: 'SUN MON TUE WED THU FRI SAT'.split(' '),
};
/** A field that restricts nothing. */
const EVERY = /^(\*|\?|\*\/1)$/;
const refuse = (reason: string): QuartzCron => ({ ok: false, reason });

/** Quartz counts the days of the week from 1, Sunday; cron from 0. `undefined`: no such day. */
function weekday(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return text;
  const day = Number(text);
  return day >= 1 && day <= 7 ? String(day - 1) : undefined;
}

/** The number of an end of a range; NaN for what is none. */
function numberOf(end: string, field: number): number {
  const named = NAMES[field]?.indexOf(end.toUpperCase()) ?? -1;
  return named >= 0 ? named : /^\d+$/.test(end) ? Number(end) : Number.NaN;
}

/** `22-2`, which cron does not take, as `22-23,0-2`; with a step as its values. `undefined`: it does not go on over the highest. */
function wrapped(from: string, to: string, step: string | undefined, field: number): string | undefined {
  const [lowest, highest] = [LOWEST[field] ?? 0, HIGHEST[field] ?? 0];
  const [first, last, by] = [numberOf(from, field), numberOf(to, field), Number(step ?? 1)];
  const fits = [first, last].every((end) => end >= lowest && end <= highest) && Number.isInteger(by) && by > 0;
  if (!fits || first <= last) return undefined;
  if (step === undefined) return `${first}-${highest},${lowest}-${last}`;
  const size = highest - lowest + 1;
  const values = Array.from({ length: Math.floor((last + size - first) / by) + 1 }, (_, n) => first + n * by);
  return values.map((value) => (value > highest ? value - size : value)).join(',');
}

/** One element of a list: `5`, `MON-FRI`, `0/15`, `2-6/2`. `undefined`: a day of the week that there is not. */
function translated(element: string, field: number): string | undefined {
  const [range = '', step] = element.split('/');
  const ends = range.split('-').map((end) => (field === WEEKDAY ? weekday(end) : end));
  if (ends.includes(undefined)) return undefined;
  const [from = '', ...rest] = ends as string[];
  const [to, ...more] = rest;
  const around = to === undefined || more.length > 0 ? undefined : wrapped(from, to, step, field);
  if (around !== undefined) return around;
  const open = step !== undefined && rest.length === 0 && from !== '*';
  // In cron a step needs a range; in Quartz `5/10` goes on to the highest.
  const upTo = open ? `-${HIGHEST[field] ?? ''}` : rest.map((end) => `-${end}`).join('');
  return `${from}${upTo}${step === undefined ? '' : `/${step}`}`;
}

function check(fields: readonly string[]): string | undefined {
  const [seconds = '', , , day = '', , week = '', year = '*'] = fields;
  if (fields.length < 6 || fields.length > 7) {
    return `must be "0", or a cron line of six or seven fields: ${FIELDS}; it has ${fields.length}`;
  }
  if (!/^0{1,2}$/.test(seconds)) return `must have 0 as its seconds, not "${seconds}": campaigns begin at full minutes`;
  if (year !== '*') return `must have no year, not "${year}": for a single time, make a campaign of the kind "once"`;
  if (day === '?' && week === '?') return 'must not have "?" for both kinds of day';
  if (!EVERY.test(day) && !EVERY.test(week)) {
    return 'must not restrict both day of month and day of week: put "?" for one of them';
  }
  const odd = /#|[LWC]$|^L|\d[LW]/i;
  const special = [day, week].find((field) => field.split(',').some((part) => odd.test(part)));
  return special === undefined ? undefined : `has "${special}", which no campaign can: L, W, # and C are Quartz's own`;
}

/**
 * Translates a cron line of xxl-job (Quartz: seconds first, `?`, days of the week from 1, a year) into our five fields. What
 * cannot be told in those is refused in words.
 */
export function readQuartzCron(text: string): QuartzCron {
  const fields = text.trim().split(/\s+/);
  const fault = check(fields);
  if (fault !== undefined) return refuse(fault);
  const ours: string[] = [];
  for (const [i, field] of fields.slice(1, 6).entries()) {
    const elements =
      field === '?' && (i === DAY || i === WEEKDAY) ? ['*'] : field.split(',').map((element) => translated(element, i));
    if (elements.includes(undefined)) {
      return refuse(`has "${field}" as its days of the week: they are 1 (Sunday) to 7, or SUN to SAT`);
    }
    ours.push(elements.join(','));
  }
  const cron = ours.join(' ');
  const parsed = parseCron(cron);
  return parsed.ok ? { ok: true, cron } : refuse(parsed.reason);
}
