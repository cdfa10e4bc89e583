import { z } from 'zod';
import type { Template } from '../../db/stores/template-store';
import { OVERLAPS, type Campaign, type PauseOn } from '../../domain/campaign';
import type { Run } from '../../domain/run';
import { RUN_STATE_NAMES, RUN_TRIGGERS } from '../../domain/run';
import { approvalStatusSchema, auditCodeSchema } from './approvals';
import { givenScheduleSchema, scheduleSchema, timezoneSchema } from './campaign-schedule';
import { appField, nameSchema, pageOf, pageQuery, timeSchema, variablesSchema } from './common';
import { rateSchema } from './runs';

/** What a campaign has that does not say otherwise. */
export const CAMPAIGN_DEFAULTS = {
  catchupSeconds: 3_600,
  overlap: 'skip',
  pauseOn: { errors: null, share: 0.25, atLeast: 100 },
} as const satisfies Pick<Campaign, 'catchupSeconds' | 'overlap'> & { pauseOn: PauseOn };

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a local time such as 08:00');

const runRateSchema = rateSchema
  .nullable()
  .describe(
    'At most `messages` in any `perSeconds` seconds for each run, besides all other limits; null: no limit of its own.',
  );
const givenWindowSchema = z
  .strictObject({ from: clock, until: clock, timezone: timezoneSchema.optional() })
  .refine(({ from, until }) => from !== until, { path: ['until'], error: 'must differ from `from`' })
  .nullable()
  .describe(
    'Times of day at which messages go out, over midnight when `from` is later; outside of them they wait. null: always.',
  )
  .meta({ example: { from: '09:00', until: '20:00', timezone: 'Europe/Vienna' } });
const pauseOnSchema = z
  .strictObject({
    errors: z.int().min(1).max(1_000_000).nullable().default(null).describe('So many failures.'),
    share: z
      .number()
      .gt(0)
      .max(1)
      .nullable()
      .default(null)
      .describe('Failures among the messages with an answer, 0 to 1.'),
    atLeast: z.int().min(1).max(1_000_000).default(100).describe('Not before so many messages have an answer.'),
  })
  .refine(({ errors, share }) => errors !== null || share !== null, 'needs errors or share, or must be null')
  .nullable()
  .describe('When a run pauses itself, with the reason. Default: when a quarter of at least 100 failed. null: never.');

const fields = {
  name: nameSchema(200),
  template: z
    .union([z.int().positive(), z.string().min(1).max(100)])
    .transform(String)
    .describe('Number or key of a running template.'),
  version: z
    .int()
    .min(1)
    .nullable()
    .describe('Version of the template; null (default): the current one at each firing.'),
  audience: z.string().min(1).max(40).describe('Id of an uploaded audience of the same channel.'),
  variables: variablesSchema.describe('For all recipients; columns of the audience win over them.'),
  schedule: givenScheduleSchema,
  rate: runRateSchema,
  sendWindow: givenWindowSchema,
  pauseOn: pauseOnSchema,
  overlap: z
    .enum(OVERLAPS)
    .describe(
      'When it fires while a run is going: `skip` (default) leaves the firing out, `buffer_one` lets one wait for the end, `allow_all` ' +
        'runs both. By hand, a second run starts only with `allow_all`.',
    ),
  catchupSeconds: z
    .int()
    .min(10)
    .max(7 * 86_400)
    .describe('A firing that was missed, because Temporal was away, is made up for within this time. Default 3600.'),
  paused: z.boolean().describe('Does not fire by its schedule. Default false.'),
};

const { name, template, audience, schedule, ...options } = fields;
export const newCampaignSchema = z
  .strictObject({ name, template, audience, schedule, ...z.strictObject(options).partial().shape })
  .meta({
    id: 'NewCampaign',
    example: {
      name: 'November news',
      template: 'news',
      audience: 'aud_01M84BZW808SY1J1GKT7KH6WJQ',
      schedule: { kind: 'once', at: '2026-12-01T09:00', timezone: 'Europe/Vienna' },
      rate: { messages: 500, perSeconds: 1 },
    },
  });
export type NewCampaign = z.output<typeof newCampaignSchema>;

export const campaignChangeSchema = z
  .strictObject(fields)
  .partial()
  .extend({
    expectedRevision: z.int().min(1).optional().describe('Refused with 409 when the campaign has another revision.'),
  })
  .meta({ id: 'CampaignChange', description: 'Fields that are absent stay as they are.' });
export type GivenChange = z.output<typeof campaignChangeSchema>;

export const campaignQuery = z.strictObject({ app: appField, ...pageQuery });

const runRefSchema = z.strictObject({ id: z.string(), url: z.string() });
const runLineSchema = runRefSchema.extend({
  state: z.enum(RUN_STATE_NAMES),
  reason: z.string().nullable(),
  trigger: z.enum(RUN_TRIGGERS),
  firedAt: timeSchema,
});

