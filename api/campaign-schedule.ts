import type { CampaignSchedule } from '../domain/campaign';
import { firstFiring } from '../domain/cron';
import { readTime, zoneOf, type WrittenTime } from '../domain/firing';
import { invalidRequest, type Fault } from './problem';
import type { GivenSchedule } from './schemas/campaign-schedule';

/** How far in the past the time of `once` may lie, in milliseconds: a caller's clock need not be ours. It then fires at once. */
const CLOCK_MARGIN_MS = 60_000;

const WORDS = {
  not_a_time: ['invalid_time', 'must be a time such as 2026-12-01T09:00, with or without an offset'],
  local_gap: ['local_gap', 'does not exist: on that day the clocks of the zone are put forward over it'],
} as const satisfies Record<Exclude<WrittenTime['kind'], 'moment'>, readonly [string, string]>;

/** The schedule as it is kept, with the default zone filled in. Throws 422 for times that cannot be kept. */
export function resolveSchedule(given: GivenSchedule, defaultTimezone: string, now: number): CampaignSchedule {
  if (given.kind === 'now') return given;
  const schedule = { ...given, timezone: given.timezone ?? defaultTimezone };
  const faults = schedule.kind === 'once' ? faultsOfOnce(schedule, now) : faultsOfCron(schedule, now);
  if (faults.length > 0) throw invalidRequest(faults);
  return schedule;
}

type Once = Extract<CampaignSchedule, { kind: 'once' }>;
type Cron = Extract<CampaignSchedule, { kind: 'cron' }>;
type Moment = Extract<WrittenTime, { kind: 'moment' }>;

function readInto(faults: Fault[], name: string, text: string, schedule: Once | Cron): Moment | undefined {
  const read = readTime(text, zoneOf(schedule));
  if (read.kind === 'moment') return read;
  const [code, words] = WORDS[read.kind];
  const detail = read.kind === 'local_gap' ? `${words} (${schedule.timezone})` : words;
  faults.push({ pointer: `/schedule/${name}`, code, detail });
  return undefined;
}

function faultsOfOnce(schedule: Once, now: number): Fault[] {
  const faults: Fault[] = [];
  const read = readInto(faults, 'at', schedule.at, schedule);
  const fault = (code: string, detail: string) => faults.push({ pointer: '/schedule/at', code, detail });
  if (read && schedule.recipientTime && read.hasOffset) {
    fault(
      'offset_not_allowed',
      'must have no offset: with recipientTime it is the clock of each recipient that counts',
    );
  } else if (read && read.at < now - CLOCK_MARGIN_MS) {
    const detail = schedule.recipientTime ? 'has passed in the first zone, UTC+14' : 'must not be in the past';
    fault('in_the_past', `${detail}; to run at once, use the kind "now"`);
  }
  return faults;
}

function faultsOfCron(schedule: Cron, now: number): Fault[] {
  const faults: Fault[] = [];
  const start = schedule.startAt === null ? undefined : readInto(faults, 'startAt', schedule.startAt, schedule);
  const end = schedule.endAt === null ? undefined : readInto(faults, 'endAt', schedule.endAt, schedule);
  if (faults.length > 0) return faults;
  const fault = (name: string, code: string, detail: string) =>
    faults.push({ pointer: `/schedule/${name}`, code, detail });
  if (end && end.at <= now) fault('endAt', 'in_the_past', 'must be in the future');
  else if (start && end && end.at <= start.at) fault('endAt', 'end_before_start', 'must be after startAt');
  else {
    const first = firstFiring(schedule.cron, zoneOf(schedule), Math.max(now, (start?.at ?? 0) - 1));
    if (first === undefined || (end && first > end.at)) {
      fault('cron', 'never_fires', end ? 'has no firing before endAt' : 'names a day that never comes');
    }
  }
  return faults;
}
