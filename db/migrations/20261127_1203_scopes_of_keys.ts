import type { Knex } from 'knex';

/** NULL: all that the role may do, and no end. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE api_keys ADD COLUMN scopes JSON NULL, ADD COLUMN expires_at DATETIME(3) NULL');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE api_keys DROP COLUMN scopes, DROP COLUMN expires_at');
}
