import type { Knex } from 'knex';

/** The live rules: the highest version of a name is the current one; none is ever changed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE rule_versions (
      name VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      version INT UNSIGNED NOT NULL,
      value JSON NOT NULL,
      author CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      note VARCHAR(500) NULL,
      created_at DATETIME(3) NOT NULL,
      PRIMARY KEY (name, version)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE rule_versions');
}
