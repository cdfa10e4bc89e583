import type { Knex } from 'knex';

/** One row: number, hash and time of the last entry. Whoever adds one holds it, so entries stand in one line. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE audit_head (
      one TINYINT UNSIGNED NOT NULL PRIMARY KEY,
      id BIGINT UNSIGNED NOT NULL,
      hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      at DATETIME(3) NOT NULL,
      CONSTRAINT audit_head_one CHECK (one = 1)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE audit_head');
}
