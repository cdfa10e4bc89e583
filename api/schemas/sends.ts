import { z } from 'zod';
import type { Send } from '../../db/stores/send-store';
import type { Template } from '../../db/stores/template-store';
import type { Message } from '../../db/stores/message-store';
import { isTimezone } from '../../domain/day';
import { MESSAGE_STATUS_NAMES, totalOf, type MessageStatus, type StatusCounts } from '../../domain/message-status';
import { attachmentsSchema, viewAttachment, viewedAttachmentSchema } from './attachments';
import { givenTimeSchema, laneSchema, refuseUnkept, timeSchema, variablesSchema } from './common';

/** Recipients of one send at most. */
export const MAX_RECIPIENTS = 500;
const MAX_METADATA_BYTES = 4096;

export const recipientSchema = z
  .strictObject({
    to: z.string().min(1).max(320).describe('Email address; or phone number, E.164 or of the default region.'),
    variables: variablesSchema.optional().describe('Win over the variables of the send.'),
    id: z.string().min(1).max(100).optional().describe('Your id of the recipient; comes back with its message.'),
    timezone: z
      .string()
      .max(64)
      .refine(isTimezone, {
        error: 'is not an IANA time zone, e.g. Europe/Vienna',
        params: { code: 'invalid_timezone' },
      })
      .optional()
      .describe('IANA zone of the recipient, for daily caps and quiet hours.'),
  })
  .meta({ id: 'Recipient' });
export type Recipient = z.output<typeof recipientSchema>;

/** The request, save that each row is left for `recipientSchema`: one bad row must not harm the others. */
export const sendRequestSchema = z.strictObject({
  template: z
    .union([z.int().positive(), z.string().min(1).max(100)])
    .transform(String)
    .describe('Number or key of a running template.')
    .meta({ example: 'order-shipped' }),
  version: z.int().min(1).optional().describe('Default: the current version.'),
  recipients: z.array(z.unknown()).min(1).max(MAX_RECIPIENTS),
  variables: variablesSchema.default({}).describe('For all recipients.'),
  attachments: attachmentsSchema.optional(),
  onInvalid: z
    .enum(['reject', 'skip'])
    .default('reject')
    .describe('A bad row: refuse the request with all of them named, or accept the others.'),
  sendAt: givenTimeSchema
    .optional()
    .describe(
      'Not handed over before this time, at most 90 days ahead. Until then it can be recalled. Default: at once.',
    ),
  expiresAt: givenTimeSchema
    .optional()
    .describe('Not sent any more after this time; must be in the future, and after `sendAt`.'),
  metadata: z
    .record(z.string(), z.unknown())
    .superRefine(refuseUnkept)
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES, 'must not exceed 4 KB as JSON')
    .optional()
    .describe('Yours; comes back with the send. No personal data, please.'),
});
export type SendRequest = z.output<typeof sendRequestSchema>;
export const documentedSendRequestSchema = sendRequestSchema
  .extend({ recipients: z.array(recipientSchema).min(1).max(MAX_RECIPIENTS) })
  .meta({
    id: 'SendRequest',
    example: {
      template: 'order-shipped',
      recipients: [{ to: 'ada@example.com', id: 'u7', variables: { name: 'Ada' } }],
      variables: { order: 42 },
    },
  });

const statusSchema = z.enum(MESSAGE_STATUS_NAMES);
const rejectedSchema = z.strictObject({
  index: z.int().describe('Place in `recipients`, from 0.'),
  id: z.string().optional(),
  code: z.string(),
  detail: z.string(),
});
const sendMessageSchema = z.strictObject({
  index: z.int().describe('Place in `recipients`, from 0.'),
  id: z.string(),
  recipientId: z.string().optional(),
  status: statusSchema,
  reason: z.string().optional(),
});
export const acceptedSendSchema = z
  .strictObject({
    id: z.string(),
    status: z.literal('accepted'),
    template: z.strictObject({ id: z.int(), key: z.string(), version: z.int() }),
    messages: z.array(sendMessageSchema).describe('One per accepted recipient, in the order of the request.'),
    rejected: z.array(rejectedSchema).describe('With `onInvalid: "skip"`: the rows that were left out.'),
    warnings: z
      .array(z.strictObject({ code: z.string(), detail: z.string() }))
      .describe(
        '`unused_variables`: the template does not use them. `no_route`: messages wait until the lane has a route.',
      ),
  })
  .meta({ id: 'AcceptedSend' });
export type AcceptedSend = z.input<typeof acceptedSendSchema>;

export const sendSchema = z
  .strictObject({
    id: z.string(),
    appId: z.string(),
    lane: laneSchema,
    template: z.strictObject({ id: z.int(), key: z.string(), version: z.int() }),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    attachments: z.array(viewedAttachmentSchema),
    sendAt: timeSchema.nullable(),
    expiresAt: timeSchema.nullable(),
    createdAt: timeSchema,
    total: z.int().describe('The sum of `counts`.'),
    counts: z
      .partialRecord(statusSchema, z.int())
      .describe('Messages by status; statuses nobody is in are left out.')
      .meta({ example: { sent: 2, deferred: 1 } }),
    messages: z.array(sendMessageSchema),
    rejected: z.array(rejectedSchema),
  })
  .meta({ id: 'Send' });

type SendMessage = Pick<Message, 'id' | 'position' | 'recipientId' | 'reason'> & { readonly status: MessageStatus };

export function viewSendMessage({ id, position, recipientId, status, reason }: SendMessage) {
  return {
    index: position,
    id,
    ...(recipientId === null ? {} : { recipientId }),
    status,
    ...(reason === null ? {} : { reason }),
  };
}

/** Counts come from the same rows as the list, so that they add up at any moment. */
export function viewSend(
  send: Send,
  template: Pick<Template, 'key'>,
  messages: readonly SendMessage[],
): z.input<typeof sendSchema> {
  const counts: StatusCounts = {};
  for (const { status } of messages) counts[status] = (counts[status] ?? 0) + 1;
  return {
    id: send.id,
    appId: send.appId,
    lane: send.lane,
    template: { id: send.templateId, key: template.key, version: send.templateVersion },
    metadata: send.metadata ?? null,
    attachments: (send.attachments ?? []).map(viewAttachment),
    sendAt: send.sendAt?.toISOString() ?? null,
    expiresAt: send.expiresAt?.toISOString() ?? null,
    createdAt: send.createdAt.toISOString(),
    total: totalOf(counts),
    counts,
    messages: messages.map(viewSendMessage),
    rejected: [...(send.rejected ?? [])],
  };
}
