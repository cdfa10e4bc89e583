import { z } from 'zod';
import type { Audience } from '../../db/stores/audience-store';
import { ENCODINGS } from '../../domain/encoding';
import { maskAddress } from '../../domain/mask';
import { appField, channelSchema, pageQuery, timeSchema } from './common';

export const uploadIdSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must have 1 to 255 visible ASCII characters')
  .describe('What the caller calls the upload.');

export const uploadQuery = z.strictObject({
  channel: channelSchema,
  name: z
    .string()
    .max(2_000)
    .optional()
    .describe('For people. Folders in it are left out, and what is beyond 200 characters.'),
  addressColumn: z.string().min(1).max(200).default('userId').describe('Name of the column with the addresses.'),
  encoding: z.enum(ENCODINGS).optional().describe('Default: found out.'),
  uploadId: uploadIdSchema.optional().describe('As an Idempotency-Key: to ask for the progress, and to repeat safely.'),
});
export type UploadQuery = z.output<typeof uploadQuery>;

export const audienceListQuery = z.strictObject({
  app: appField,
  ...pageQuery,
});

const count = (what: string) => z.int().nullable().describe(`${what} Null until it is ready.`);

export const audienceSchema = z
  .strictObject({
    id: z.string().meta({ example: 'aud_01M84BZW808SY1J1GKT7KH6WJQ' }),
    app: z.string(),
    uploadId: z.string().nullable(),
    name: z.string(),
    channel: channelSchema,
    status: z.enum(['uploading', 'ready']).describe('`uploading`: it is being received and read.'),
    addressColumn: z.string(),
    timezoneColumn: z.string().nullable(),
    columns: z.array(z.string()).nullable().describe('All columns, in the order of the file.'),
    variables: z.array(z.string()).nullable().describe('The columns that are variables: all but the other two.'),
    encoding: z.string().nullable().meta({ example: 'utf-8' }),
    delimiter: z.string().nullable().meta({ example: ',' }),
    bytes: z.int().describe('So far, while it is `uploading`.'),
    rows: z.int().describe('So far, while it is `uploading`; then accepted + duplicates + invalid.'),
    accepted: count('Rows that are sent to.'),
    duplicates: count('Rows whose address came before.'),
    invalid: count('Rows that cannot be sent to.'),
    checksum: z.string().nullable().describe('SHA-256 of the file as it was received, in hex.'),
    sample: z
      .array(
        z.strictObject({
          row: z.int(),
          to: z.string().describe('Masked, unless the key is an admin key.'),
          timezone: z.string().nullable(),
          variables: z.record(z.string(), z.string()),
        }),
      )
      .describe('The first accepted rows, to check that the file was understood; long values are cut.'),
    createdAt: timeSchema,
    updatedAt: timeSchema.describe('While it is `uploading`: the last sign of life.'),
    links: z.strictObject({ rejects: z.string() }),
  })
  .meta({ id: 'Audience', description: 'A file of recipients.' });

/** An audience as an answer; addresses in clear for admin keys. */
export function viewAudience(audience: Audience, role: 'app' | 'admin'): z.input<typeof audienceSchema> {
  const { id, columns, addressColumn, timezoneColumn, status } = audience;
  const isReady = status === 'ready';
  const others = columns?.filter((name) => name !== addressColumn && name !== timezoneColumn);
  return {
    id,
    app: audience.appId,
    uploadId: audience.uploadId,
    name: audience.name,
    channel: audience.channel,
    status: isReady ? 'ready' : 'uploading',
    addressColumn,
    timezoneColumn,
    columns: columns && [...columns],
    variables: others ?? null,
    encoding: audience.encoding,
    delimiter: audience.delimiter,
    bytes: audience.bytes,
    rows: audience.rows,
    accepted: isReady ? audience.accepted : null,
    duplicates: isReady ? audience.duplicates : null,
    invalid: isReady ? audience.invalid : null,
    checksum: audience.checksum,
    sample: audience.sample.map(({ row, address, timezone, variables }) => ({
      row,
      to: role === 'admin' ? address : maskAddress(address),
      timezone,
      variables: { ...variables },
    })),
    createdAt: audience.createdAt.toISOString(),
    updatedAt: audience.updatedAt.toISOString(),
    links: { rejects: `/v1/audiences/${id}/rejects` },
  };
}
