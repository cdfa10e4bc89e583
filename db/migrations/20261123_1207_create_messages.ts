import type { Knex } from 'knex';

/**
 * The unit of truth. Every list is by app and newest first; InnoDB ends each secondary index with the id, which rises
 * with time, so `(app_id, address)` serves "this address, newest first" without sorting. `dispatch_id` is NULL until a
 * dispatch has taken the message; `(dispatch_id, lane, app_id)` serves the relay's search for those, oldest first.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE messages (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      send_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      template_id BIGINT UNSIGNED NOT NULL,
      template_version INT UNSIGNED NOT NULL,
      lane VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      position SMALLINT UNSIGNED NOT NULL,
      recipient_id VARCHAR(100) COLLATE utf8mb4_bin NULL,
      address VARCHAR(320) COLLATE utf8mb4_bin NOT NULL,
      timezone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      variables JSON NULL,
      status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      detail JSON NULL,
      due_at DATETIME(3) NULL,
      expires_at DATETIME(3) NULL,
      dispatch_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      attempt SMALLINT UNSIGNED NOT NULL DEFAULT 0,
      account_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      claim_token VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      attempts JSON NULL,
      provider_message_id VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      KEY messages_send (send_id),
      KEY messages_dispatch (dispatch_id, lane, app_id),
      KEY messages_app (app_id),
      KEY messages_address (app_id, address),
      KEY messages_template (app_id, template_id),
      KEY messages_status (app_id, status),
      KEY messages_template_status (app_id, template_id, status)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE messages');
}
