import type { Knex } from 'knex';

/**
 * The outbox: an event is written in the transaction of the change that it tells of. Until `published_at` is set it has not been given
 * to the endpoints of its app. `happening` names the change, so that a step which is repeated tells it once.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE webhook_events (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      type VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subject CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      happening VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      data JSON NOT NULL,
      created_at DATETIME(3) NOT NULL,
      published_at DATETIME(3) NULL,
      UNIQUE KEY webhook_events_happening (happening),
      KEY webhook_events_due (published_at, app_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE webhook_events');
}
