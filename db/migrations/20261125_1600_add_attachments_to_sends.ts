import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE sends ADD COLUMN attachments JSON NULL AFTER rejected');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE sends DROP COLUMN attachments');
}
