import type { Knex } from 'knex';

/** The person who made the key, whom it stands for; NULL: nobody knows. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE api_keys ADD COLUMN person CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE api_keys DROP COLUMN person');
}
