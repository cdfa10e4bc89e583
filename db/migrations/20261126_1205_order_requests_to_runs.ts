import type { Knex } from 'knex';

/** The latest request to a run that took effect: one that a crash delayed comes too late, and must not undo a newer one. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE runs ADD COLUMN request_no BIGINT NOT NULL DEFAULT 0');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE runs DROP COLUMN request_no');
}
