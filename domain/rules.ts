import type { AccountId, AppId } from './ids';
import type { Channel, Lane, MessageType } from './lane';
import type { RouteEntry } from './route';

/** At most `messages` in any `perSeconds` seconds; both whole numbers from 1. */
export interface Rate {
  readonly messages: number;
  readonly perSeconds: number;
}

/** Messages a second. */
export const perSecond = ({ messages, perSeconds }: Rate): number => messages / perSeconds;

/** At most `max` equal messages to one address in any `windowSeconds`. */
export interface ContentWindow {
  readonly max: number;
  readonly windowSeconds: number;
}

/** What happens to a message in quiet hours: it goes out all the same, ends `shielded`, or waits until they are over. */
export const QUIET_MODES = ['send', 'drop', 'wait'] as const;
export type QuietMode = (typeof QUIET_MODES)[number];

/** Templates as rules name them: the number as text, or the key. */
type TemplateRefs = readonly string[];
type PerType<T> = Readonly<Record<MessageType, T>>;

/** Content windows by message type; `null`: none. Templates in `exempt` have none at all. */
export type DedupRule = PerType<ContentWindow | null> & { readonly exempt: TemplateRefs };

/** Messages per address, channel and local day, by message type; `null`: no limit. Templates in `exempt` have none at all. */
export type CapsRule = PerType<number | null> & { readonly exempt: TemplateRefs };

/** Kill switch: what is named here ends `discarded`, queued messages too. */
export interface DiscardRule {
  readonly templates: TemplateRefs;
  readonly apps: readonly AppId[];
}

/** Local times as `HH:MM`. The quiet hours are `from` ≤ time < `until`, over midnight when `from` is later; waiting ends at `resumeAt`. */
export type QuietHoursRule = PerType<QuietMode> & {
  readonly from: string;
  readonly until: string;
  readonly resumeAt: string;
};

/** Rates beyond those that accounts have: an account's here wins over its own; `null` lifts it. A message must pass all of them. */
export interface FlowRule {
  readonly accounts: Readonly<Record<AccountId, Rate | null>>;
  readonly channels: Readonly<Partial<Record<Channel, Rate>>>;
  readonly apps: Readonly<Record<AppId, Rate>>;
}

/** The accounts that serve each lane, in failover order. */
export type RoutesRule = Readonly<Partial<Record<Lane, readonly RouteEntry[]>>>;

/** When an account is taken out of use because its provider fails, and how it comes back. */
export interface BreakerRule {
  /** Opens when, of at least `minAttempts` answers within `windowSeconds`, this share (0 to 1) were failures. */
  readonly windowSeconds: number;
  readonly minAttempts: number;
  readonly failureShare: number;
  /** For how long it stays open before one attempt probes; doubles with each failed probe up to `maxOpenSeconds`. */
  readonly openSeconds: number;
  readonly maxOpenSeconds: number;
  /** After a good probe the account's share rises from a tenth to all of it within this time. */
  readonly rampSeconds: number;
}

/** Attachments are fetched from these hosts only, over https; the sum of those of one mail is at most `maxBytes`. */
export interface AttachmentsRule {
  readonly hosts: readonly string[];
  readonly maxBytes: number;
}

/** Where neither recipient nor template says it: region of national phone numbers (ISO 3166-1 alpha-2) and IANA zone. */
export interface DefaultsRule {
  readonly region: string;
  readonly timezone: string;
}

/** Which changes wait until a second person has approved them; everything else takes effect at once. */
export interface ApprovalRule {
  /** Versions of templates, their names and their policies. */
  readonly templates: boolean;
  /** Campaigns with more recipients than this; `null`: none. */
  readonly campaignsOver: number | null;
  /** Live rules and routes, this rule too. */
  readonly rules: boolean;
  /** Accounts of providers. */
  readonly accounts: boolean;
}

/** Every live setting, by the name it has in `/v1/rules/:name`. */
export interface Rules {
  readonly dedup: DedupRule;
  readonly caps: CapsRule;
  readonly discard: DiscardRule;
  readonly 'quiet-hours': QuietHoursRule;
  readonly flow: FlowRule;
  readonly routes: RoutesRule;
  readonly breaker: BreakerRule;
  readonly attachments: AttachmentsRule;
  readonly defaults: DefaultsRule;
  readonly approval: ApprovalRule;
}

export type RuleName = keyof Rules;
export const RULE_NAMES = [
  'dedup',
  'caps',
  'discard',
  'quiet-hours',
  'flow',
  'routes',
  'breaker',
  'attachments',
  'defaults',
  'approval',
] as const satisfies readonly RuleName[];

/** The rules in force in this process. An activity asks once and goes by the answer to its end. */
export interface LiveRules {
  current(): Rules;
}

const WINDOW: ContentWindow = { max: 1, windowSeconds: 300 };

/** The rules as long as nobody has set any. */
export function defaultRules(defaults: DefaultsRule): Rules {
  return {
    dedup: { notice: WINDOW, marketing: WINDOW, verification: WINDOW, exempt: [] },
    caps: { notice: 5, marketing: 5, verification: null, exempt: [] },
    discard: { templates: [], apps: [] },
    'quiet-hours': {
      from: '00:00',
      until: '08:00',
      resumeAt: '09:00',
      notice: 'send',
      marketing: 'send',
      verification: 'send',
    },
    flow: { accounts: {}, channels: {}, apps: {} },
    routes: {},
    breaker: {
      windowSeconds: 30,
      minAttempts: 10,
      failureShare: 0.5,
      openSeconds: 30,
      maxOpenSeconds: 300,
      rampSeconds: 60,
    },
    attachments: { hosts: [], maxBytes: 10 * 1024 * 1024 },
    defaults,
    approval: { templates: false, campaignsOver: null, rules: false, accounts: false },
  };
}
