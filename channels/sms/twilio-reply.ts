import type { HandOver, HandOverClass } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';

/** An HTTP answer that did not take the message (or cannot be read). */
export interface TwilioAnswer {
  readonly status: number;
  /** Twilio's JSON, or whatever somebody in between answered. */
  readonly body: unknown;
  readonly retryAfter?: string | undefined;
}

/** Codes of https://www.twilio.com/docs/api/errors that are not about the one message; every other one refuses it. */
const CLASS_OF_CODE: Readonly<Record<number, HandOverClass>> = {
  // Too fast, or the sender's queue holds more than Twilio sends in 10 hours.
  14107: 'throttled',
  20429: 'throttled',
  21611: 'throttled',
  63017: 'throttled',
  63038: 'throttled',
  // Twilio itself says that it did not do it: service unavailable, maintenance.
  20503: 'unavailable',
  21730: 'unavailable',
  // Credentials, account suspended or closed, account not found.
  20003: 'misconfigured',
  20005: 'misconfigured',
  20403: 'misconfigured',
  20404: 'misconfigured',
  30002: 'misconfigured',
  // Sender: invalid, missing, not ours, not SMS-capable, not of this account; trial account; callback address; service.
  21212: 'misconfigured',
  21267: 'misconfigured',
  21601: 'misconfigured',
  21603: 'misconfigured',
  21606: 'misconfigured',
  21608: 'misconfigured',
  21609: 'misconfigured',
  21659: 'misconfigured',
  21660: 'misconfigured',
  21701: 'misconfigured',
  21703: 'misconfigured',
  21705: 'misconfigured',
};
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

function classOf(status: number, code: number | undefined): HandOverClass {
  // A good status that we cannot read: something answered, perhaps Twilio after taking the message.
  if (status < 300) return 'ambiguous';
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

function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const milliseconds = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

/** Translates an HTTP answer other than "taken". `now` is epoch milliseconds, for a `Retry-After` that is a date. */
export function fromTwilioAnswer(answer: TwilioAnswer, now: number = Date.now()): HandOver {
  const { code, message } = errorOf(answer.body);
  const retryAfterMs = parseRetryAfter(answer.retryAfter, now);
  return {
    class: classOf(answer.status, code),
    code: String(code ?? answer.status),
    detail: maskText(message ?? `HTTP ${answer.status} without a message of Twilio`),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(code === TOO_MANY_TO_ONE ? { about: 'recipient' as const } : {}),
    ...(code === OPTED_OUT ? { suppress: 'opt_out' as const } : {}),
  };
}

/** A request that got no answer. */
export interface TwilioSilence {
  readonly message: string;
  /** Node's or axios's code. */
  readonly code?: string | undefined;
  /** The request never had an open connection: it cannot have reached anyone. */
  readonly unsent: boolean;
}

function silenceCode(code: string, unsent: boolean): string {
  if (/^(ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT)$/.test(code)) return 'timeout';
  if (/^(ENOTFOUND|EAI_)/.test(code)) return 'dns';
  if (/CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|^EPROTO$/.test(code)) return 'tls';
  return unsent ? 'connect' : 'connection_lost';
}

/** Translates silence: not sent when the request never left, else a doubt, for Twilio's create has no idempotency key. */
export function fromTwilioSilence({ message, code, unsent }: TwilioSilence): HandOver {
  return {
    class: unsent ? 'unavailable' : 'ambiguous',
    code: silenceCode(code ?? '', unsent),
    detail: maskText(message),
  };
}
