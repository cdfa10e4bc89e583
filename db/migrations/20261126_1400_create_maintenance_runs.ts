import type { Knex } from 'knex';

/** `id` is Temporal's run id, so that a job that notes its end twice notes it once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE maintenance_runs (
      id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      job VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      counts JSON NOT NULL,
      warnings JSON NOT NULL,
      started_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NOT NULL,
      KEY maintenance_runs_job (job, ended_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE maintenance_runs');
}
