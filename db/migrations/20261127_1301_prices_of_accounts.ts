import type { Knex } from 'knex';

/** What an email or an SMS segment costs at this account; both columns or none. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE accounts
    ADD COLUMN price_amount DECIMAL(18, 8) NULL,
    ADD COLUMN price_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE accounts DROP COLUMN price_amount, DROP COLUMN price_currency');
}
