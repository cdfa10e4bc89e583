const MAX_LENGTH = 200;
const MAX_OPTIONAL = 5;

/** How much of a text a pattern sees, in characters. */
export const PATTERN_SIGHT = 4096;

/**
 * What is wrong with a pattern that an operator gives, or `undefined`. Taken are regular expressions whose work grows at most with
 * the square of the text: no group is repeated, one `*` or `+` at the most, five `?`, `{n}` without a range, no lookaround and no
 * backreference.
 */
export function patternFault(source: string): string | undefined {
  if (source.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`;
  try {
    new RegExp(source);
  } catch {
    return 'is not a regular expression';
  }
  if (/\\[1-9k]/.test(source)) return 'must not refer back to a group';
  // What is escaped or in a class is a literal: out of the way before operators are counted.
  const bare = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\(\?(?!:)/.test(bare)) return 'must not look around or name groups';
  if (/\)[*+?{]/.test(bare)) return 'must not repeat a group';
  if (/\{\d*,\d*\}/.test(bare)) return 'must not repeat by a range';
  const operators = bare.replaceAll('(?:', '(');
  if ((operators.match(/[*+]/g) ?? []).length > 1) return 'must have one * or + at the most';
  if ((operators.match(/\?/g) ?? []).length > MAX_OPTIONAL) return `must have ${MAX_OPTIONAL} ? at the most`;
  return undefined;
}
