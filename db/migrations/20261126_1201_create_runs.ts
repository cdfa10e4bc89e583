import type { Knex } from 'knex';

/** The name of its workflow is unique: a firing that is told twice is one run. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE runs (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      campaign_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      template_id BIGINT UNSIGNED NOT NULL,
      template_version INT UNSIGNED NOT NULL,
      lane VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      audience_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      retry_of CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      retry_statuses JSON NULL,
      failed_retried_by CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      unknown_retried_by CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      variables JSON NULL,
      fired_by VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      fired_at DATETIME(3) NOT NULL,
      recipient_time VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
      settings JSON NOT NULL,
      state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      detail JSON NULL,
      total INT UNSIGNED NOT NULL,
      imported INT UNSIGNED NOT NULL DEFAULT 0,
      chunks INT UNSIGNED NOT NULL DEFAULT 0,
      import_cursor BIGINT NOT NULL DEFAULT 0,
      handed INT UNSIGNED NOT NULL DEFAULT 0,
      errors INT UNSIGNED NOT NULL DEFAULT 0,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      started_at DATETIME(3) NULL,
      finished_at DATETIME(3) NULL,
      UNIQUE KEY runs_workflow (workflow_id),
      KEY runs_app (app_id),
      KEY runs_campaign (campaign_id),
      KEY runs_audience (audience_id),
      KEY runs_state (state)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE runs');
}
