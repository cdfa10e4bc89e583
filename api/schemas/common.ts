import { z } from 'zod';
import { CONTROL_CHARACTERS } from '../../domain/control-characters';
import type { Variables } from '../../domain/content';
import { CHANNEL_NAMES, LANES, MESSAGE_TYPE_NAMES, type Lane } from '../../domain/lane';

/** A moment in an answer. */
export const timeSchema = z.iso.datetime().describe('ISO 8601, UTC.').meta({ example: '2026-11-24T20:00:00.000Z' });
/** A moment in a request: any offset. */
export const givenTimeSchema = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-11-24T20:00:00Z' })
  .transform((text) => new Date(text));

export const channelSchema = z.enum(CHANNEL_NAMES);
export const messageTypeSchema = z.enum(MESSAGE_TYPE_NAMES);
export const laneSchema = z.enum(LANES as [Lane, ...Lane[]]);
export const nameSchema = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(new RegExp(`^[^${CONTROL_CHARACTERS}]*$`), 'must not contain control characters');

/** Values by the name of their variable: any JSON. */
export const variablesSchema = z
  .record(z.string(), z.unknown())
  .transform((values): Variables => values)
  .describe('Values by variable name: any JSON.')
  .meta({ example: { name: 'Ada', order: 42 } });

/** Path parameter of anything with an id. */
export const idParams = z.object({ id: z.string().describe('The id.') });

/** Of lists by app. */
export const appField = z
  .string()
  .optional()
  .describe("Id of the app; default: the key's own. Another one needs an admin key.");

/** `limit` and `after` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Entries per page.'),
  after: z.string().min(1).optional().describe('`pageInfo.after` of the previous page.'),
};

export const pageInfoSchema = z.strictObject({
  after: z.string().nullable().describe('Give it as `after` to get the next page; null on an empty page.'),
  hasMore: z.boolean(),
});

/** `limit` and `after` of a list whose entries are numbered. */
export const numberedPageQuery = {
  ...pageQuery,
  after: z.coerce.number().int().min(1).optional().describe('`pageInfo.after` of the previous page.'),
};

/** A list in pages. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), pageInfo: pageInfoSchema });

/** The one page of a list whose entries are all known by name. */
export const onePage = <V>(items: V[]) => ({ items, pageInfo: { after: null, hasMore: false } });

/** One page of a list, from `limit + 1` rows: the one too many only tells that there is more. */
export function toPage<T, V>(rows: readonly T[], limit: number, cursor: (row: T) => string, view: (row: T) => V) {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(view),
    pageInfo: { after: last === undefined ? null : cursor(last), hasMore: rows.length > limit },
  };
}
