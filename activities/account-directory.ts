import type { Account } from '../db/stores/account-store';
import type { Sender } from '../channels/channel';
import type { BreakerState } from '../domain/account-health';
import { groupBy } from '../domain/group-by';
import type { HandOver } from '../domain/hand-over';
import type { AccountId } from '../domain/ids';
import type { Lane } from '../domain/lane';
import type { BreakerAnswer } from '../limits/circuit-breaker';
import type { ActivityDeps } from './deps';
import { createLaneAccounts, type LaneAccounts } from './lane-accounts';
import { createSlots, type Slots } from './slots';

/** An answer as its account's health hears of it. Times are epoch milliseconds. */
export interface AccountAnswer {
  readonly accountId: AccountId;
  /** `<messageId>:<attempt>` */
  readonly ticket: string;
  readonly answer: HandOver;
  /** Of the account, when the attempt was made; absent when that is not known. */
  readonly revision?: number | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface AccountDirectory {
  ofLane(lane: Lane): Promise<LaneAccounts>;
  /** The open account; opened on first use and anew when its settings have changed. */
  open(id: AccountId): Promise<OpenAccount>;
  /**
   * Tells the breaker what the answers say about their accounts, and parks those that their provider calls broken. Rejects only
   * when MySQL is away; without Redis nothing is counted.
   */
  report(answers: readonly AccountAnswer[]): Promise<void>;
  close(): Promise<void>;
}

/** Changes of routes and accounts take effect within this time. */
const FRESH_MS = 1_000;
/** A provider that asks for a longer pause is asked again all the same. */
const MAX_HOLD_MS = 3_600_000;

export interface OpenAccount {
  readonly revision: number;
  readonly sender: Sender;
  /** One slot for each hand-over the account can take at once, shared by all dispatches of this process. */
  readonly slots: Slots;
}

type Deps = Pick<ActivityDeps, 'stores' | 'openSender' | 'breaker' | 'rules' | 'metrics' | 'log'>;

export function createAccountDirectory(deps: Deps): AccountDirectory {
  const lanes = new Map<Lane, { readonly until: number; readonly accounts: Promise<LaneAccounts> }>();
  const accountsSeen = new Map<AccountId, Account>();
  const senders = new Map<AccountId, Promise<OpenAccount>>();

  async function load(lane: Lane): Promise<LaneAccounts> {
    const entries = await deps.stores.routes.get(lane);
    const accounts = entries.length ? await deps.stores.accounts.getMany(entries.map((entry) => entry.accountId)) : [];
    for (const account of accounts) accountsSeen.set(account.id, account);
    const rule = deps.rules.current().breaker;
    const states = await readBreaker(deps, accounts);
    const known = new Map(accounts.map((account, i) => [account.id, { account, breaker: states?.[i] }]));
    const claimProbe = (account: Account, tickets: readonly string[], now: number): Promise<string | undefined> =>
      deps.breaker.claimProbe(account, tickets, account.parked?.at.getTime() ?? 0, now).catch(() => undefined);
    return createLaneAccounts({ entries, known, rule, claimProbe });
  }

  async function openAccount(account: Account): Promise<OpenAccount> {
    const secrets = await deps.stores.accounts.secretsOf(account.id);
    const sender = deps.openSender(account, secrets);
    return { revision: account.revision, sender, slots: createSlots(sender.concurrency) };
  }

  return {
    ofLane(lane) {
      const known = lanes.get(lane);
      if (known && known.until > Date.now()) return known.accounts;
      const accounts = load(lane);
      lanes.set(lane, { until: Date.now() + FRESH_MS, accounts });
      accounts.catch(() => lanes.delete(lane));
      return accounts;
    },
    async open(id) {
      const account = accountsSeen.get(id) ?? (await deps.stores.accounts.get(id));
      if (!account) throw new Error(`There is no account ${id}.`);
      const known = senders.get(id);
      if (known && (await known).revision === account.revision) return known;
      const opened = openAccount(account);
      senders.set(id, opened);
      opened.catch(() => senders.delete(id));
      if (known) void known.then(({ sender }) => sender.close()).catch(logClose(deps));
      return opened;
    },
    async report(answers) {
      for (const [id, group] of groupBy(answers, ({ accountId }) => accountId)) {
        const account = accountsSeen.get(id) ?? (await deps.stores.accounts.get(id));
        if (account && (await reportAccount(deps, account, group))) lanes.clear();
      }
    },
    async close() {
      for (const opened of senders.values()) await opened.then(({ sender }) => sender.close()).catch(logClose(deps));
      senders.clear();
    },
  };
}

/** `undefined` while Redis is away. */
async function readBreaker(deps: Deps, accounts: readonly Account[]): Promise<BreakerState[] | undefined> {
  try {
    return await deps.breaker.read(accounts, deps.rules.current().breaker, Date.now());
  } catch (error) {
    deps.log.debug({ err: error }, 'Redis is away: accounts are used as if all of them worked');
    return undefined;
  }
}

/** True when the account may be in another state now. */
async function reportAccount(deps: Deps, account: Account, group: readonly AccountAnswer[]): Promise<boolean> {
  const now = Date.now();
  const answers = group.map((item) => breakerAnswerOf(item, account.revision, now));
  // In MySQL first: that the account is broken must outlive Redis.
  const broken = answers.find(({ kind }) => kind === 'broken');
  if (broken) await park(deps, account, broken);
  try {
    const became = await deps.breaker.report(account, deps.rules.current().breaker, answers, now);
    if (became === 'opened') {
      deps.metrics.breakerOpened.inc({ provider: account.provider });
      deps.log.warn({ accountId: account.id, provider: account.provider }, 'account out of use: too many failures');
    }
    if (became === 'ramping') deps.log.info({ accountId: account.id }, 'account works again and is coming back');
    return became !== undefined || broken !== undefined || answers.some(({ heldUntil }) => heldUntil !== undefined);
  } catch (error) {
    deps.log.debug({ err: error, accountId: account.id }, 'Redis is away: answers not counted');
    return broken !== undefined;
  }
}

async function park(deps: Deps, { id, provider }: Account, { words, revision }: BreakerAnswer): Promise<void> {
  if (!(await deps.stores.accounts.park(id, words, revision))) return;
  deps.metrics.parked.inc({ provider });
  deps.log.error(
    { accountId: id, provider, reason: words },
    'account parked: its provider reports it as broken; correct it and verify it',
  );
}

function breakerAnswerOf(item: AccountAnswer, current: number, now: number): BreakerAnswer {
  const { ticket, answer, revision = current, startedAt, endedAt } = item;
  const { code, detail, retryAfterMs } = answer;
  const heldUntil = endedAt + Math.min(retryAfterMs ?? 0, MAX_HOLD_MS);
  const holds = answer.class === 'throttled' && !answer.about && heldUntil > now;
  return {
    ticket,
    kind: kindOf(answer),
    revision,
    startedAt,
    endedAt,
    ...(holds ? { heldUntil } : {}),
    words: detail.includes(code) ? detail : `${code} ${detail}`,
  };
}

/** A doubt counts as a failure: a provider that lets answers get lost makes `unknown` of every message it is given. */
function kindOf(answer: HandOver): BreakerAnswer['kind'] {
  if (answer.class === 'accepted' || answer.class === 'refused') return 'good';
  if (answer.about) return 'neutral';
  return answer.class === 'misconfigured' ? 'broken' : 'bad';
}

const logClose =
  ({ log }: Pick<ActivityDeps, 'log'>) =>
  (error: unknown): void => {
    log.warn({ err: error }, 'an account did not close cleanly');
  };
