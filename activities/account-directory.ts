import type { Account } from '../db/stores/account-store';
import type { Sender } from '../channels/channel';
import type { AccountId } from '../domain/ids';
import type { Lane } from '../domain/lane';
import { chooseAccount, type AccountChoice, type RouteEntry } from '../domain/route';
import type { FlowRate } from '../limits/flow-control';
import type { ActivityDeps } from './deps';
import { createSlots, type Slots } from './slots';

/** The accounts that serve one lane, as they were less than a second ago. */
export interface LaneAccounts {
  /** See domain/route.ts; `undefined` when no account is usable. */
  choose(messageId: string, attempt: number): AccountChoice | undefined;
  /** How many accounts of the route are usable. */
  readonly usable: number;
  /** Whether the route names this account, or, without one, any. */
  serves(id?: AccountId): boolean;
  /** Why no account is usable, in words. */
  problem(): string;
  rateOf(id: AccountId): FlowRate | null;
  nameOf(id: AccountId): string;
  providerOf(id: AccountId): string;
}

export interface AccountDirectory {
  ofLane(lane: Lane): Promise<LaneAccounts>;
  /** The open account; opened on first use and anew when its settings have changed. */
  open(id: AccountId): Promise<OpenAccount>;
  /** Stops using an account because its provider says that it is broken. */
  park(id: AccountId, reason: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A parked account is not used for this long, then tried again: by the next attempt, which parks it anew if it is still
 * broken. A change of its settings or a successful verification ends the pause at once.
 */
const PARKED_MS = 300_000;

/** Changes of routes and accounts take effect within this time. */
const FRESH_MS = 1_000;

export interface OpenAccount {
  readonly revision: number;
  readonly sender: Sender;
  /** One slot for each hand-over the account can take at once, shared by all dispatches of this process. */
  readonly slots: Slots;
}

export function createAccountDirectory(
  deps: Pick<ActivityDeps, 'stores' | 'openSender' | 'metrics' | 'log'>,
): AccountDirectory {
  const lanes = new Map<Lane, { readonly until: number; readonly accounts: Promise<LaneAccounts> }>();
  const revisions = new Map<AccountId, Account>();
  const senders = new Map<AccountId, Promise<OpenAccount>>();

  async function load(lane: Lane): Promise<LaneAccounts> {
    const entries = await deps.stores.routes.get(lane);
    const accounts = entries.length ? await deps.stores.accounts.getMany(entries.map((entry) => entry.accountId)) : [];
    for (const account of accounts) revisions.set(account.id, account);
    return laneAccounts(entries, new Map(accounts.map((account) => [account.id, account])));
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
      const account = revisions.get(id) ?? (await deps.stores.accounts.get(id));
      if (!account) throw new Error(`There is no account ${id}.`);
      const known = senders.get(id);
      if (known && (await known).revision === account.revision) return known;
      const opened = openAccount(account);
      senders.set(id, opened);
      opened.catch(() => senders.delete(id));
      if (known) void known.then(({ sender }) => sender.close()).catch(logClose(deps));
      return opened;
    },
    async park(id, reason) {
      lanes.clear();
      if (!(await deps.stores.accounts.park(id, reason))) return;
      const provider = revisions.get(id)?.provider ?? 'unknown';
      deps.metrics.parked.inc({ provider });
      deps.log.error(
        { accountId: id, provider, reason },
        'account parked: its provider reports it as broken; correct it and verify it',
      );
    },
    async close() {
      for (const opened of senders.values()) await opened.then(({ sender }) => sender.close()).catch(logClose(deps));
      senders.clear();
    },
  };
}

const logClose =
  ({ log }: Pick<ActivityDeps, 'log'>) =>
  (error: unknown): void => {
    log.warn({ err: error }, 'an account did not close cleanly');
  };

function laneAccounts(entries: readonly RouteEntry[], accounts: ReadonlyMap<AccountId, Account>): LaneAccounts {
  const isUsable = (id: AccountId): boolean => {
    const account = accounts.get(id);
    return account !== undefined && (!account.parked || account.parked.at.getTime() + PARKED_MS <= Date.now());
  };
  const usable = entries.filter((entry) => isUsable(entry.accountId)).length;
  return {
    usable,
    serves: (id) => entries.some((entry) => id === undefined || entry.accountId === id),
    choose: (messageId, attempt) => chooseAccount(entries, isUsable, messageId, attempt),
    problem() {
      if (entries.length === 0) return 'no route is set for this lane';
      const reasons = [...accounts.values()].map((account) => `${account.name}: ${account.parked?.reason ?? 'usable'}`);
      return `every account of the route is parked (${reasons.join('; ')})`.slice(0, 300);
    },
    rateOf: (id) => accounts.get(id)?.rate ?? null,
    nameOf: (id) => accounts.get(id)?.name ?? id,
    providerOf: (id) => accounts.get(id)?.provider ?? 'unknown',
  };
}
