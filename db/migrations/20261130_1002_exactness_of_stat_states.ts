import type { Knex } from 'knex';

/**
 * `counted_until`: what happened to the messages of an hour until then is counted; NULL: only receipts can change it, so that is as far as
 * those were looked at. `imports_from`: the time of its oldest run that was still being made into messages when it was computed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE stat_states
    ADD COLUMN counted_until DATETIME(3) NULL,
    ADD COLUMN imports_from DATETIME(3) NULL`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE stat_states DROP COLUMN counted_until, DROP COLUMN imports_from');
}
