import type { Knex } from 'knex';

/** `synced_revision` is behind `revision` while the Temporal Schedule of the campaign is not known to be up to date. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE campaigns (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(200) NOT NULL,
      template_id BIGINT UNSIGNED NOT NULL,
      template_version INT UNSIGNED NULL,
      audience_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      variables JSON NULL,
      schedule JSON NOT NULL,
      settings JSON NOT NULL,
      overlap VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      catchup_seconds INT UNSIGNED NOT NULL,
      paused TINYINT(1) NOT NULL DEFAULT 0,
      revision INT UNSIGNED NOT NULL DEFAULT 1,
      synced_revision INT UNSIGNED NOT NULL DEFAULT 0,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      deleted_at DATETIME(3) NULL,
      KEY campaigns_app (app_id),
      KEY campaigns_audience (audience_id),
      KEY campaigns_synced (synced_revision, revision)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE campaigns');
}
