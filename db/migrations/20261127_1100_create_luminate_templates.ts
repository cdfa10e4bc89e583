import type { Knex } from 'knex';

/** What the ancestor's endpoints keep of a template beyond what we know of it. `campaign_id` is what it was started as. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE luminate_templates (
      template_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
      template_type TINYINT UNSIGNED NOT NULL,
      status TINYINT UNSIGNED NOT NULL,
      expect_push_time VARCHAR(200) NOT NULL,
      audience_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      campaign_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      creator VARCHAR(100) NOT NULL,
      details JSON NOT NULL,
      KEY luminate_templates_creator (creator)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE luminate_templates');
}
