import type { Knex } from 'knex';

/**
 * What statistics need of a message and nobody else: when its provider took it, and in how many segments an SMS was handed over.
 * Nothing is searched by them, so they have no index.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE messages
    ADD COLUMN handed_at DATETIME(3) NULL,
    ADD COLUMN segments SMALLINT UNSIGNED NULL`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE messages DROP COLUMN handed_at, DROP COLUMN segments');
}
