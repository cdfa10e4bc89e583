import type { Knex } from 'knex';
import { groupBy } from '../../domain/group-by';
import type { AccountId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { RouteEntry } from '../../domain/route';

export interface RouteStore {
  /** The accounts that serve a lane, in failover order; empty when nobody has set any. */
  get(lane: Lane): Promise<RouteEntry[]>;
  /** Every lane that has a route. */
  all(): Promise<Map<Lane, RouteEntry[]>>;
  /** Replaces the route as a whole. */
  set(lane: Lane, entries: readonly RouteEntry[]): Promise<void>;
}

interface RouteRow {
  lane: Lane;
  account_id: AccountId;
  weight: number;
}

export function createRouteStore(knex: Knex): RouteStore {
  const toEntry = (row: RouteRow): RouteEntry => ({ accountId: row.account_id, weight: row.weight });
  return {
    async get(lane) {
      const rows = await knex<RouteRow>('route_entries').where({ lane }).orderBy('position');
      return rows.map(toEntry);
    },
    async all() {
      const rows = await knex<RouteRow>('route_entries').orderBy(['lane', 'position']);
      const groups = groupBy(rows, (row) => row.lane);
      return new Map([...groups].map(([lane, own]) => [lane, own.map(toEntry)]));
    },
    set: (lane, entries) =>
      knex.transaction(async (trx) => {
        await trx('route_entries').where({ lane }).delete();
        const rows = entries.map((entry, position) => ({
          lane,
          position,
          account_id: entry.accountId,
          weight: entry.weight,
        }));
        if (rows.length > 0) await trx('route_entries').insert(rows);
      }),
  };
}
