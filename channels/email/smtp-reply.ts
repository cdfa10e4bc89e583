import type { HandOver, HandOverClass } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';

/** What nodemailer says about a failed attempt (its errors are documented in its `errors.ts`). */
export interface SmtpFailure {
  readonly message: string;
  readonly code?: string | undefined;
  /** The command that was answered: `CONN`, `EHLO`, `STARTTLS`, `AUTH …`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  readonly command?: string | undefined;
  /** The server's reply, possibly of several lines. */
  readonly response?: string | undefined;
  readonly originalCode?: string | undefined;
}

interface Reply {
  readonly code: number;
  /** Enhanced status code of RFC 3463, or empty. */
  readonly enhanced: string;
  readonly text: string;
}

function parseReply(response: string | undefined): Reply | undefined {
  const match = /^(\d{3})(?:[ -]|$)(?:(\d\.\d{1,3}\.\d{1,3})\b)?/.exec(response ?? '');
  if (!match) return undefined;
  // A long reply repeats the codes on every line.
  const text = (response ?? '').replace(/\r?\n\d{3}[ -](\d\.\d{1,3}\.\d{1,3} )?/g, ' ');
  return { code: Number(match[1]), enhanced: match[2] ?? '', text };
}

const codeOf = (reply: Reply): string => (reply.enhanced ? `${reply.code} ${reply.enhanced}` : String(reply.code));

const SLOW_DOWN = /\brate\b|throttl|too many(?! hops)/i;
const LIMIT_REACHED = /throttl|rate limit|too many (?!hops)|(sending|daily) .{0,30}(limit|quota)/i;
const OUR_SENDER =
  /relay(ing)? (access )?(is )?(denied|not permitted|prohibited)|unable to relay|not verified|sender (address )?rejected|authentication required/i;

/** Mailbox or domain does not exist, address malformed, mailbox moved, domain takes no mail. Not 5.1.0 and 5.1.4: too vague. */
const DEAD_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10']);
const BAD_SENDER = new Set(['5.1.7', '5.1.8']);
/**
 * Of the 5.7.x replies to RCPT and DATA those that are about us: sign-in, sender or authentication (RFC 7372). The others,
 * 5.7.1 above all, are mostly this recipient's policy: parking the account for them would let one recipient stop a lane.
 */
const OUR_POLICY = new Set([3, 8, 9, 11, 13, 14, 20, 21, 22, 23, 24, 25, 26, 27].map((detail) => `5.7.${detail}`));

/** 4yz at any step, even after the data, says that the server has not taken responsibility (RFC 5321 §4.2.1). */
function temporary(reply: Reply, command: string): HandOverClass {
  if (command === 'STARTTLS') return 'unavailable';
  const throttled = reply.code === 454 || reply.enhanced.startsWith('4.7.') || SLOW_DOWN.test(reply.text);
  return throttled ? 'throttled' : 'unavailable';
}

const GREYLISTED = /gr[ae]y[- ]?list/i;

/**
 * True for a temporary reply about this recipient alone: greylisting, a mailbox that is full, busy or overrun (4.2.x), an
 * address that cannot be looked up (4.1.x), a plain 450 to RCPT. The server works, so it must not count against the account.
 * 421 and 454, and everything before RCPT TO, are about us or the server.
 */
function aboutRecipient(reply: Reply, command: string): boolean {
  if ((command !== 'RCPT TO' && command !== 'DATA') || reply.code === 421 || reply.code === 454) return false;
  if (GREYLISTED.test(reply.text) || /^4\.[12]\./.test(reply.enhanced)) return true;
  if (command === 'DATA' || SLOW_DOWN.test(reply.text)) return false;
  return reply.enhanced === '4.7.1' || (reply.enhanced === '' && reply.code === 450);
}

