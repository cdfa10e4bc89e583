import type { Logger } from '../config/logger';
import type { Stores } from '../db/database';
import type { Account } from '../db/stores/account-store';
import type { WaitingMessage } from '../db/stores/waiting-store';
import { healthOf, HEALTH_STATES, rampTime, type AccountHealth, type BreakerState } from '../domain/account-health';
import type { AccountId, DispatchId } from '../domain/ids';
import { LANES, partsOfLane, type Lane } from '../domain/lane';
import type { RouteEntry } from '../domain/route';
import type { LiveRules } from '../domain/rules';
import type { CircuitBreaker } from '../limits/circuit-breaker';
import type { RelayMetrics } from './relay-metrics';

export interface AccountRecoveryOptions {
  readonly stores: Pick<Stores, 'accounts' | 'apps' | 'routes' | 'waiting'>;
  readonly breaker: Pick<CircuitBreaker, 'read'>;
  readonly rules: LiveRules;
  /** Makes the workflows of these dispatches look again which of their messages are due. */
  readonly wake: (dispatchIds: readonly DispatchId[]) => Promise<void>;
  readonly metrics: Pick<RelayMetrics, 'accountState' | 'recovered'>;
  readonly log: Logger;
}

/** Sees accounts come back, and lets what waits for them go on. */
export interface AccountRecovery {
  /** One look at all accounts. Any number of processes may look. */
  look(): Promise<void>;
}

/** Messages read, brought forward and woken at a time; an account that is back at once takes so many each second. */
const SLICE = 500;
const SLICE_MS = 1_000;
/** Workers know the accounts as they were up to a second ago: what they looked at sooner they would put off again. */
const WORKERS_KNOW_MS = 1_500;
/** What they have put off all the same is brought forward by a second pass after this. */
const SECOND_PASS_MS = 3_000;
/** So that one look does not keep the next waiting. */
const SLICES_A_LOOK = 10;

/** How far a lane is served: by no account, by some that are coming back, by one that takes everything. */
type Level = 0 | 1 | 2;
type Known = ReadonlyMap<AccountId, AccountHealth>;

export function createAccountRecovery(options: AccountRecoveryOptions): AccountRecovery {
  const { stores, breaker, rules, metrics } = options;
  // A process that has just started does not know what was before: it looks at what waits once.
  const served = new Map<Lane, { readonly level: Level; readonly marks: string; readonly againAt: number }>();
  const releases = new Map<Lane, AsyncGenerator<'go on' | 'pause'>>();

  async function look(): Promise<void> {
    const at = Date.now();
    const rule = rules.current().breaker;
    const accounts = await stores.accounts.list();
    const states = await breaker.read(accounts, rule, at).catch(() => undefined);
    const health = new Map(accounts.map((account, i) => [account.id, healthOf(account, states?.[i], rule, at)]));
    showStates(metrics, accounts, health);
    await unpark(options, accounts, states);
    const marks = new Map(accounts.map((account, i) => [account.id, markOf(account, states?.[i])]));
    const routes = await stores.routes.all();
    for (const lane of LANES) {
      const entries = routes.get(lane) ?? [];
      const now = { level: levelOf(entries, health), marks: entries.map((e) => marks.get(e.accountId)).join(' ') };
      const before = served.get(lane) ?? { level: 0, marks: '', againAt: Infinity };
      const better = now.level > before.level || (now.level === before.level && now.marks !== before.marks);
      if (now.level > 0 && (better || before.againAt <= at)) {
        releases.set(lane, release(options, lane, entries, health, at + WORKERS_KNOW_MS));
      }
      if (now.level === 0) releases.delete(lane);
      const againAt = better ? at + SECOND_PASS_MS : before.againAt;
      served.set(lane, { ...now, againAt: againAt <= at ? Infinity : againAt });
    }
    for (const [lane, slices] of releases) {
      for (let n = 0; n < SLICES_A_LOOK; n++) {
        const step = await slices.next();
        if (step.done) releases.delete(lane);
        if (step.done || step.value === 'pause') break;
      }
    }
  }
  return { look };
}

