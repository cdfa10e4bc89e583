import { z } from 'zod';

/** The words of a schema whose parts have words of their own, or none that help. */
const told = (words: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is required' : words),
});

const NUMBER = 'must be a whole number, also as text: 17 or "17"';
const BIGGEST = 2_147_483_647;

/**
 * A whole number of any size, also as a text; a blank text is null: so the ancestor's JSON reader took it. Beyond 2^53 its last digits
 * are lost.
 */
export const numberSchema = z
  .union([z.number().refine(Number.isInteger, NUMBER).meta({ type: 'integer' }), z.string()], told(NUMBER))
  .transform((given, context) => {
    if (typeof given === 'number') return given;
    const text = given.trim();
    if (/^[+-]?\d{1,30}$/.test(text)) return Number(text);
    if (text !== '') context.addIssue({ code: 'custom', message: NUMBER });
    return null;
  });

/** The same, within what the ancestor's columns held. */
export const smallNumberSchema = numberSchema.refine(
  (value) => value === null || Math.abs(value) <= BIGGEST,
  `must be between -${BIGGEST} and ${BIGGEST}`,
);

/** The same, but one of these. */
export const codeSchema = <T extends number>(codes: Readonly<Record<string, T>>, words: string) =>
  numberSchema.transform((value, context): T | null => {
    const known = Object.values(codes).find((code) => code === value);
    if (known === undefined && value !== null) context.addIssue({ code: 'custom', message: `must be ${words}` });
    return known ?? null;
  });

/** A text, also as a number. */
export const textOrNumberSchema = (max?: number) =>
  z.union(
    [max === undefined ? z.string() : z.string().max(max), z.int().transform(String)],
    told('must be a text; a number that is exact is taken as one'),
  );

/** One text, or a list of `max` at most. */
export const oneOrMoreSchema = (max: number, what: string) =>
  z.union(
    [z.string().transform((one) => [one]), z.array(z.string()).max(max)],
    told(`must be ${what}, or a list of ${max} at most`),
  );

/** A number or a text, as it is. */
export const numberOrTextSchema = (max: number) =>
  z.union([z.int(), z.string().max(max)], told(`must be a number, or a text of ${max} characters at most`));
