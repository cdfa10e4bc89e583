import type { CampaignSchedule } from './campaign';
import { wallClock } from './day';
import type { CampaignId } from './ids';
import { momentOf } from './quiet-hours';

/** The zone in which every time of day comes first, UTC+14: for campaigns that go by the clocks of their recipients. */
const FIRST_ZONE = 'Etc/GMT-14';

/** The id of a campaign's Temporal Schedule. */
export const scheduleIdOf = (id: CampaignId): string => `campaign/${id}`;

/** What the ids of the workflows begin with that the Schedule starts; Temporal appends the time of the firing. */
export const firingsOf = (id: CampaignId): string => `run/${id}`;

/** The zone whose clock decides when a schedule fires. */
export function zoneOf(schedule: Exclude<CampaignSchedule, { kind: 'now' }>): string {
  return schedule.recipientTime ? FIRST_ZONE : schedule.timezone;
}

/** The local time, `YYYY-MM-DDTHH:MM`, at which each recipient is to get what fired at this moment; `null`: as soon as possible. */
export function recipientTimeOf(schedule: CampaignSchedule, firedAt: number): string | null {
  if (schedule.kind === 'now' || !schedule.recipientTime) return null;
  return new Date(wallClock(firedAt, FIRST_ZONE)).toISOString().slice(0, 16);
}

/**
 * The earlier moment at which the schedule's clock showed the same time, on a day on which it was put back: some zones then fire twice.
 * `undefined` on all other days.
 */
export function earlierTwin(schedule: CampaignSchedule, firedAt: number): number | undefined {
  if (schedule.kind !== 'cron') return undefined;
  const zone = zoneOf(schedule);
  const first = momentOf(wallClock(firedAt, zone), zone);
  // Whole seconds: a firing may have milliseconds.
  return firedAt - first >= 1_000 ? first : undefined;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** A time as people write it. `local_gap`: that day the zone's clock is put forward over it. */
export type WrittenTime =
  | { readonly kind: 'moment'; readonly at: number; readonly hasOffset: boolean }
  | { readonly kind: 'not_a_time' }
  | { readonly kind: 'local_gap' };

/**
 * The moment (epoch milliseconds) of `2026-11-24T20:00`, seconds and offset optional; without an offset it is the clock of `timezone`
 * that counts, and of a time that comes twice the first.
 */
export function readTime(text: string, timezone: string): WrittenTime {
  const [, minutes, seconds = ':00', offset] = TIME.exec(text) ?? [];
  if (minutes === undefined) return { kind: 'not_a_time' };
  const local = `${minutes}${seconds}`;
  const wall = Date.parse(`${local}Z`);
  // Date.parse takes 30 February for a day in March.
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 19) !== local) return { kind: 'not_a_time' };
  if (offset !== undefined) {
    const at = Date.parse(`${local}${offset}`);
    return Number.isNaN(at) ? { kind: 'not_a_time' } : { kind: 'moment', at, hasOffset: true };
  }
  const at = momentOf(wall, timezone);
  return wallClock(at, timezone) === wall ? { kind: 'moment', at, hasOffset: false } : { kind: 'local_gap' };
}

/** The moment of a time that was checked before; one in a gap is the end of the gap. Throws for what is no time. */
export function momentOfTime(text: string, timezone: string): number {
  const read = readTime(text, timezone);
  if (read.kind === 'moment') return read.at;
  if (read.kind === 'not_a_time') throw new Error(`${text} is not a time such as 2026-11-24T20:00.`);
  return momentOf(Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`), timezone);
}
