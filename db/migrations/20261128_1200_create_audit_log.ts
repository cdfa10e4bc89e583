import type { Knex } from 'knex';

/**
 * Entries are numbered without gaps. `before_json` and `after_json` are plain text, not JSON columns: the hash is over every byte,
 * and MySQL would write a JSON column its own way.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE audit_log (
      id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
      at DATETIME(3) NOT NULL,
      actor_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      actor_id VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      actor_name VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      area VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      action VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subject_kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subject_id VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      subject_name VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      before_json MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      after_json MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      request_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
      ip VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL,
      user_agent VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      outcome VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      code VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NULL,
      hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      KEY audit_at (at, id),
      KEY audit_actor (actor_id, id),
      KEY audit_app (app_id, id),
      KEY audit_area (area, id),
      KEY audit_action (action, id),
      KEY audit_subject (subject_kind, subject_id, id),
      KEY audit_request (request_id, id),
      KEY audit_outcome (outcome, id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE audit_log');
}
