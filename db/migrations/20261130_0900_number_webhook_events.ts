import type { Knex } from 'knex';

/**
 * `seq` is the order in which events of one subject happened: each is written while the row of its subject is held. Ids come from the
 * clocks of processes, which differ. The old events are numbered as their ids go.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE webhook_events
      ADD COLUMN seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
      ADD UNIQUE KEY webhook_events_seq (seq),
      DROP KEY webhook_events_due,
      ADD KEY webhook_events_due (published_at, app_id, seq)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE webhook_events
      DROP KEY webhook_events_due,
      ADD KEY webhook_events_due (published_at, app_id),
      DROP COLUMN seq`);
}
