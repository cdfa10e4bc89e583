import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE sends ADD COLUMN send_at DATETIME(3) NULL AFTER rejected');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE sends DROP COLUMN send_at');
}
