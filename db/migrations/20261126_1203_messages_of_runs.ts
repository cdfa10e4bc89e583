import type { Knex } from 'knex';

/** Rows of an audience as positions; the statuses of a run of a million messages are counted in the index alone. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE messages
    MODIFY COLUMN position INT UNSIGNED NOT NULL,
    DROP KEY messages_send, ADD KEY messages_send (send_id, status)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE messages
    DROP KEY messages_send, ADD KEY messages_send (send_id),
    MODIFY COLUMN position SMALLINT UNSIGNED NOT NULL`);
}
