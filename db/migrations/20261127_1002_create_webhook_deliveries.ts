import type { Knex } from 'knex';

/**
 * An event for an endpoint. `seq` is the order in which an endpoint gets the events of one subject; `tries` is the place in the
 * schedule of retries, which a replay begins anew, and `attempts` counts all of them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE webhook_deliveries (
      seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      endpoint_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      event_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subject CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      attempts INT UNSIGNED NOT NULL DEFAULT 0,
      tries INT UNSIGNED NOT NULL DEFAULT 0,
      last_status SMALLINT UNSIGNED NULL,
      last_words VARCHAR(300) NULL,
      last_attempt_at DATETIME(3) NULL,
      due_at DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      UNIQUE KEY webhook_deliveries_id (id),
      KEY webhook_deliveries_due (state, endpoint_id, due_at),
      KEY webhook_deliveries_log (endpoint_id, state),
      KEY webhook_deliveries_all (endpoint_id),
      KEY webhook_deliveries_subject (endpoint_id, subject, state),
      KEY webhook_deliveries_event (event_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE webhook_deliveries');
}
