import type { Knex } from 'knex';

/**
 * What providers told us, without personal data. A receipt that waits to be applied has a `due_at`; a finished one has none,
 * so `receipts_due` leads to the waiting ones alone. The unique key makes a repetition harmless.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE receipts (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      source VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      account_id VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      event_id VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      event VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      message_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      provider_message_id VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
      code VARCHAR(60) NOT NULL,
      detail VARCHAR(300) NOT NULL,
      suppress VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
      happened_at DATETIME(3) NOT NULL,
      received_at DATETIME(3) NOT NULL,
      due_at DATETIME(3) NULL,
      applied_at DATETIME(3) NULL,
      outcome VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
      UNIQUE KEY receipts_event (account_id, source, event_id),
      KEY receipts_due (due_at),
      KEY receipts_message (message_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE receipts');
}