/** Another one means that the account has come into another state, perhaps through some that no look has seen. */
const markOf = ({ revision, override }: Account, state: BreakerState | undefined): string =>
  [revision, override.at?.getTime(), state?.since].join(':');

function levelOf(entries: readonly RouteEntry[], health: Known): Level {
  const share = Math.max(0, ...entries.map(({ accountId }) => health.get(accountId)?.share ?? 0));
  if (share === 0) return 0;
  return share < 1 ? 1 : 2;
}

const yes = (): boolean => true;
const no = (): boolean => false;

function showStates({ accountState }: AccountRecoveryOptions['metrics'], accounts: readonly Account[], health: Known) {
  accountState.reset();
  for (const { id: account, provider } of accounts) {
    const current = health.get(account)?.state;
    for (const state of HEALTH_STATES) accountState.set({ account, provider, state }, state === current ? 1 : 0);
  }
}

/** A probe that was answered well takes back the provider's word that the account is broken. */
async function unpark(
  { stores, log }: AccountRecoveryOptions,
  accounts: readonly Account[],
  states: readonly BreakerState[] | undefined,
): Promise<void> {
  for (const [i, { id, parked }] of accounts.entries()) {
    const state = states?.[i];
    if (!parked || !state || state.since <= parked.at.getTime()) continue;
    if (state.state !== 'ramping' && state.state !== 'closed') continue;
    if (await stores.accounts.unpark(id, new Date(state.since)))
      log.info({ accountId: id }, 'account is parked no more');
  }
}

/**
 * Brings what waits for a lane's accounts forward, to `from` at the soonest, a slice at each step: to its place in the ramp of an account that is coming
 * back, or, when one takes everything, so many a second. Verification codes do not wait for a ramp.
 */
async function* release(
  { stores, wake, metrics, log }: AccountRecoveryOptions,
  lane: Lane,
  entries: readonly RouteEntry[],
  health: Known,
  from: number,
): AsyncGenerator<'go on' | 'pause'> {
  const ramps = partsOfLane(lane).messageType !== 'verification' && levelOf(entries, health) < 2;
  let seen = 0;
  const planOf = ({ id }: WaitingMessage): number => {
    if (!ramps) return from + Math.floor(seen++ / SLICE) * SLICE_MS;
    const places = entries.flatMap(({ accountId }) => {
      const known = health.get(accountId);
      if (known?.state !== 'ramping' || known.since === null || known.until === null) return [];
      return [rampTime(id, accountId, known.since, known.until - known.since)];
    });
    return Math.max(from, Math.min(...places));
  };
  let released = 0;
  for (const { id: appId } of await stores.apps.list()) {
    for (let after: WaitingMessage['id'] | undefined; ;) {
      const page = await stores.waiting.list({ appId, lane, reason: 'provider_down' }, after, SLICE);
      // What comes within a second all the same is left alone, also because another process may have planned it.
      const sooner = page.flatMap((message) => {
        const dueAt = planOf(message);
        return message.dueAt.getTime() > dueAt + SLICE_MS ? [{ ...message, dueAt: new Date(dueAt) }] : [];
      });
      const brought = await stores.waiting.hasten('provider_down', sooner);
      const dispatches = [...new Set(sooner.map(({ dispatchId }) => dispatchId))];
      // Brought forward but asleep they would come at their old times: it does not go on before they are woken.
      while (brought > 0 && !(await wake(dispatches).then(yes, no))) yield 'pause';
      metrics.recovered.inc({ lane }, brought);
      released += brought;
      yield 'go on';
      if (page.length < SLICE) break;
      after = page.at(-1)?.id;
    }
  }
  if (released > 0) log.info({ lane, messages: released }, 'an account is back: messages that waited for it go on');
}
