import type { Knex } from 'knex';

/** How far statistics have looked at what makes hours due: the hours of all receipts applied until `looked_until` are. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE stat_looks (
      what VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      looked_until DATETIME(3) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE stat_looks');
}
