import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE template_versions (
      template_id BIGINT UNSIGNED NOT NULL,
      version INT UNSIGNED NOT NULL,
      content JSON NOT NULL,
      variables JSON NOT NULL,
      created_at DATETIME(3) NOT NULL,
      created_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      PRIMARY KEY (template_id, version),
      CONSTRAINT template_versions_of_template FOREIGN KEY (template_id) REFERENCES templates (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE template_versions');
}
