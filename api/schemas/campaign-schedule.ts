import { z } from 'zod';
import { isTimezone } from '../../domain/day';
import { parseCron } from '../../domain/cron';

export const timezoneSchema = z
  .string()
  .max(64)
  .refine(isTimezone, { error: 'is not an IANA time zone, e.g. Europe/Vienna', params: { code: 'invalid_timezone' } })
  .meta({ example: 'Europe/Vienna' });
const timezone = timezoneSchema.optional().describe('IANA zone of the times. Default: that of the rule `defaults`.');
const recipientTime = z
  .boolean()
  .default(false)
  .describe(
    'Each recipient gets it when this time comes in its own zone (the `timezone` column of the audience, else the template, else the ' +
      'rule `defaults`). The run begins when it comes in the first zone, UTC+14; `timezone` then plays no part.',
  );
const timeSchema = z
  .string()
  .max(40)
  .describe('ISO 8601 to the minute or second: `2026-12-01T09:00` by the clock of `timezone`, or with an offset.')
  .meta({ example: '2026-12-01T09:00' });

const cronSchema = z
  .string()
  .max(200)
  .transform((text) => text.trim().replace(/\s+/g, ' '))
  .check((context) => {
    const parsed = parseCron(context.value);
    if (parsed.ok) return;
    const params = { code: 'invalid_cron' };
    context.issues.push({ code: 'custom', input: context.value, message: parsed.reason, params });
  })
  .describe(
    'Minute, hour, day of month, month, day of week. With both kinds of day restricted it means either, as in cron.',
  )
  .meta({ example: '30 9 * * MON-FRI' });

const nowSchema = z.strictObject({ kind: z.literal('now') });

/** When a campaign runs, as requests have it. Whether its times can be kept is for api/campaign-schedule.ts. */
export const givenScheduleSchema = z
  .discriminatedUnion('kind', [
    nowSchema,
    z.strictObject({ kind: z.literal('once'), at: timeSchema, timezone, recipientTime }),
    z.strictObject({
      kind: z.literal('cron'),
      cron: cronSchema,
      timezone,
      startAt: timeSchema.nullable().default(null).describe('No firing before.'),
      endAt: timeSchema.nullable().default(null).describe('No firing after.'),
      jitterSeconds: z.int().min(0).max(3_600).default(0).describe('Each firing is put off by a random part of this.'),
      recipientTime,
    }),
  ])
  .describe(
    '`now`: at once, and again by `trigger`. `once`: at one time. `cron`: again and again. A local time that the clock skips in spring ' +
      'is refused for `once` and left out by `cron`.',
  )
  .meta({ id: 'NewCampaignSchedule', example: { kind: 'once', at: '2026-12-01T09:00', timezone: 'Europe/Vienna' } });
export type GivenSchedule = z.output<typeof givenScheduleSchema>;

const inForce = z
  .boolean()
  .describe(
    'False for the moment between a change and its arrival at Temporal; for longer only while Temporal is away.',
  );

/** The same in answers. */
export const scheduleSchema = z
  .discriminatedUnion('kind', [
    nowSchema.extend({ inForce }),
    z.strictObject({
      kind: z.literal('once'),
      at: z.string(),
      timezone: z.string(),
      recipientTime: z.boolean(),
      inForce,
    }),
    z.strictObject({
      kind: z.literal('cron'),
      cron: z.string(),
      timezone: z.string(),
      startAt: z.string().nullable(),
      endAt: z.string().nullable(),
      jitterSeconds: z.int(),
      recipientTime: z.boolean(),
      inForce,
    }),
  ])
  .meta({ id: 'CampaignSchedule' });
