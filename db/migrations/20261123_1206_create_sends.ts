import type { Knex } from 'knex';

/** No foreign keys on the two hot tables: their ids are written by us in one transaction, and each key costs a lookup a row. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE sends (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      template_id BIGINT UNSIGNED NOT NULL,
      template_version INT UNSIGNED NOT NULL,
      lane VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      total SMALLINT UNSIGNED NOT NULL,
      variables JSON NULL,
      metadata JSON NULL,
      rejected JSON NULL,
      expires_at DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE sends');
}
