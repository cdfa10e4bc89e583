import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `INSERT INTO audit_head (one, id, hash, at) VALUES (1, 0, REPEAT('0', 64), '2000-01-01 00:00:00.000')`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DELETE FROM audit_head');
}
