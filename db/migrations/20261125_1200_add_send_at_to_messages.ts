import type { Knex } from 'knex';

/** When the caller wants it handed over, where that is later than acceptance; deadlines count from there. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE messages ADD COLUMN send_at DATETIME(3) NULL AFTER due_at');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE messages DROP COLUMN send_at');
}
