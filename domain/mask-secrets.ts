/** What stands for a secret. */
const MASKED = '[masked]';
/** Longer texts are cut, with their length. */
const MOST_CHARACTERS = 1_000;

/** Names of what must not be told: `password`, `currentPassword`, `authToken`, `accessKeySecret`, `X-Api-Key`, `Authorization` … */
const SECRET_NAME =
  /(pass(word|phrase|wd)?|secrets?|tokens?|credentials?|authorization|cookies?|signature|(api|private|secret|signing|access|auth)[-_]?key)$/i;
/** Tokens of ours, and what stands behind a scheme of HTTP. */
const SECRET_TEXT = /\b(lum|lup|whsec)_[\w+/=-]{16,}|\b(Bearer|Basic) +[\w.~+/=-]{8,}/g;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]+@/gi;
const QUERY_VALUE = /([?&][^=&#\s]+=)[^&#\s]+/g;
const IS_URL = /^[a-z][a-z0-9+.-]*:\/\//i;

function maskText(text: string): string {
  const plain = text.replace(USER_INFO, `$1${MASKED}@`).replace(SECRET_TEXT, MASKED);
  const masked = IS_URL.test(plain) ? plain.replace(QUERY_VALUE, `$1${MASKED}`) : plain;
  if (masked.length <= MOST_CHARACTERS) return masked;
  return `${masked.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`;
}

/**
 * A value as it may be kept for ever: whatever is named like a secret, looks like a token of ours, or is a part of a URL in which
 * secrets come (user, query) is masked; long texts are cut. Dates become texts.
 */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      SECRET_NAME.test(name) && held !== null && held !== undefined ? MASKED : maskSecrets(held),
    ]),
  );
}
