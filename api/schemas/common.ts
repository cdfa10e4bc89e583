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

/** Levels of lists and objects in given JSON: MariaDB keeps 32 in a column. */
const MAX_LEVELS = 20;

interface Unkept {
  readonly code: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

const TOO_DEEP = { code: 'too_deep', message: `is nested more than ${MAX_LEVELS} levels deep`, path: [] };
const INEXACT = {
  code: 'inexact_number',
  message: `is a whole number beyond ${Number.MAX_SAFE_INTEGER}, whose last digits would be lost: write it as text`,
  path: [],
};

/** The first place in JSON that cannot be kept as it was given. */
function findUnkept(json: unknown, levels = MAX_LEVELS): Unkept | undefined {
  if (Number.isInteger(json) && !Number.isSafeInteger(json)) return INEXACT;
  if (typeof json !== 'object' || json === null) return undefined;
  if (levels === 0) return TOO_DEEP;
  for (const [name, part] of Array.isArray(json) ? json.entries() : Object.entries(json)) {
    const found = findUnkept(part, levels - 1);
    if (found) return { ...found, path: [name, ...found.path] };
  }
  return undefined;
}

/** Refuses JSON that is too deep, or has a whole number beyond 2^53: reading the body has changed its last digits already. */
export function refuseUnkept(json: unknown, context: z.RefinementCtx): void {
  const found = findUnkept(json);
  if (!found) return;
  const { code, message, path } = found;
  // Checks that follow may not be up to its depth.
  context.addIssue({ code: 'custom', path: [...path], message, params: { code }, continue: false });
}

/** Values by the name of their variable: any JSON. */
export const variablesSchema = z
  .record(z.string(), z.unknown())
  .superRefine(refuseUnkept)
  .transform((values): Variables => values)
  .describe('Values by variable name: any JSON, up to 20 levels deep. Whole numbers beyond 2^53 are written as text.')
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
  // A text to callers, as `pageInfo.after` is; a number to the handler.
  after: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be pageInfo.after of the previous page')
    .transform(Number)
    .optional()
    .describe('`pageInfo.after` of the previous page.'),
};

/** The query of a list that comes whole: nothing. */
export const noQuery = z.strictObject({});

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
