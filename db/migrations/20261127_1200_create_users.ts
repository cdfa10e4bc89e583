import type { Knex } from 'knex';

/** Emails are stored in small letters, and compared byte by byte, as the subjects of an OpenID provider are. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE users (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      name VARCHAR(100) NOT NULL,
      role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
      set_password_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      set_password_until DATETIME(3) NULL,
      oidc_issuer VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
      oidc_subject VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      last_sign_in_at DATETIME(3) NULL,
      UNIQUE KEY users_email (email),
      UNIQUE KEY users_set_password (set_password_hash),
      UNIQUE KEY users_oidc (oidc_issuer, oidc_subject),
      CONSTRAINT users_role CHECK (role IN ('admin', 'editor', 'approver', 'viewer', 'support')),
      CONSTRAINT users_state CHECK (state IN ('active', 'disabled'))
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE users');
}
