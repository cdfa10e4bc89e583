import type { Knex } from 'knex';

/** A run's send has as many messages as its audience has rows. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE sends MODIFY COLUMN total INT UNSIGNED NOT NULL');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE sends MODIFY COLUMN total SMALLINT UNSIGNED NOT NULL');
}