function permanent(reply: Reply, command: string): HandOverClass {
  // 503: the session was out of step, not the message wrong.
  if (reply.code === 503) return 'unavailable';
  if (LIMIT_REACHED.test(reply.text) || reply.enhanced === '5.7.28') return 'throttled';
  // The one thing about the mail that a server may know before RCPT TO is its size (RFC 1870).
  if (reply.code === 552 && command === 'MAIL FROM') return 'refused';
  // Until RCPT TO nothing was said about this message: it is us whom the server does not want.
  if (command !== 'RCPT TO' && command !== 'DATA') return 'misconfigured';
  if ([530, 534, 535, 538].includes(reply.code) || BAD_SENDER.has(reply.enhanced)) return 'misconfigured';
  // Too big, or the mailbox is full. RFC 3463 would have a full one answered with 4yz, and then it is tried again; a server
  // that says 5yz wants us to stop. The address is not dead.
  if (reply.code === 552) return 'refused';
  if (OUR_SENDER.test(reply.text)) return 'misconfigured';
  return OUR_POLICY.has(reply.enhanced) ? 'misconfigured' : 'refused';
}

/** nodemailer's codes for failures that no server reply explains, with ours and what they mean before the message was out. */
const WITHOUT_REPLY: Readonly<Record<string, readonly [code: string, HandOverClass]>> = {
  EDNS: ['dns', 'unavailable'],
  ETLS: ['tls', 'unavailable'],
  ETIMEDOUT: ['timeout', 'unavailable'],
  EABORT: ['aborted', 'unavailable'],
  EAUTH: ['auth', 'misconfigured'],
  ECONFIG: ['config', 'misconfigured'],
  EENVELOPE: ['envelope', 'refused'],
  EMESSAGE: ['message', 'refused'],
};
const NOT_CONNECTED = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/;
const TLS_FAILED = /CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/** A socket that failed: never connected, no TLS, or lost. */
function socketCode(originalCode: string): string {
  if (TLS_FAILED.test(originalCode)) return 'tls';
  return NOT_CONNECTED.test(originalCode) ? 'connect' : 'connection_lost';
}

function withoutReply(failure: SmtpFailure, handedOver: boolean): HandOver {
  const [code, known] = WITHOUT_REPLY[failure.code ?? ''] ?? [socketCode(failure.originalCode ?? ''), 'unavailable'];
  const answer = { code, detail: maskText(failure.message) };
  if (handedOver) return { class: 'ambiguous', ...answer };
  return { class: known, ...answer, ...(failure.code === 'EABORT' ? { about: 'worker' as const } : {}) };
}

/**
 * Translates a failed attempt. `handedOver`: the message was written to its end, so that a server may have taken it although
 * its answer was lost; a message cut short must be thrown away by the server (RFC 5321 §4.1.1.4).
 */
export function fromSmtpFailure(failure: SmtpFailure, handedOver: boolean): HandOver {
  const reply = parseReply(failure.response);
  // 2yz and 3yz in an error: the dialogue is out of step, and nothing was said about the message.
  if (!reply || reply.code < 400) return withoutReply(failure, handedOver);
  const command = failure.command ?? 'CONN';
  const answer = { code: codeOf(reply), detail: maskText(reply.text) };
  if (reply.code < 500) {
    const about = aboutRecipient(reply, command) ? { about: 'recipient' as const } : {};
    return { class: temporary(reply, command), ...answer, ...about };
  }
  const outcome = permanent(reply, command);
  const dead = outcome === 'refused' && DEAD_ADDRESS.has(reply.enhanced);
  return dead ? { class: outcome, ...answer, suppress: 'hard_bounce' } : { class: outcome, ...answer };
}

/** Translates the reply that took the message. The queue id, where the server names one, is the provider's id. */
export function fromSmtpAcceptance(response: string, queueId?: string): HandOver {
  const reply = parseReply(response);
  return {
    class: 'accepted',
    code: reply ? codeOf(reply) : '250',
    detail: maskText(reply?.text ?? response),
    ...(queueId ? { providerMessageId: queueId } : {}),
  };
}
