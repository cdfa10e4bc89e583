import type { Knex } from 'knex';

/** NULL: it needed no approval, as those before it. `current_version` is 0 while no version may be sent. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'ALTER TABLE template_versions ADD COLUMN approval_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE template_versions DROP COLUMN approval_id');
}
