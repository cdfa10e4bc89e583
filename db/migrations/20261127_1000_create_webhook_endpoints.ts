import type { Knex } from 'knex';

/** Where apps want to be told of events. `types` is NULL for all; secrets are sealed; `failing_since` is NULL after a success. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE webhook_endpoints (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      url VARCHAR(2000) COLLATE utf8mb4_bin NOT NULL,
      description VARCHAR(300) NULL,
      types JSON NULL,
      secret TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      previous_secret TEXT CHARACTER SET ascii COLLATE ascii_bin NULL,
      previous_until DATETIME(3) NULL,
      state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      reason VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
      failing_since DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      KEY webhook_endpoints_app (app_id),
      KEY webhook_endpoints_state (state, app_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE webhook_endpoints');
}
