/**
 * The control characters (Unicode's category Cc) inside a character class. Written out, because the regular expressions of
 * schemas are published, and not every language knows `\p{Cc}`.
 */
export const CONTROL_CHARACTERS = '\\u0000-\\u001f\\u007f-\\u009f';
