import type { Knex } from 'knex';

/** `confirmed_at` is NULL until the start of the workflow is known to have reached Temporal; the relay starts those again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE dispatches (
      id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      lane VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      messages SMALLINT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      confirmed_at DATETIME(3) NULL,
      KEY dispatches_unconfirmed (confirmed_at, created_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE dispatches');
}
