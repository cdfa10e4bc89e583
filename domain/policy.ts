import type { MessageType } from './lane';
import type { ContentWindow, QuietMode, Rules } from './rules';

/**
 * How a template is to be treated. Windows and caps may only narrow the live rules: of the two the stricter one counts. Absent
 * fields take the defaults of `policyOf`.
 */
export interface TemplatePolicy {
  /** Content deduplication: at most `max` equal messages to one address within `windowSeconds`. */
  readonly dedup?: ContentWindow;
  /** Daily frequency cap per address and channel. */
  readonly dailyCap?: number;
  /** Instead of what the rule says for the message type. */
  readonly quietHours?: Exclude<QuietMode, 'send'>;
  /** IANA zone of days and quiet hours, when the recipient's own zone is not known. */
  readonly timezone?: string;
  /** After a hand-over whose answer was lost: send again, or hold as `unknown`. */
  readonly onUnknown?: 'resend' | 'hold';
  /** For how long after acceptance (or `sendAt`) delivery is tried, in seconds; then `failed`. */
  readonly deliverWithinSeconds?: number;
  /** All messages of the template go by the same account, as long as that works. Default false: each draws its own. */
  readonly stickyAccount?: boolean;
  /**
   * A message with `sendAt` goes to its provider at once, which holds it until then, where the account can. Default false: we hold
   * it, and windows, caps and quiet hours count when it is let go.
   */
  readonly holdAtProvider?: boolean;
}

export interface QuietHours {
  readonly mode: QuietMode;
  readonly from: string;
  readonly until: string;
  readonly resumeAt: string;
}

export interface EffectivePolicy {
  readonly dedup: ContentWindow | null;
  readonly dailyCap: number | null;
  readonly quietHours: QuietHours;
  readonly timezone: string;
  readonly onUnknown: 'resend' | 'hold';
  readonly deliverWithinSeconds: number;
  readonly stickyAccount: boolean;
  readonly holdAtProvider: boolean;
}

/** What of a template decides its policy. */
export interface PolicySubject {
  readonly id: number;
  readonly key: string;
  readonly messageType: MessageType;
  readonly policy: TemplatePolicy;
}

const DELIVER_WITHIN_SECONDS: Record<MessageType, number> = {
  verification: 15 * 60,
  notice: 24 * 3600,
  marketing: 72 * 3600,
};

/** True when a rule's list names the template, by number or by key. */
export function namesTemplate(refs: readonly string[], { id, key }: Pick<PolicySubject, 'id' | 'key'>): boolean {
  return refs.includes(String(id)) || refs.includes(key);
}

/** The smaller number allowed, the longer window; a window with fewer per time is the stricter one. */
function stricterWindow(rule: ContentWindow | null, own: ContentWindow | undefined): ContentWindow | null {
  if (!rule || !own) return rule ?? own ?? null;
  return { max: Math.min(rule.max, own.max), windowSeconds: Math.max(rule.windowSeconds, own.windowSeconds) };
}

function stricterCap(rule: number | null, own: number | undefined): number | null {
  if (!rule || !own) return rule ?? own ?? null;
  return Math.min(rule, own);
}

/**
 * The policy in force for a template under the live rules. A verification code is rather sent twice than not at all,
 * everything else rather held than doubled.
 */
export function policyOf(template: PolicySubject, rules: Rules): EffectivePolicy {
  const { messageType, policy: own } = template;
  const { dedup, caps } = rules;
  const { from, until, resumeAt, [messageType]: mode } = rules['quiet-hours'];
  return {
    dedup: namesTemplate(dedup.exempt, template) ? null : stricterWindow(dedup[messageType], own.dedup),
    dailyCap: namesTemplate(caps.exempt, template) ? null : stricterCap(caps[messageType], own.dailyCap),
    quietHours: { mode: own.quietHours ?? mode, from, until, resumeAt },
    timezone: own.timezone ?? rules.defaults.timezone,
    onUnknown: own.onUnknown ?? (messageType === 'verification' ? 'resend' : 'hold'),
    deliverWithinSeconds: own.deliverWithinSeconds ?? DELIVER_WITHIN_SECONDS[messageType],
    stickyAccount: own.stickyAccount ?? false,
    holdAtProvider: own.holdAtProvider ?? false,
  };
}

/** Pause before the next attempt after `attempt` failed ones: 2, 4, 8 … seconds, at most five minutes, ±20 % by message. */
export function retryDelayMs(attempt: number, spread: number): number {
  const base = Math.min(300_000, 1000 * 2 ** Math.min(attempt, 9));
  return Math.round(base * (0.8 + 0.4 * spread));
}
