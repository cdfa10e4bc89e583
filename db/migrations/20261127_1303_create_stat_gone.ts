import type { Knex } from 'knex';

/** What the messages that were deleted counted for, by hour: added to in the transaction that deletes them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE TABLE stat_gone LIKE stat_hours');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE stat_gone');
}
