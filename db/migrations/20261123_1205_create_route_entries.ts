import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE route_entries (
      lane VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      position SMALLINT UNSIGNED NOT NULL,
      account_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      weight INT UNSIGNED NOT NULL,
      PRIMARY KEY (lane, position),
      UNIQUE KEY route_entries_once (lane, account_id),
      CONSTRAINT route_entries_account FOREIGN KEY (account_id) REFERENCES accounts (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE route_entries');
}
