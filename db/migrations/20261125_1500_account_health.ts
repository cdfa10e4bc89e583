import type { Knex } from 'knex';

/** What an operator has decided about an account's health, who and when; `auto`: the breaker decides. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE accounts
      ADD COLUMN health_override VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'auto' AFTER parked_reason,
      ADD COLUMN health_note VARCHAR(400) NULL AFTER health_override,
      ADD COLUMN health_author VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER health_note,
      ADD COLUMN health_at DATETIME(3) NULL AFTER health_author`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE accounts
      DROP COLUMN health_override, DROP COLUMN health_note, DROP COLUMN health_author, DROP COLUMN health_at`);
}
