import type { Account } from '../db/stores/account-store';
import { healthOf, isProbeDue, rampTime, takes, type AccountHealth, type BreakerState } from '../domain/account-health';
import type { AccountId, MessageId, TemplateId } from '../domain/ids';
import { chooseAccount, type AccountChoice, type RouteEntry } from '../domain/route';
import type { BreakerRule, Rate } from '../domain/rules';

/** A message that asks for an account. */
export interface AccountAsk {
  readonly messageId: MessageId;
  /** Which attempt it will be, from 1. */
  readonly attempt: number;
  readonly templateId: TemplateId;
  /** By the same account as all messages of the template. */
  readonly sticky: boolean;
  /** Does not wait for an account that is coming back, where there is no other: a late code is worth nothing. */
  readonly urgent: boolean;
}

/** No account takes the message now. */
export interface NoAccount {
  /** When to ask again, epoch milliseconds. */
  readonly until: number;
  readonly because: string;
}

/** The accounts that serve one lane, as they were less than a second ago. */
export interface LaneAccounts {
  /** See domain/route.ts and domain/account-health.ts; answers in the order of the asks. */
  choose(asks: readonly AccountAsk[]): Promise<(AccountChoice | NoAccount)[]>;
  /** False when the account has gone out of use since it was chosen. */
  stillTakes(choice: AccountChoice): boolean;
  /** Whether the route names this account, or, without one, any. */
  serves(id?: AccountId): boolean;
  /** How many accounts of the route are usable; the one that was tried counts among them, whatever has become of it. */
  usableWith(tried?: AccountId): number;
  /** How an account is, in words. */
  problemOf(id: AccountId): string;
  rateOf(id: AccountId): Rate | null;
  nameOf(id: AccountId): string;
  providerOf(id: AccountId): string;
}

export interface KnownAccount {
  readonly account: Account;
  /** `undefined` while Redis is away. */
  readonly breaker: BreakerState | undefined;
}

export interface LaneAccountsOptions {
  readonly entries: readonly RouteEntry[];
  readonly known: ReadonlyMap<AccountId, KnownAccount>;
  readonly rule: BreakerRule;
  /** See limits/circuit-breaker.ts; `undefined` also while Redis is away. */
  readonly claimProbe: (account: Account, tickets: readonly string[], now: number) => Promise<string | undefined>;
}

/** While nothing says when an account comes back, its messages are looked at again after this. */
export const NO_ACCOUNT_PAUSE_MS = 30_000;
/** Time for a probe to be answered, before others that wait for it look again. */
const PROBE_ANSWER_MS = 5_000;
/** What waits for the end of a hold comes back spread over this. */
const HOLD_SPREAD_MS = 10_000;
const MAX_WORDS = 500;

export const ticketOf = (messageId: MessageId, attempt: number): string => `${messageId}:${attempt}`;

export function createLaneAccounts(options: LaneAccountsOptions): LaneAccounts {
  const { entries, known, rule } = options;
  const nameOf = (id: AccountId): string => known.get(id)?.account.name ?? id;
  const healthAt = (id: AccountId, now: number): AccountHealth | undefined => {
    const found = known.get(id);
    return found && healthOf(found.account, found.breaker, rule, now);
  };
  function chooseOne(ask: AccountAsk, now: Moment): AccountChoice | undefined {
    const key = ask.sticky ? `template ${ask.templateId}` : ask.messageId;
    const choose = (usable: (health: AccountHealth, id: AccountId) => boolean): AccountChoice | undefined => {
      const isUsable = (id: AccountId): boolean => {
        const health = now.health.get(id);
        return health !== undefined && usable(health, id);
      };
      const choice = chooseAccount(entries, isUsable, key, ask.attempt);
      if (!choice) return undefined;
      const sticky = ask.sticky && ask.attempt === 1 && entries.length > 1 ? ', the same for all of its template' : '';
      const aside = entries.flatMap(({ accountId: id }) => (isUsable(id) ? [] : [now.problems.get(id) ?? '']));
      return { ...choice, why: [choice.why + sticky, ...aside].join('; ').slice(0, MAX_WORDS) };
    };
    const choice = choose((health, id) => takes(health, ask.messageId, id));
    return choice ?? (ask.urgent ? choose(({ share }) => share > 0) : undefined);
  }

  return {
    async choose(asks) {
      const now = momentOf(options, Date.now());
      const probes = await claimProbes(options, asks, now);
      let waiting = 0;
      return asks.map((ask) => {
        const probed = probes.get(ticketOf(ask.messageId, ask.attempt));
        if (probed) {
          const why = `probe: ${now.problems.get(probed) ?? ''}`.slice(0, MAX_WORDS);
          return { accountId: probed, why, probe: true as const };
        }
        return chooseOne(ask, now) ?? noAccount(options, ask.messageId, waiting++ === 0, now);
      });
    },
    stillTakes: ({ accountId, probe }) => probe ?? (healthAt(accountId, Date.now())?.share ?? 0) > 0,
    serves: (id) => entries.some((entry) => id === undefined || entry.accountId === id),
    usableWith(tried) {
      const { health } = momentOf(options, Date.now());
      return entries.filter(({ accountId: id }) => id === tried || (health.get(id)?.share ?? 0) > 0).length;
    },
    problemOf: (id) => momentOf(options, Date.now()).problems.get(id) ?? '',
    rateOf: (id) => known.get(id)?.account.rate ?? null,
    nameOf,
    providerOf: (id) => known.get(id)?.account.provider ?? 'unknown',
  };
}

