import { z } from 'zod';
import type { RuleVersion } from '../../db/stores/rule-store';
import { RULE_NAMES, type RuleName, type Rules } from '../../domain/rules';
import type { RuleSchemas } from '../../rules/schemas';
import { numberedPageQuery, timeSchema } from './common';

const noteSchema = z.string().trim().min(1).max(500).describe('Why, for those who read the history.');
const versionNumber = z.int().min(1);

export const ruleParams = z.object({ name: z.string().describe('Name of the rule.').meta({ example: 'caps' }) });
export const ruleVersionParams = ruleParams.extend({ version: z.string().describe('Number of the version.') });
export const ruleHistoryQuery = z.strictObject(numberedPageQuery);

/** `value` is checked by the schema of the rule that the path names. */
export const newRuleSchema = z.strictObject({
  value: z.unknown().refine((value) => value !== undefined, 'is required'),
  note: noteSchema.optional(),
  expectedVersion: z
    .int()
    .min(0)
    .optional()
    .describe('Refused with 409 when another version is current; 0: while nobody has set the rule.'),
});
export const rollbackSchema = z.strictObject({
  version: versionNumber.describe('Its value becomes a new version.'),
  note: noteSchema.optional(),
});

const anyValue = (schemas: RuleSchemas) => z.union(Object.values(schemas)).describe('By the name of the rule.');

/** For the documentation of a PUT: every form that a value may have. */
export function documentedNewRuleSchema(schemas: RuleSchemas) {
  return newRuleSchema.extend({ value: anyValue(schemas) });
}

/** One version of a rule, as answers have it. */
export function ruleSchemaOf(schemas: RuleSchemas) {
  // The last form is for a value that somebody spoilt by hand: it is shown as it is.
  const value = z.union([anyValue(schemas), z.record(z.string(), z.unknown()), z.unknown()]);
  return z
    .strictObject({
      name: z.enum(RULE_NAMES),
      value,
      version: z.int().describe('0: nobody has set the rule, and the value is the default.'),
      valid: z
        .boolean()
        .describe(
          'False: the stored value was changed by hand and does not fit. The newest version that fits is in force.',
        ),
      author: z.string().nullable().describe('Id of the API key that wrote it, or `system`; null: the default.'),
      note: z.string().nullable(),
      at: timeSchema.nullable(),
    })
    .meta({ id: 'Rule' });
}

export interface RuleView {
  readonly name: RuleName;
  readonly value: unknown;
  readonly version: number;
  readonly valid: boolean;
  readonly author: string | null;
  readonly note: string | null;
  readonly at: string | null;
}

/** A stored version as answers show it. */
export function viewRule(schemas: RuleSchemas, stored: RuleVersion): RuleView {
  const { name, value, version, author, note, createdAt } = stored;
  const parsed = schemas[name].safeParse(value);
  const shown = parsed.success ? parsed.data : value;
  return { name, value: shown, version, valid: parsed.success, author, note, at: createdAt.toISOString() };
}

/** The default of a rule that nobody has set. */
export function viewDefault(name: RuleName, defaults: Rules): RuleView {
  return { name, value: defaults[name], version: 0, valid: true, author: null, note: null, at: null };
}
