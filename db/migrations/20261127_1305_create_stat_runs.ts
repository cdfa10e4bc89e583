import type { Knex } from 'knex';

/** The campaign of each run that has statistics: those outlive the run. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE stat_runs (
      run_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      campaign_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      KEY stat_runs_campaign (campaign_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE stat_runs');
}
