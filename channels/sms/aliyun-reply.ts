import type { HandOver, HandOverClass } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';
import { parseRetryAfter } from '../http/retry-after';

/** An answer of Aliyun's other than `OK`, or of somebody in between. Business errors come with status 200. */
export interface AliyunAnswer {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly retryAfter?: string | undefined;
}

/** What of the request came from the message's template, and not from the account. */
export interface AliyunOrigin {
  readonly templateCode: boolean;
  readonly signName: boolean;
}

/**
 * Codes of https://help.aliyun.com/zh/sms/developer-reference/api-error-codes and of Aliyun's gateway (Alibaba Cloud "common
 * error codes"). `template` and `signature` are about the code or the signature named: our account is broken when they are
 * its defaults, but only this message when its template named them, for one template must not stop an account.
 */
const MEANING_OF_CODE: Readonly<Record<string, HandOverClass | 'template' | 'signature' | 'both'>> = {
  // Limit per phone number and hour or day, also of what others sent it; limits of the account per day and month.
  'isv.BUSINESS_LIMIT_CONTROL': 'throttled',
  'isv.DAY_LIMIT_CONTROL': 'throttled',
  'isv.MONTH_LIMIT_CONTROL': 'throttled',
  // Balance, service not ordered or frozen, account, rights, region of our address.
  'isv.AMOUNT_NOT_ENOUGH': 'misconfigured',
  'isv.OUT_OF_SERVICE': 'misconfigured',
  'isv.PRODUCT_UN_SUBSCRIPT': 'misconfigured',
  'isv.PRODUCT_UNSUBSCRIBE': 'misconfigured',
  'isv.ACCOUNT_NOT_EXISTS': 'misconfigured',
  'isv.ACCOUNT_ABNORMAL': 'misconfigured',
  'isv.SECURITY_FROZEN_ACCOUNT': 'misconfigured',
  'isp.RAM_PERMISSION_DENY': 'misconfigured',
  'isv.DENY_IP_RANGE': 'misconfigured',
  // Signing: secret, key, clock (15 minutes), address of the API.
  SignatureDoesNotMatch: 'misconfigured',
  IncompleteSignature: 'misconfigured',
  'InvalidTimeStamp.Expired': 'misconfigured',
  InvalidVersion: 'misconfigured',
  'InvalidAction.NotFound': 'misconfigured',
  NoPermission: 'misconfigured',
  // Signature unknown, forbidden, not usable, not registered with the carriers.
  'isv.SMS_SIGNATURE_ILLEGAL': 'signature',
  'isv.SMS_SIGN_ILLEGAL': 'signature',
  'isv.SIGN_STATE_ILLEGAL': 'signature',
  'isv.SIGN_NAME_ILLEGAL': 'signature',
  'isv.SIGNATURE_BLACKLIST': 'signature',
  PORT_NOT_REGISTERED: 'signature',
  // Template unknown or not approved; template and signature of different kinds, or only for tests.
  'isv.SMS_TEMPLATE_ILLEGAL': 'template',
  'isv.SMS_SIGNATURE_SCENE_ILLEGAL': 'both',
  'isv.SMS_TEST_SIGN_TEMPLATE_LIMIT': 'both',
  // "System error", "calling the sending module failed", "temporary failure", "unknown error": none says that nothing was sent.
  'isp.SYSTEM_ERROR': 'ambiguous',
  'isp.GATEWAY_ERROR': 'ambiguous',
  ServiceUnavailable: 'ambiguous',
  InternalError: 'ambiguous',
  // Aliyun has seen this very request before: somebody on the way repeated it, and the first one may have been taken.
  SignatureNonceUsed: 'ambiguous',
};
/** The limit per number counts what others sent it as well: it says nothing about the account. */
const TOO_MANY_TO_ONE = 'isv.BUSINESS_LIMIT_CONTROL';
const FAMILIES: readonly (readonly [RegExp, HandOverClass])[] = [
  [/^Throttling(\.|$)/, 'throttled'],
  [/^(InvalidAccessKeyId|InvalidSecurityToken|Forbidden|MissingSecurityToken)(\.|$)/, 'misconfigured'],
  // Every other word of the service itself is about the number, the params or the content.
  [/^isv\./, 'refused'],
  [/^isp\./, 'ambiguous'],
];

function meaningOf(code: string, own: AliyunOrigin): HandOverClass | undefined {
  const meaning = Object.hasOwn(MEANING_OF_CODE, code) ? MEANING_OF_CODE[code] : undefined;
  if (meaning === 'template') return own.templateCode ? 'refused' : 'misconfigured';
  if (meaning === 'signature') return own.signName ? 'refused' : 'misconfigured';
  if (meaning === 'both') return own.templateCode || own.signName ? 'refused' : 'misconfigured';
  return meaning ?? FAMILIES.find(([family]) => family.test(code))?.[1];
}

function classOf({ status, code }: AliyunAnswer, own: AliyunOrigin): HandOverClass {
  const known = code === undefined ? undefined : meaningOf(code, own);
  if (known) return known;
  // A good status that we cannot read, and whoever answers 5xx had the request: perhaps Aliyun after taking it.
  if (status < 300 || status >= 500) return 'ambiguous';
  if (status === 429) return 'throttled';
  if (status === 408) return 'unavailable';
  if (status === 401 || status === 403) return 'misconfigured';
  // Without a code it was not Aliyun that refused: a wrong base address, a redirect, a proxy.
  return code === undefined ? 'misconfigured' : 'refused';
}

/** Translates an answer other than `OK`. `now` is epoch milliseconds, for a `Retry-After` that is a date. */
export function fromAliyunAnswer(answer: AliyunAnswer, own: AliyunOrigin, now: number = Date.now()): HandOver {
  const retryAfterMs = parseRetryAfter(answer.retryAfter, now);
  return {
    class: classOf(answer, own),
    code: answer.code ?? String(answer.status),
    detail: maskText(answer.message ?? `HTTP ${answer.status} without a message of Aliyun`),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(answer.code === TOO_MANY_TO_ONE ? { about: 'recipient' as const } : {}),
  };
}
