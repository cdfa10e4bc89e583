import { z } from 'zod';
import type { Suppression } from '../../db/stores/suppression-store';
import { maskAddress } from '../../domain/mask';
import { APPLIES_TO, SUPPRESSION_REASONS } from '../../domain/suppression';
import { channelSchema, pageQuery, timeSchema } from './common';

const reasonSchema = z.enum(SUPPRESSION_REASONS);
const appliesToSchema = z.enum(APPLIES_TO);
const appField = z
  .string()
  .nullable()
  .optional()
  .describe(
    "Id of the app; null: all apps. Default: the key's own app, with an admin key all apps. Others need an admin key.",
  );

export const suppressionSchema = z
  .strictObject({
    id: z.string(),
    channel: channelSchema,
    to: z.string().describe('Masked.').meta({ example: 'a***@example.com' }),
    app: z.string().nullable().describe('Null: for all apps.'),
    reason: reasonSchema,
    appliesTo: appliesToSchema,
    source: z.string().describe('Where it comes from.').meta({ example: 'receipt:ses' }),
    detail: z.record(z.string(), z.unknown()).nullable(),
    messageId: z.string().nullable().describe('The message that led to it.'),
    createdAt: timeSchema,
    lifted: z.strictObject({ at: timeSchema, by: z.string() }).nullable().describe('Set when it holds no more.'),
  })
  .meta({ id: 'Suppression', description: 'An address that must not be contacted.' });

export const suppressionListQuery = z.strictObject({
  to: z.string().min(1).max(320).optional().describe('Address, as in a send.'),
  channel: channelSchema.optional(),
  reason: reasonSchema.optional(),
  app: z
    .string()
    .optional()
    .describe(
      "Id of the app, or `global`: the entries for all apps. Default: the key's own, with an admin key every entry.",
    ),
  lifted: z.enum(['true', 'false']).default('false').describe('`true`: with entries that were lifted.'),
  ...pageQuery,
});

/** One entry as a request gives it: the body of the endpoint, or a row of an import. */
export const suppressionRowSchema = z.strictObject({
  channel: channelSchema.optional().describe('Default: email if there is an @ in `to`, else sms.'),
  to: z.string().min(1).max(320),
  reason: reasonSchema.default('manual'),
  appliesTo: appliesToSchema.optional().describe('Default: marketing for unsubscribe, else all.'),
});
export type SuppressionInput = z.output<typeof suppressionRowSchema>;

export const newSuppressionSchema = suppressionRowSchema
  .extend({
    app: appField,
    note: z.string().trim().min(1).max(300).optional().describe('Why, for those who read it later. No personal data.'),
  })
  .meta({ id: 'NewSuppression' });

export const importQuery = z.strictObject({
  app: z
    .string()
    .optional()
    .describe("Id of the app, or `global`. Default: the key's own app, with an admin key all apps."),
});

export const importResultSchema = z
  .strictObject({
    total: z.int().describe('Rows, without blank lines.'),
    added: z.int(),
    already: z.int().describe('Rows whose entry was there before, or came twice.'),
    failed: z.int(),
    errors: z
      .array(z.strictObject({ line: z.int(), code: z.string(), detail: z.string() }))
      .describe('The first 1,000 rows that were not taken.'),
  })
  .meta({ id: 'SuppressionImport' });

export function viewSuppression(entry: Suppression): z.input<typeof suppressionSchema> {
  const { id, channel, address, appId, reason, appliesTo, source, detail, messageId, createdAt } = entry;
  return {
    id,
    channel,
    to: maskAddress(address),
    app: appId,
    reason,
    appliesTo,
    source,
    detail: detail ?? null,
    messageId: messageId ?? null,
    createdAt: createdAt.toISOString(),
    lifted: entry.liftedAt && { at: entry.liftedAt.toISOString(), by: entry.liftedBy ?? '' },
  };
}
