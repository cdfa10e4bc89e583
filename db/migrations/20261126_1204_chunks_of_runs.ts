import type { Knex } from 'knex';

/** A chunk of a run: its number, and when its messages are due, where the run waits for that. Other dispatches have neither. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE dispatches
    ADD COLUMN run_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN chunk INT UNSIGNED NULL,
    ADD COLUMN due_at DATETIME(3) NULL,
    ADD KEY dispatches_run (run_id, due_at, chunk)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE dispatches
    DROP KEY dispatches_run, DROP COLUMN run_id, DROP COLUMN chunk, DROP COLUMN due_at`);
}