const campaignFields = z.strictObject({
  id: z.string(),
  appId: z.string(),
  name: z.string(),
  template: z.strictObject({ id: z.int(), key: z.string(), version: z.int().nullable() }),
  audience: z.string(),
  variables: z.record(z.string(), z.unknown()),
  schedule: scheduleSchema,
  rate: runRateSchema,
  sendWindow: z.strictObject({ from: z.string(), until: z.string(), timezone: z.string() }).nullable(),
  pauseOn: z.strictObject({ errors: z.int().nullable(), share: z.number().nullable(), atLeast: z.int() }).nullable(),
  overlap: z.enum(OVERLAPS),
  catchupSeconds: z.int(),
  paused: z.boolean(),
  approval: z
    .strictObject({
      status: approvalStatusSchema,
      code: auditCodeSchema,
      id: z.string().nullable().describe('Of the approval; null: it needed none.'),
      reason: z.string().nullable().describe('Why it was rejected.'),
    })
    .describe('Whether it may fire: only when it is `approved`. Most need no approval, and are.'),
  waitingChange: z
    .string()
    .nullable()
    .describe('Id of the approval that a change of it waits for; until then it goes on as it is.'),
  revision: z.int().describe('Counts the changes.'),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export const campaignSchema = campaignFields.meta({ id: 'Campaign' });
export const campaignListSchema = pageOf(campaignSchema);

export const fullCampaignSchema = campaignFields
  .extend({
    nextFirings: z
      .array(timeSchema)
      .nullable()
      .describe(
        'Up to ten, as Temporal has them, before jitter; null: not known now, and `nextFiringsUnavailable` says why.',
      ),
    nextFiringsUnavailable: z.string().nullable(),
    skippedByOverlap: z.int().nullable().describe('Firings that Temporal left out because a run was going.'),
    missedCatchup: z.int().nullable().describe('Firings that came too late to be made up for.'),
    missed: z
      .string()
      .nullable()
      .describe('With `once`, in words: that the time has passed without a firing, and what to do. Otherwise null.'),
    runs: z.array(runLineSchema).describe('The last ten, newest first.'),
  })
  .meta({ id: 'FullCampaign' });

const faultSchema = z.strictObject({ pointer: z.string().optional(), code: z.string(), detail: z.string() });
export const campaignCheckSchema = z
  .strictObject({
    ok: z.boolean().describe('True when there are no errors.'),
    errors: z.array(faultSchema).describe('What keeps it from running.'),
    warnings: z.array(z.strictObject({ code: z.string(), detail: z.string() })),
    recipients: z.int(),
    sample: z
      .strictObject({
        rows: z.int().describe('Rows that were rendered: the first 100.'),
        failed: z.int(),
        failures: z.array(z.strictObject({ row: z.int(), reason: z.string() })).describe('The first ten.'),
      })
      .describe('Rows that cannot be rendered end `failed`; the others are not harmed.'),
    estimatedSeconds: z
      .int()
      .nullable()
      .describe('At the tightest of all rates, without waits for windows and quiet hours; null: no rate limits it.'),
    sms: z
      .strictObject({ min: z.int(), average: z.number(), max: z.int(), estimatedTotal: z.int() })
      .nullable()
      .describe('Segments per message over the sample, and what all recipients come to. null for email.'),
  })
  .meta({ id: 'CampaignCheck' });
export type CampaignCheck = z.input<typeof campaignCheckSchema>;

export const createdCampaignSchema = campaignFields
  .extend({ run: runRefSchema.nullable().describe('With `now`: what was started.'), check: campaignCheckSchema })
  .meta({ id: 'CreatedCampaign' });
export const triggeredSchema = z
  .strictObject({ run: runRefSchema, check: campaignCheckSchema })
  .meta({ id: 'TriggeredRun' });
export const deletedCampaignSchema = z
  .strictObject({
    id: z.string(),
    deleted: z.literal(true),
    openRuns: z.array(runRefSchema).describe('Runs that go on; each can be cancelled.'),
  })
  .meta({ id: 'DeletedCampaign' });

export const runRef = ({ id }: Pick<Run, 'id'>) => ({ id, url: `/v1/runs/${id}` });
export const runLine = (run: Run): z.input<typeof runLineSchema> => ({
  ...runRef(run),
  state: run.state,
  reason: run.reason,
  trigger: run.trigger,
  firedAt: run.firedAt.toISOString(),
});

/** What a campaign is, without what counts and times it. */
export function viewDefinition(campaign: Campaign, key: string) {
  const { settings, schedule } = campaign;
  return {
    name: campaign.name,
    template: { id: campaign.templateId, key, version: campaign.templateVersion },
    audience: campaign.audienceId,
    variables: campaign.variables ?? {},
    schedule,
    rate: settings.rate,
    sendWindow: settings.sendWindow,
    pauseOn: settings.pauseOn,
    overlap: campaign.overlap,
    catchupSeconds: campaign.catchupSeconds,
    paused: campaign.paused,
  };
}

/** Whether a campaign may fire, and what of it waits for approval. */
export type ApprovalOfCampaign = Pick<z.input<typeof campaignSchema>, 'approval' | 'waitingChange'>;

/** A campaign as answers have it. */
export function viewCampaign(
  campaign: Campaign,
  { key }: Pick<Template, 'key'>,
  approval: ApprovalOfCampaign,
): z.input<typeof campaignSchema> {
  const { approved, revision, syncedRevision } = campaign;
  const definition = viewDefinition(campaign, key);
  return {
    ...{ id: campaign.id, appId: campaign.appId },
    ...definition,
    schedule: { ...definition.schedule, inForce: approved && syncedRevision >= revision },
    ...approval,
    revision,
    createdAt: campaign.createdAt.toISOString(),
    updatedAt: campaign.updatedAt.toISOString(),
  };
}