/** The accounts of the route at one moment: how each is, and in words. */
interface Moment {
  readonly at: number;
  readonly health: ReadonlyMap<AccountId, AccountHealth>;
  readonly problems: ReadonlyMap<AccountId, string>;
}

function momentOf({ entries, known, rule }: LaneAccountsOptions, at: number): Moment {
  const health = new Map<AccountId, AccountHealth>();
  const problems = new Map<AccountId, string>();
  for (const { accountId } of entries) {
    const found = known.get(accountId);
    if (!found) continue;
    const now = healthOf(found.account, found.breaker, rule, at);
    health.set(accountId, now);
    problems.set(accountId, problemWords(found.account.name, now));
  }
  return { at, health, problems };
}

/**
 * Whoever of the asks may probe an account, by ticket. Asks the breaker only where one may be due. While another account is
 * usable only first attempts probe, else those with the fewest: a message is not the probe again and again.
 */
async function claimProbes(
  { entries, known, claimProbe }: LaneAccountsOptions,
  asks: readonly AccountAsk[],
  { at: now, health }: Moment,
): Promise<Map<string, AccountId>> {
  const probes = new Map<string, AccountId>();
  const othersWork = [...health.values()].some(({ share }) => share > 0);
  const byAttempt = [...asks].sort((a, b) => a.attempt - b.attempt);
  for (const { accountId } of entries) {
    const found = known.get(accountId);
    const state = health.get(accountId);
    if (!found?.breaker || !state) continue;
    const holder = found.breaker.probe;
    const tickets = byAttempt
      .map((ask) => ({ attempt: ask.attempt, ticket: ticketOf(ask.messageId, ask.attempt) }))
      .filter(({ attempt, ticket }) => !probes.has(ticket) && (attempt === 1 || !othersWork || ticket === holder))
      .map(({ ticket }) => ticket);
    const asksAgain = state.state === 'half_open' && tickets.includes(holder);
    if (tickets.length === 0 || (!isProbeDue(state, now) && !asksAgain)) continue;
    const probe = await claimProbe(found.account, tickets, now);
    if (probe) probes.set(probe, accountId);
  }
  return probes;
}

/**
 * When a message that found no account asks again: when the first of them may be back. One of a round comes in time to probe; the
 * others come when the probe should have been answered, each at its place in the ramp, so that they do not come at once.
 */
function noAccount(
  { entries, rule }: LaneAccountsOptions,
  messageId: MessageId,
  first: boolean,
  { at: now, health, problems }: Moment,
): NoAccount {
  if (entries.length === 0) return { until: now + NO_ACCOUNT_PAUSE_MS, because: 'no route is set for this lane' };
  const rampMs = rule.rampSeconds * 1000;
  const times = [...health].map(([accountId, one]) => backAt(one, { messageId, accountId, first, rampMs, now }));
  const until = times.length > 0 ? Math.min(...times) : now + NO_ACCOUNT_PAUSE_MS;
  return { until: Math.max(until, now + 1_000), because: [...problems.values()].join('; ').slice(0, MAX_WORDS) };
}

interface Asker {
  readonly messageId: MessageId;
  readonly accountId: AccountId;
  readonly first: boolean;
  readonly rampMs: number;
  readonly now: number;
}

function backAt({ state, since, until }: AccountHealth, { messageId, accountId, first, rampMs, now }: Asker): number {
  const place = (from: number, spreadMs: number): number =>
    first ? from : rampTime(messageId, accountId, from, spreadMs);
  if (until === null) return now + NO_ACCOUNT_PAUSE_MS;
  if (state === 'ramping') return rampTime(messageId, accountId, since ?? now, rampMs);
  if (state === 'held') return place(until, HOLD_SPREAD_MS);
  if (state === 'half_open' || until <= now) return place(now + PROBE_ANSWER_MS, rampMs);
  return first ? until : place(until + PROBE_ANSWER_MS, rampMs);
}

const STATE_WORDS = { closed: 'in use', open: 'open', half_open: 'being probed', ramping: 'coming back', held: 'held' };

function problemWords(name: string, { state, until, because, share }: AccountHealth): string {
  const part = state === 'ramping' ? ` (${Math.round(share * 100)} % of its messages)` : '';
  const time = until === null || state === 'half_open' ? '' : ` until ${utcTime(until)}`;
  return `account ${name} is ${STATE_WORDS[state]}${part}${time}${because ? `: ${because}` : ''}`;
}

const utcTime = (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;
