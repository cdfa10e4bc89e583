import type { Knex } from 'knex';

/** `secrets` is AES-256-GCM ciphertext; `revision` rises with every change, so that workers open the account anew. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE accounts (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      name VARCHAR(100) NOT NULL,
      channel VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      provider VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      config JSON NOT NULL,
      secrets TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      rate_messages INT UNSIGNED NULL,
      rate_per_seconds INT UNSIGNED NULL,
      parked_at DATETIME(3) NULL,
      parked_reason VARCHAR(400) NULL,
      revision INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      deleted_at DATETIME(3) NULL,
      deleted_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
      UNIQUE KEY accounts_name (name, deleted_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE accounts');
}
