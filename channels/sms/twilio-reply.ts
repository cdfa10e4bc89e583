import type { HandOver, HandOverClass } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';
import { parseRetryAfter } from '../http/retry-after';

/** An HTTP answer that did not take the message (or cannot be read). */
export interface TwilioAnswer {
  readonly status: number;
  /** Twilio's JSON, or whatever somebody in between answered. */
  readonly body: unknown;
  readonly retryAfter?: string | undefined;
}

/**
 * Codes that are not about the one message; every other one refuses it. Each was read at
 * https://www.twilio.com/docs/api/errors/<code> in 2026, save 14107, 21267 and 21703, which are as the library's users met them.
 */
const CLASS_OF_CODE: Readonly<Record<number, HandOverClass>> = {
  // Too many requests (20429), more than 2,000 texts a second (63017), the daily limit of the account (63038), or the sender's
  // queue holds more than Twilio sends in 10 hours (21611). 14107 is the same of a reply by TwiML.
  14107: 'throttled',
  20429: 'throttled',
  21611: 'throttled',
  63017: 'throttled',
  63038: 'throttled',
  // Twilio itself says that it did not do it: service unavailable, maintenance.
  20503: 'unavailable',
  21730: 'unavailable',
  // The time to hold it until is no longer, or not yet, one that Twilio takes: later it will be.
  35114: 'unavailable',
  35115: 'unavailable',
  35117: 'unavailable',
  // Credentials, or rights of an API key; account not active, suspended or closed, not found. 30002 comes by receipt.
  10001: 'misconfigured',
  20003: 'misconfigured',
  20005: 'misconfigured',
  20403: 'misconfigured',
  20404: 'misconfigured',
  30002: 'misconfigured',
  70051: 'misconfigured',
  90010: 'misconfigured',
  // Sender: invalid or on a do-not-originate list, missing, not ours, not SMS-capable, not of this account.
  21212: 'misconfigured',
  21267: 'misconfigured',
  21601: 'misconfigured',
  21603: 'misconfigured',
  21606: 'misconfigured',
  21659: 'misconfigured',
  21660: 'misconfigured',
  21661: 'misconfigured',
  // A trial account, or one without an approved profile, sends only to verified numbers, and from its trial number.
  21607: 'misconfigured',
  21608: 'misconfigured',
  572002: 'misconfigured',
  572005: 'misconfigured',
  // Address of the status callback; messaging service that does not exist, has no sender, is no SID, cannot hold texts.
  21609: 'misconfigured',
  21701: 'misconfigured',
  21703: 'misconfigured',
  21705: 'misconfigured',
  30127: 'misconfigured',
  35118: 'misconfigured',
};
/** Of a short code these also say that it belongs to another country than this recipient. */
const OR_FOREIGN_RECIPIENT = [21606, 21659];
const OPTED_OUT = 21610;
/** Too many messages between two numbers: about this recipient, where a 429 is about the account. */
const TOO_MANY_TO_ONE = 14107;

interface TwilioError {
  readonly code?: number;
  readonly message?: string;
}

function errorOf(body: unknown): TwilioError {
  if (typeof body !== 'object' || body === null) return {};
  const { code, message } = body as { code?: unknown; message?: unknown };
  return {
    ...(typeof code === 'number' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  };
}

function classOf(status: number, code: number | undefined, shortCode: boolean): HandOverClass {
  // A good status that we cannot read: something answered, perhaps Twilio after taking the message.
  if (status < 300) return 'ambiguous';
  if (code !== undefined && shortCode && OR_FOREIGN_RECIPIENT.includes(code)) return 'refused';
  if (code !== undefined && CLASS_OF_CODE[code]) return CLASS_OF_CODE[code];
  // Whoever answers 5xx had the request. Even 503: a proxy says it too when the connection behind it broke half-way.
  // Only Twilio's own 20503 and 21730 (above) prove that nothing was created.
  if (status >= 500) return 'ambiguous';
  if (status === 429) return 'throttled';
  if (status === 408) return 'unavailable';
  if (status === 401 || status === 403) return 'misconfigured';
  // Without a code it was not Twilio that refused: a wrong base address, a redirect, a proxy.
  return code === undefined ? 'misconfigured' : 'refused';
}

/**
 * Translates an HTTP answer other than "taken". `shortCode`: the sender is one. `now` is epoch milliseconds, for a
 * `Retry-After` that is a date.
 */
export function fromTwilioAnswer(
  answer: TwilioAnswer,
  { shortCode = false, now = Date.now() }: { shortCode?: boolean; now?: number } = {},
): HandOver {
  const { code, message } = errorOf(answer.body);
  const retryAfterMs = parseRetryAfter(answer.retryAfter, now);
  return {
    class: classOf(answer.status, code, shortCode),
    code: String(code ?? answer.status),
    detail: maskText(message ?? `HTTP ${answer.status} without a message of Twilio`),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(code === TOO_MANY_TO_ONE ? { about: 'recipient' as const } : {}),
    ...(code === OPTED_OUT ? { suppress: 'opt_out' as const } : {}),
  };
}
