import type { Knex } from 'knex';
import type { AccountId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { RouteEntry } from '../../domain/route';
import { isRoutesRule } from '../../domain/route-rule';
import type { RoutesRule } from '../../domain/rules';
import { createRuleStore, type RuleVersion } from './rule-store';

/** The rule `routes`, lane by lane. */
export interface RouteStore {
  /** The accounts that serve a lane, in failover order; empty when nobody has set any. */
  get(lane: Lane): Promise<RouteEntry[]>;
  /** Every lane that has a route. */
  all(): Promise<Map<Lane, RouteEntry[]>>;
  /**
   * Replaces the route of a lane as a whole, as a new version of the rule; no entries: the lane has none any more. Throws when
   * the route is not one that can be gone by or names an account that does not exist. `author` is an API key or `system`;
   * `replaces` is told what is replaced, and may throw.
   */
  set(
    lane: Lane,
    entries: readonly RouteEntry[],
    author?: string,
    replaces?: (current: RouteEntry[]) => void,
  ): Promise<void>;
}

/** The newest routes that can be gone by: a version that somebody spoilt by hand stops nothing. */
async function currentRoutes(knex: Knex): Promise<RoutesRule> {
  const { newest } = createRuleStore(knex);
  let version = await newest('routes');
  while (version && !isRoutesRule(version.value)) version = await newest('routes', version.version);
  return routesOf(version);
}

const lanesOf = (routes: RoutesRule) => Object.entries(routes) as [Lane, readonly RouteEntry[]][];
const routesOf = (version: RuleVersion | undefined): RoutesRule =>
  version && isRoutesRule(version.value) ? version.value : {};

/** The lanes whose current route names the account. */
export async function lanesNaming(knex: Knex, id: AccountId): Promise<Lane[]> {
  return lanesOf(await currentRoutes(knex))
    .filter(([, entries]) => entries.some(({ accountId }) => accountId === id))
    .map(([lane]) => lane);
}

export function createRouteStore(knex: Knex): RouteStore {
  return {
    get: async (lane) => [...((await currentRoutes(knex))[lane] ?? [])],
    all: async () => new Map(lanesOf(await currentRoutes(knex)).map(([lane, entries]) => [lane, [...entries]])),
    set: (lane, entries, author = 'system', replaces = () => undefined) =>
      knex.transaction(async (trx) => {
        const { holdAccounts, add } = createRuleStore(trx);
        const ids = entries.map(({ accountId }) => accountId);
        await holdAccounts(ids);
        const live = (await trx('accounts').whereIn('id', ids).where({ deleted_id: '' }).pluck('id')) as AccountId[];
        const gone = ids.find((id) => !live.includes(id));
        if (gone) throw new Error(`The route of ${lane} names ${gone}, which is no account.`);
        if (entries.length > 0 && !isRoutesRule({ [lane]: entries })) {
          throw new Error(`The route of ${lane} needs 1 to 10 accounts, each once, and some weight above 0.`);
        }
        const fallback = await currentRoutes(trx);
        await add({ name: 'routes', author }, (current) => {
          const { [lane]: replaced, ...others } = current && isRoutesRule(current.value) ? current.value : fallback;
          replaces([...(replaced ?? [])]);
          return entries.length > 0 ? { ...others, [lane]: entries } : others;
        });
      }),
  };
}
