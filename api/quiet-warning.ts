import type { Template } from '../db/stores/template-store';
import type { CampaignSchedule } from '../domain/campaign';
import { firstFiring } from '../domain/cron';
import { wallClock } from '../domain/day';
import { momentOfTime, recipientTimeOf, zoneOf } from '../domain/firing';
import { policyOf } from '../domain/policy';
import { isQuietTime } from '../domain/quiet-hours';
import type { Rules } from '../domain/rules';

const EFFECT = { drop: 'its messages would end shielded', wait: 'its messages would wait until' } as const;

function nextFiring(schedule: CampaignSchedule, now: number): number | undefined {
  if (schedule.kind === 'now') return now;
  const zone = zoneOf(schedule);
  if (schedule.kind === 'once') return momentOfTime(schedule.at, zone);
  const start = schedule.startAt === null ? now : momentOfTime(schedule.startAt, zone) - 1;
  return firstFiring(schedule.cron, zone, Math.max(now, start));
}

/** A warning when the next firing falls into the quiet hours of the template, by the zone of those whose own is not known. */
export function quietWarning(
  schedule: CampaignSchedule,
  template: Template,
  rules: Rules,
  now: number,
): { code: string; detail: string }[] {
  const { quietHours, timezone } = policyOf(template, rules);
  const { mode } = quietHours;
  const firing = nextFiring(schedule, now);
  if (mode === 'send' || firing === undefined) return [];
  const byRecipient = recipientTimeOf(schedule, firing);
  const time = (byRecipient ?? new Date(wallClock(firing, timezone)).toISOString()).slice(11, 16);
  if (!isQuietTime(time, quietHours)) return [];
  const where = byRecipient === null ? `${time} in ${timezone}` : `${time} by the clocks of its recipients`;
  const effect = mode === 'drop' ? EFFECT.drop : `${EFFECT.wait} ${quietHours.resumeAt}`;
  const hours = `${quietHours.from} to ${quietHours.until}`;
  return [{ code: 'quiet_hours', detail: `It fires at ${where}, in the quiet hours (${hours}): ${effect}.` }];
}
