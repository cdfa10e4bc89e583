import type { Knex } from 'knex';

/** Statistics look at receipts in the order in which they were applied: that may be long after they came. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE receipts ADD KEY receipts_applied (applied_at)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE receipts DROP KEY receipts_applied');
}
