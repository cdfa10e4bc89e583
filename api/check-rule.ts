import type { Stores } from '../db/database';
import type { AccountId } from '../domain/ids';
import { partsOfLane, type Lane } from '../domain/lane';
import type { RouteEntry } from '../domain/route';
import type { RuleName, Rules } from '../domain/rules';
import type { Fault } from './problem';
import { pointerOf } from './validate';

type Path = readonly PropertyKey[];
type Entries = readonly { readonly accountId: string; readonly weight: number }[];

const unknown = (path: Path, what: 'account' | 'app' | 'template'): Fault => ({
  pointer: pointerOf(path),
  code: `unknown_${what}`,
  detail: `names no ${what}`,
});

/**
 * The entries of a lane's route that name no account of its channel; `place` is the way to the entries. Within a transaction
 * the accounts that are found stay until its end.
 */
export async function checkRouteAccounts(
  stores: Stores,
  lane: Lane,
  entries: Entries,
  place: Path,
): Promise<{ index: number; fault: Fault }[]> {
  const ids = entries.map(({ accountId }) => accountId as AccountId);
  await stores.rules.holdAccounts(ids);
  const accounts = await stores.accounts.getMany(ids);
  const { channel } = partsOfLane(lane);
  return ids.flatMap((accountId, index) => {
    const path = [...place, index, 'accountId'];
    const account = accounts.find(({ id }) => id === accountId);
    if (!account) return [{ index, fault: unknown(path, 'account') }];
    if (account.channel === channel) return [];
    const detail = `is an account for ${account.channel}, not ${channel}`;
    return [{ index, fault: { pointer: pointerOf(path), code: 'wrong_channel', detail } }];
  });
}

async function unknownTemplates(stores: Stores, refs: readonly string[], place: Path): Promise<Fault[]> {
  const missing = new Set(await stores.templates.unknown(refs));
  return refs.flatMap((ref, index) => (missing.has(ref) ? [unknown([...place, index], 'template')] : []));
}

async function unknownApps(stores: Stores, named: readonly { id: string; path: Path }[]): Promise<Fault[]> {
  if (named.length === 0) return [];
  const known = new Set<string>((await stores.apps.list()).map(({ id }) => id));
  return named.flatMap(({ id, path }) => (known.has(id) ? [] : [unknown(path, 'app')]));
}

/** What must exist for a rule, by its name; rules that are not here name nothing. */
const CHECKS: { readonly [N in RuleName]?: (stores: Stores, value: Rules[N], place: Path) => Promise<Fault[]> } = {
  dedup: (stores, { exempt }, place) => unknownTemplates(stores, exempt, [...place, 'exempt']),
  caps: (stores, { exempt }, place) => unknownTemplates(stores, exempt, [...place, 'exempt']),
  async discard(stores, { templates, apps }, place) {
    const named = apps.map((id, index) => ({ id, path: [...place, 'apps', index] }));
    return [
      ...(await unknownTemplates(stores, templates, [...place, 'templates'])),
      ...(await unknownApps(stores, named)),
    ];
  },
  async flow(stores, { accounts, apps }, place) {
    const ids = Object.keys(accounts) as AccountId[];
    const known = new Set((await stores.accounts.getMany(ids)).map(({ id }) => id));
    const named = Object.keys(apps).map((id) => ({ id, path: [...place, 'apps', id] }));
    return [
      ...ids.filter((id) => !known.has(id)).map((id) => unknown([...place, 'accounts', id], 'account')),
      ...(await unknownApps(stores, named)),
    ];
  },
  async routes(stores, routes, place) {
    const faults: Fault[] = [];
    // One after the other: they share the connection of the transaction.
    for (const [lane, entries] of Object.entries(routes) as [Lane, readonly RouteEntry[]][]) {
      const found = await checkRouteAccounts(stores, lane, entries, [...place, lane]);
      faults.push(...found.map(({ fault }) => fault));
    }
    return faults;
  },
};

/** The places of a rule's value that name something that does not exist; `place` is the way to the value. */
export async function checkRuleNames<N extends RuleName>(
  stores: Stores,
  name: N,
  value: Rules[N],
  place: Path,
): Promise<Fault[]> {
  const check = CHECKS[name] as ((stores: Stores, value: Rules[N], place: Path) => Promise<Fault[]>) | undefined;
  return (await check?.(stores, value, place)) ?? [];
}
