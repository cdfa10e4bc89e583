import type { Knex } from 'knex';

/** Receipts that do not name our id are matched by the provider's. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE INDEX messages_provider ON messages (provider_message_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX messages_provider ON messages');
}
