import type { Knex } from 'knex';

/**
 * Addresses that must not be contacted; `app_id` is empty for all apps. An entry that was lifted stays as history: its
 * `lifted_id` is its id, so that the same entry can be made again. The unique key begins with what a round asks for.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE suppressions (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      channel VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      address VARCHAR(320) COLLATE utf8mb4_bin NOT NULL,
      app_id VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
      reason VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      applies_to VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      source VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      detail JSON NULL,
      message_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      created_at DATETIME(3) NOT NULL,
      lifted_at DATETIME(3) NULL,
      lifted_by VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
      lifted_id VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
      UNIQUE KEY suppressions_live (channel, address, lifted_id, app_id, reason),
      KEY suppressions_app (app_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE suppressions');
}
