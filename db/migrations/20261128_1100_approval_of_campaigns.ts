import type { Knex } from 'knex';

/** Whether a campaign may fire; those of before may. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE campaigns
    ADD COLUMN approved TINYINT(1) NOT NULL DEFAULT 1,
    ADD COLUMN approval_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE campaigns DROP COLUMN approved, DROP COLUMN approval_id');
}
