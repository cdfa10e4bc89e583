import type { Knex } from 'knex';

/** `deleted_id` is 0 while the template lives and its own id afterwards, so that a key may be used again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE templates (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      template_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(200) NOT NULL,
      channel VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      message_type VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      current_version INT UNSIGNED NOT NULL,
      policy JSON NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      deleted_at DATETIME(3) NULL,
      deleted_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
      UNIQUE KEY templates_key (template_key, deleted_id),
      CONSTRAINT templates_state CHECK (state IN ('running', 'stopped'))
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE templates');
}
