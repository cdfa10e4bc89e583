import type { Knex } from 'knex';

interface Entry {
  lane: string;
  account_id: string;
  weight: number;
}

/** The routes of all lanes become version 1 of the rule `routes`. */
export async function up(knex: Knex): Promise<void> {
  const entries = (await knex('route_entries').orderBy(['lane', 'position'])) as Entry[];
  if (entries.length === 0) return;
  const routes: Record<string, { accountId: string; weight: number }[]> = {};
  for (const { lane, account_id: accountId, weight } of entries) (routes[lane] ??= []).push({ accountId, weight });
  const value = JSON.stringify(routes);
  const first = { name: 'routes', version: 1, value, author: 'system', created_at: new Date() };
  await knex('rule_versions').insert(first).onConflict().ignore();
}

export async function down(knex: Knex): Promise<void> {
  await knex('rule_versions').where({ name: 'routes' }).delete();
}
