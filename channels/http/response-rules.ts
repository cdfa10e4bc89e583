import type { HandOver, HandOverClass } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';
import type { HttpAnswer } from './http-client';
import type { HttpConfig, HttpRule, HttpSecrets } from './http-config';
import { parseRetryAfter } from './retry-after';
import { PATTERN_SIGHT } from './safe-pattern';

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What is at a JSON Pointer (RFC 6901); `undefined` for nothing. */
function valueAt(json: unknown, pointer: string): unknown {
  let value = json;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

const matches = (pattern: string, text: string): boolean => new RegExp(pattern).test(text.slice(0, PATTERN_SIGHT));

function fits({ when }: HttpRule, { status, body }: HttpAnswer, json: unknown): boolean {
  const [first, last] = typeof when.status === 'number' ? [when.status, when.status] : (when.status ?? [0, 999]);
  if (status < first || status > last) return false;
  if (when.bodyMatches !== undefined && !matches(when.bodyMatches, body)) return false;
  if (when.pointer === undefined) return true;
  const value = valueAt(json, when.pointer);
  if (value === undefined) return false;
  // As texts: providers are not sure themselves whether a code is 0 or "0".
  if (when.equals !== undefined && textOf(value) !== String(when.equals)) return false;
  return when.matches === undefined || matches(when.matches, textOf(value) ?? '');
}

/** For answers that no rule fits. A good status proves nothing, nor does a server's failure after it had the request. */
export function defaultClass(status: number): HandOverClass {
  if (status < 300 || status >= 500) return 'ambiguous';
  if (status === 429) return 'throttled';
  if (status === 408) return 'unavailable';
  // Redirects are not followed: like "not found" and "not allowed", they mean that the address is wrong.
  if (status < 400 || [401, 403, 404, 405].includes(status)) return 'misconfigured';
  return 'refused';
}

/** A provider's words without the account's secrets in them, plain or URL-encoded. */
export function withoutSecrets(text: string, secrets: HttpSecrets): string {
  const values = Object.values(secrets).flatMap((secret) => [secret, encodeURIComponent(secret)]);
  // The longest first: one secret may be part of another.
  return values.sort((a, b) => b.length - a.length).reduce((left, secret) => left.replaceAll(secret, '***'), text);
}

/** What can be kept as an id, and looked up by. */
const PRINTABLE_ID = /^[\x21-\x7e]{1,200}$/;

/** Reads an answer by the rules of an account. `now` is epoch milliseconds, for a time to wait that is a date. */
export function readAnswer(
  answer: HttpAnswer,
  { rules, codeFrom, detailFrom, messageIdFrom, retryAfterHeader }: HttpConfig['response'],
  secrets: HttpSecrets,
  now: number = Date.now(),
): HandOver {
  const json = parseJson(answer.body);
  const at = (pointer: string | undefined): string | undefined =>
    pointer === undefined ? undefined : textOf(valueAt(json, pointer));
  const rule = rules.find((candidate) => fits(candidate, answer, json));
  const outcome = rule?.class ?? defaultClass(answer.status);
  const header = answer.headers[retryAfterHeader.toLowerCase()];
  const retryAfterMs = parseRetryAfter(typeof header === 'string' ? header : undefined, now);
  const said = outcome === 'accepted' ? at(messageIdFrom) : undefined;
  const id = said !== undefined && PRINTABLE_ID.test(said) ? said : undefined;
  const detail = at(detailFrom) ?? `HTTP ${answer.status}${rule ? '' : ', which no rule of the account knows'}`;
  return {
    class: outcome,
    code: withoutSecrets(at(codeFrom) ?? String(answer.status), secrets).slice(0, 64),
    detail: maskText(withoutSecrets(detail, secrets)),
    ...(id === undefined ? {} : { providerMessageId: id }),
    ...(retryAfterMs === undefined || outcome === 'accepted' ? {} : { retryAfterMs }),
    ...(outcome === 'refused' && rule?.suppress ? { suppress: rule.suppress } : {}),
  };
}
