import type { Knex } from 'knex';

/** `id` is a hash: of an email, known to us or not, or of the address of a client. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE sign_in_attempts (
      id CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      attempts INT UNSIGNED NOT NULL,
      since DATETIME(3) NOT NULL,
      locked_until DATETIME(3) NULL,
      KEY sign_in_attempts_age (since)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE sign_in_attempts');
}
