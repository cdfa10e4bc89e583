import { z } from 'zod';
import { MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import { nameSchema, variablesSchema } from '../schemas/common';
import { TEMPLATE_TYPES } from './codes';
import {
  codeSchema,
  numberOrTextSchema,
  numberSchema,
  oneOrMoreSchema,
  smallNumberSchema,
  textOrNumberSchema,
} from './compat-values';

const textSchema = (max: number) => z.string().max(max).nullish();

const messageParamSchema = z.object({
  receiver: textOrNumberSchema()
    .nullish()
    .describe('Addresses, separated by commas: at most 100.')
    .meta({ example: 'a@b.cn' }),
  variables: variablesSchema.nullish().describe('For all of these receivers.'),
  bizId: textOrNumberSchema(100).nullish().describe("Comes back with each message. Default: the message's id."),
});
export type MessageParam = z.output<typeof messageParamSchema>;

const sendCode = z.literal('send').nullish();
export const sendSchema = z.object({
  code: sendCode,
  messageTemplateId: numberSchema.nullish(),
  messageParam: messageParamSchema.nullish(),
});
export const batchSendSchema = z.object({
  code: sendCode,
  messageTemplateId: numberSchema.nullish(),
  messageParamList: z.array(messageParamSchema.nullable()).nullish(),
});
export const testSchema = z.object({
  id: numberSchema.refine((id) => id !== null, 'is required'),
  receiver: textOrNumberSchema().nullish(),
  msgContent: z.string().nullish().describe('The variables as JSON text.').meta({ example: '{"code":"1234"}' }),
});
const sentSchema = z.strictObject({
  messageId: z.string(),
  businessId: z.string().describe('16 digits: template type, template, day.'),
  bizId: z.string(),
  receiver: z.string().describe('As it was given.'),
});
export const sentListSchema = z.array(sentSchema).describe('One per receiver, in the order of the request.');
export type Sent = z.input<typeof sentSchema>;

export const saveSchema = z.object({
  id: numberSchema.nullish().describe('Absent: a new template.'),
  name: nameSchema(200).nullish(),
  idType: smallNumberSchema.nullish(),
  sendChannel: smallNumberSchema.nullish().describe('30 SMS, 40 email. Cannot be changed.'),
  templateType: codeSchema(TEMPLATE_TYPES, '10 (by schedule) or 20 (by call)').nullish(),
  msgType: smallNumberSchema.nullish().describe('10 notice, 20 marketing, 30 verification. Cannot be changed.'),
  expectPushTime: textSchema(200).describe("Type 10: `0` (at start), or xxl-job's cron line."),
  msgContent: z.string().nullish().meta({ example: '{"content":"Your code is {$code}","url":""}' }),
  sendAccount: numberOrTextSchema(100).nullish().describe('Kept, but routes choose the account.'),
  creator: textSchema(100),
  updator: textSchema(100),
  auditor: textSchema(100),
  team: textSchema(100),
  proposer: textSchema(100),
  deduplicationTime: smallNumberSchema.nullish().describe('Kept, and without effect, as there.'),
  isNightShield: smallNumberSchema.nullish().describe('Kept, and without effect, as there.'),
  cronCrowdPath: textSchema(500).describe('Type 10: what `/luminate/upload` answered.'),
});
export type SaveBody = z.output<typeof saveSchema>;

const text = z.string().nullable();
export const templateSchema = z.strictObject({
  id: z.int(),
  name: z.string(),
  auditStatus: z.int(),
  flowId: z.string(),
  msgStatus: z.int().describe('10 not started, 20 stopped, 30 running.'),
  idType: z.int(),
  sendChannel: z.int(),
  templateType: z.int(),
  msgType: z.int(),
  expectPushTime: z.string(),
  msgContent: z.string(),
  sendAccount: z.union([z.int(), z.string()]).nullable(),
  creator: text,
  updator: text,
  auditor: text,
  team: text,
  proposer: text,
  isDeleted: z.int(),
  created: z.int().describe('Seconds.'),
  updated: z.int().describe('Seconds.'),
  deduplicationTime: z.int().nullable(),
  isNightShield: z.int().nullable(),
  cronTaskId: z.null(),
  cronCrowdPath: text,
});
export type TemplateView = z.input<typeof templateSchema>;

export const listQuery = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  perPage: z.coerce.number().int().min(1).max(100).default(10),
  keywords: z.string().max(200).optional().describe('Part of the name.'),
  creator: z.string().max(100).optional(),
});
export const templateListSchema = z.strictObject({ rows: z.array(templateSchema), count: z.int() });

export const recallSchema = z.object({
  code: z.literal('recall').nullish(),
  messageTemplateId: numberSchema.nullish().describe('Alone: all of its messages that wait, and its runs.'),
  recallMessageId: oneOrMoreSchema(500, 'the id of a message')
    .nullish()
    .describe('Ids that a send has answered, at most 500.'),
});
export const recalledSchema = z.strictObject({
  recalled: z.int(),
  tooLate: z.int(),
  runs: z.array(z.string()).describe('Runs of its campaign that were cancelled, with all that waited in them.'),
  messages: z
    .array(
      z.strictObject({
        messageId: z.string(),
        result: z.enum(['recalled', 'too_late']),
        status: z.enum(MESSAGE_STATUS_NAMES),
      }),
    )
    .describe('The first 1,000.'),
});

export const traceMessageSchema = z.object({ messageId: z.string().nullish() });
export const traceUserSchema = z.object({ receiver: textOrNumberSchema().nullish() });
export const traceTemplateSchema = z.object({
  businessId: textOrNumberSchema().nullish().describe('A business id, or the number of a template: then today.'),
});
export const traceSmsSchema = z.object({
  receiver: textOrNumberSchema().nullish().describe('Phone number.'),
  dateTime: numberSchema.nullish().describe('A moment of the day, in seconds.'),
});
const items = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item) });
export const traceSchema = items(
  z.strictObject({
    businessId: z.string(),
    title: z.string().describe('Name of the template.'),
    detail: z.string().meta({ example: '2023-08-15 10:00:00:消息接收成功==>2023-08-15 10:00:01:消息下发成功==>' }),
    sendType: z.string(),
    creator: z.string(),
  }),
);
export const chartSchema = z
  .union([
    z.strictObject({
      title: z.strictObject({ text: z.string() }),
      tooltip: z.strictObject({}),
      legend: z.strictObject({ data: z.array(z.string()) }),
      xAxis: z.strictObject({ data: z.array(z.string()) }),
      yAxis: z.strictObject({}),
      series: z.array(z.strictObject({ name: z.string(), type: z.literal('bar'), data: z.array(z.int()) })),
    }),
    z.strictObject({}),
  ])
  .nullable();
export const traceSmsAnswerSchema = items(
  z.strictObject({
    businessId: z.string().describe('Number of the template.'),
    content: z.string(),
    sendType: z.string(),
    sendTime: z.string(),
    receiveType: z.string(),
    receiveContent: z.string(),
    receiveTime: z.string(),
  }),
);
