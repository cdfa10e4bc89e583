import type { Knex } from 'knex';

/**
 * Every hour there are statistics of: everything that happened to its messages until `computed_at` is counted, and it is computed
 * anew at `due_at`. `forgotten` rises when messages of the hour are deleted, so that nobody counts them twice.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE stat_states (
      hour DATETIME(3) NOT NULL PRIMARY KEY,
      computed_at DATETIME(3) NULL,
      due_at DATETIME(3) NOT NULL,
      forgotten INT UNSIGNED NOT NULL DEFAULT 0,
      KEY stat_states_due (due_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE stat_states');
}
