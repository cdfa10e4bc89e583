import type { Knex } from 'knex';

/** Hours computed before may lack receipts that were applied late, and rows of runs: all are computed once more. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('UPDATE stat_states SET counted_until = COALESCE(computed_at, hour), due_at = hour');
}

export async function down(): Promise<void> {
  // Computing them once more does no harm.
}
