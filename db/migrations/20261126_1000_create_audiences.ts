import type { Knex } from 'knex';

/**
 * Uploaded files of recipients; their content is in the file store, by id. Rows stay when their files are removed: runs name
 * them. `upload_id` is what the caller calls the upload, and is free again when the audience is deleted.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE audiences (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      upload_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
      name VARCHAR(200) NOT NULL,
      channel VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      address_column VARCHAR(200) COLLATE utf8mb4_bin NOT NULL,
      timezone_column VARCHAR(200) COLLATE utf8mb4_bin NULL,
      columns JSON NULL,
      encoding VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
      delimiter CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NULL,
      status VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
      rows_total INT UNSIGNED NOT NULL DEFAULT 0,
      accepted INT UNSIGNED NOT NULL DEFAULT 0,
      duplicates INT UNSIGNED NOT NULL DEFAULT 0,
      invalid INT UNSIGNED NOT NULL DEFAULT 0,
      checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      sample JSON NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      deleted_at DATETIME(3) NULL,
      UNIQUE KEY audiences_upload (app_id, upload_id),
      KEY audiences_app (app_id, id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE audiences');
}
