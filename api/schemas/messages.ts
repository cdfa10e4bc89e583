import { z } from 'zod';
import type { Message } from '../../db/stores/message-store';
import { HAND_OVER_CLASSES, type Attempt, type HandOverClass } from '../../domain/hand-over';
import { runOfDispatch } from '../../domain/ids';
import { partsOfLane } from '../../domain/lane';
import { maskAddress } from '../../domain/mask';
import { MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import type { Timeline } from '../../trace/timeline';
import { appField, channelSchema, givenTimeSchema, laneSchema, pageQuery, timeSchema } from './common';

const statusSchema = z.enum(MESSAGE_STATUS_NAMES);
const classes = Object.keys(HAND_OVER_CLASSES) as [HandOverClass, ...HandOverClass[]];

const attemptSchema = z
  .strictObject({
    n: z.int(),
    accountId: z.string(),
    account: z.string(),
    why: z.string().describe('Why this account.'),
    startedAt: timeSchema,
    endedAt: timeSchema,
    class: z.enum(classes),
    code: z.string().describe("The provider's code, or ours for what never reached it."),
    detail: z.string().describe("The provider's words, addresses masked."),
    providerMessageId: z.string().optional(),
  })
  .meta({ id: 'Attempt', description: 'One hand-over to a provider and its outcome.' });

export const messageSchema = z
  .strictObject({
    id: z.string(),
    sendId: z.string(),
    runId: z.string().nullable().describe('The run of a campaign that it belongs to.'),
    appId: z.string(),
    template: z.strictObject({ id: z.int(), version: z.int() }),
    lane: laneSchema,
    channel: channelSchema,
    to: z.string().describe('Masked.').meta({ example: 'a***@example.com' }),
    recipientId: z.string().nullable(),
    timezone: z.string().nullable(),
    status: statusSchema,
    reason: z.string().nullable().describe('Why it waits or was stopped.'),
    detail: z.record(z.string(), z.unknown()).nullable().describe('The numbers of the reason.'),
    dueAt: timeSchema.nullable().describe('When a deferred message is looked at again.'),
    sendAt: timeSchema.nullable().describe('When the caller wants it handed over, if later than at once.'),
    expiresAt: timeSchema.nullable(),
    attempts: z.array(attemptSchema),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    links: z.strictObject({ timeline: z.string(), send: z.string() }),
  })
  .meta({ id: 'Message', description: 'One recipient of a send.' });

export const timelineSchema = z
  .strictObject({
    source: z
      .array(z.enum(['redis', 'mysql', 'temporal']))
      .describe('Where the steps came from: the projection, the record, the workflow history.'),
    note: z.string().optional().describe('Why something may be missing.'),
    steps: z.array(
      z.strictObject({
        at: timeSchema,
        step: z.string(),
        status: statusSchema.optional(),
        text: z.string().describe('The step in words and numbers.'),
        data: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
    attempts: z.array(attemptSchema),
    links: z.strictObject({ temporal: z.string().optional().describe('The workflow in the Temporal Web UI.') }),
  })
  .meta({ id: 'Timeline', description: 'What happened to one message, in order.' });

export const messageListQuery = z.strictObject({
  to: z.string().min(1).max(320).optional().describe('Address, as in a send.'),
  template: z.string().min(1).max(100).optional().describe('Number or key.'),
  status: statusSchema.optional(),
  send: z.string().optional().describe('Id of the send.'),
  run: z.string().optional().describe('Id of the run of a campaign.'),
  from: givenTimeSchema.optional().describe('Accepted at this time or later.'),
  until: givenTimeSchema.optional().describe('Accepted before this time.'),
  app: appField,
  ...pageQuery,
});

const viewAttempt = (attempt: Attempt): z.input<typeof attemptSchema> => ({
  ...attempt,
  startedAt: new Date(attempt.startedAt).toISOString(),
  endedAt: new Date(attempt.endedAt).toISOString(),
});

export function viewMessage(message: Message): z.input<typeof messageSchema> {
  const { id, sendId, appId, lane, recipientId, timezone, status, reason } = message;
  return {
    id,
    sendId,
    runId: (message.dispatchId && runOfDispatch(message.dispatchId)) ?? null,
    appId,
    template: { id: message.templateId, version: message.templateVersion },
    lane,
    channel: partsOfLane(lane).channel,
    to: maskAddress(message.address),
    recipientId,
    timezone,
    status,
    reason,
    detail: message.detail ?? null,
    dueAt: message.dueAt?.toISOString() ?? null,
    sendAt: message.sendAt?.toISOString() ?? null,
    expiresAt: message.expiresAt?.toISOString() ?? null,
    attempts: message.attempts.map(viewAttempt),
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
    links: { timeline: `/v1/messages/${id}/timeline`, send: `/v1/sends/${sendId}` },
  };
}

export function viewTimeline(timeline: Timeline): z.input<typeof timelineSchema> {
  return {
    ...timeline,
    source: [...timeline.source],
    steps: [...timeline.steps],
    attempts: timeline.attempts.map(viewAttempt),
  };
}
