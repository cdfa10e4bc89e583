import type { Knex } from 'knex';
import { up as create } from './20261123_1205_create_route_entries';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE route_entries');
}

export async function down(knex: Knex): Promise<void> {
  await create(knex);
}
