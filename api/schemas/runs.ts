import { z } from 'zod';
import { appField, laneSchema, pageQuery, timeSchema } from './common';
import { MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import { RETRYABLE, RUN_STATE_NAMES, RUN_TRIGGERS, type Run } from '../../domain/run';
import type { RunProgress } from '../run-progress';

export const rateSchema = z
  .strictObject({ messages: z.int().min(1).max(1_000_000), perSeconds: z.int().min(1).max(86_400) })
  .describe('At most so many messages in any so many seconds.')
  .meta({ id: 'Rate', example: { messages: 500, perSeconds: 1 } });

const settingsSchema = z.strictObject({
  rate: rateSchema.nullable().describe('Beyond all other limits; null: none.'),
  sendWindow: z.strictObject({ from: z.string(), until: z.string(), timezone: z.string() }).nullable(),
  pauseOn: z.strictObject({ errors: z.int().nullable(), share: z.number().nullable(), atLeast: z.int() }).nullable(),
});

const countsSchema = z.partialRecord(z.enum(MESSAGE_STATUS_NAMES), z.int()).describe('Messages by status.');

export const runSchema = z
  .strictObject({
    id: z.string(),
    campaignId: z.string(),
    appId: z.string(),
    template: z.strictObject({ id: z.int(), version: z.int() }),
    lane: laneSchema,
    audienceId: z.string(),
    retryOf: z.string().nullable().describe('The run whose failed messages it sends again.'),
    trigger: z.enum(RUN_TRIGGERS),
    firedAt: timeSchema,
    recipientTime: z.string().nullable().describe('Local time at which each recipient gets it; null: at once.'),
    settings: settingsSchema,
    state: z.enum(RUN_STATE_NAMES),
    reason: z.string().nullable().describe('Why it is paused, was cancelled, or did not begin.'),
    detail: z.record(z.string(), z.unknown()).nullable(),
    total: z.int().describe('Recipients. Always imported + toImport.'),
    imported: z.int().describe('Recipients that have a message. Always the sum of counts.'),
    toImport: z.int(),
    counts: countsSchema,
    waiting: z.int().describe('Messages that wait for their turn or time.'),
    inFlight: z.int().describe('Messages that are being handed over.'),
    ended: z.int().describe('Messages in a final status.'),
    ratePerSecond: z.number().nullable().describe('Messages that ended a second, over the last half minute at most.'),
    etaSeconds: z.int().nullable().describe('At this rate; null while nothing moves or it has ended.'),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    links: z.strictObject({
      self: z.string(),
      events: z.string(),
      result: z.string(),
      messages: z.string(),
      temporal: z.string().describe('The workflow in the Temporal Web UI.'),
    }),
  })
  .meta({ id: 'Run', description: 'One firing of a campaign, with a frozen audience.' });

export const cancelledRunSchema = runSchema
  .extend({
    recalled: z.int().nullable().describe('Messages that were stopped; null: not counted yet, it is still at it.'),
    tooLate: z.int().nullable().describe('Messages that had gone out, or were just going.'),
  })
  .meta({ id: 'CancelledRun' });

const note = z.string().trim().min(1).max(500).optional().describe('Why, for the record.');
export const runRequestSchema = z.strictObject({ note });
export const rateRequestSchema = z.strictObject({ rate: rateSchema.nullable(), note });
export const retrySchema = z.strictObject({
  statuses: z
    .array(z.enum(RETRYABLE))
    .min(1)
    .max(RETRYABLE.length)
    .default(['failed'])
    .transform((statuses) => [...new Set(statuses)])
    .describe('Which messages. Default: failed. With unknown, a recipient may get it twice.'),
});

export const runListQuery = z.strictObject({
  app: appField,
  campaign: z.string().optional().describe('Id of the campaign.'),
  state: z.enum(RUN_STATE_NAMES).optional(),
  ...pageQuery,
});

/** A run as answers have it. */
export function viewRun(run: Run, progress: RunProgress, temporal: string): z.input<typeof runSchema> {
  const { id, campaignId, appId, lane, audienceId, retryOf, trigger, recipientTime, state, reason } = run;
  const self = `/v1/runs/${id}`;
  return {
    ...{ id, campaignId, appId, lane, audienceId, retryOf, trigger, recipientTime, state, reason },
    template: { id: run.templateId, version: run.templateVersion },
    firedAt: run.firedAt.toISOString(),
    settings: run.settings,
    detail: run.detail ?? null,
    ...progress,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    links: {
      self,
      events: `${self}/events`,
      result: `${self}/result`,
      messages: `/v1/messages?run=${id}`,
      temporal,
    },
  };
}
