import type { BreakerState } from '../domain/account-health';
import type { AccountId } from '../domain/ids';
import type { BreakerRule } from '../domain/rules';
import type { RedisClient } from '../redis/create-redis';
import type { RedisKeys } from '../redis/keys';
import { createScript } from '../redis/script';
import { CLAIM_PROBE, READ, REPORT } from './breaker-scripts';

/** An account as the breaker knows it: a higher revision begins anew, closed. */
export interface BreakerSubject {
  readonly id: AccountId;
  readonly revision: number;
}

/** What an attempt says about its account. Times are epoch milliseconds. */
export interface BreakerAnswer {
  /** `<messageId>:<attempt>`; the same one counts once. */
  readonly ticket: string;
  /** The account works; it fails; its provider calls it broken; or nothing is said about it. */
  readonly kind: 'good' | 'bad' | 'broken' | 'neutral';
  /** The revision with which it was made: answers to older settings do not count. */
  readonly revision: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The provider asked for no new hand-over before this time. */
  readonly heldUntil?: number;
  /** The answer in the provider's words, without personal data. */
  readonly words: string;
}

/** Whether accounts work, shared by all workers. All methods reject with `RedisAwayError` when Redis is away. */
export interface CircuitBreaker {
  /** Counts the answers of one account, in one call for up to 500; tells what it became, to the one caller whose answers did it. */
  report(
    account: BreakerSubject,
    rule: BreakerRule,
    answers: readonly BreakerAnswer[],
    now: number,
  ): Promise<'opened' | 'ramping' | undefined>;
  /**
   * Which of the tickets may probe an open account whose time has come, if any: one over all workers, and that one again when
   * it asks again. It has `PROBE_LIMIT_MS`, after which another may. `parkedAt`: since when MySQL knows that the provider calls the
   * account broken, 0 for never.
   */
  claimProbe(
    account: BreakerSubject,
    tickets: readonly string[],
    parkedAt: number,
    now: number,
  ): Promise<string | undefined>;
  /** In the order of `accounts`. */
  read(accounts: readonly BreakerSubject[], rule: BreakerRule, now: number): Promise<BreakerState[]>;
}

/** Longer than a hand-over may take with the usual timeouts: a probe that takes longer, or whose worker died, is given up. */
export const PROBE_LIMIT_MS = 90_000;

/** A script call holds up Redis for a few milliseconds at most. */
const ANSWERS_PER_CALL = 500;

export function createCircuitBreaker(redis: RedisClient, keys: RedisKeys): CircuitBreaker {
  const reportScript = createScript(redis, REPORT);
  const claimScript = createScript(redis, CLAIM_PROBE);
  const readScript = createScript(redis, READ);
  const keysOf = (id: AccountId): string[] => [
    keys.breaker(id, 'state'),
    keys.breaker(id, 'answers'),
    keys.breaker(id, 'failures'),
  ];
  return {
    async report({ id, revision }, rule, answers, now) {
      const times = [rule.openSeconds, rule.maxOpenSeconds, rule.rampSeconds].map((seconds) => seconds * 1000);
      const fixed = [now, revision, rule.windowSeconds * 1000, rule.minAttempts, rule.failureShare, ...times];
      let became: 'opened' | 'ramping' | undefined;
      for (let from = 0; from < answers.length; from += ANSWERS_PER_CALL) {
        const part = answers.slice(from, from + ANSWERS_PER_CALL);
        const args = part.flatMap(({ ticket, kind, revision: made, startedAt, endedAt, heldUntil = 0, words }) => [
          ticket,
          kind,
          made,
          startedAt,
          endedAt,
          heldUntil,
          words,
        ]);
        const answer = (await reportScript(keysOf(id), [...fixed, ...args])) as 'opened' | 'ramping' | '';
        became = answer || became;
      }
      return became;
    },
    async claimProbe({ id, revision }, tickets, parkedAt, now) {
      if (tickets.length === 0) return undefined;
      const probe = await claimScript(keysOf(id), [now, revision, PROBE_LIMIT_MS, parkedAt, ...tickets]);
      return (probe as string) || undefined;
    },
    read: (accounts, rule, now) =>
      Promise.all(
        accounts.map(async ({ id, revision }) =>
          toState(await readScript(keysOf(id), [now, revision, rule.windowSeconds * 1000])),
        ),
      ),
  };
}

function toState(answer: unknown): BreakerState {
  const texts = (answer as (string | number)[]).map(String);
  const text = (place: number): string => texts[place] ?? '';
  return {
    state: (text(0) || 'closed') as BreakerState['state'],
    since: Number(text(1)),
    until: Number(text(2)),
    cause: (text(3) || 'failures') as BreakerState['cause'],
    words: text(4),
    attempts: Number(text(5)),
    failures: Number(text(6)),
    heldUntil: Number(text(7)),
    heldWords: text(8),
    probe: text(9),
  };
}
