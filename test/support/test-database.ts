import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { createKnex } from '../../db/create-knex';
import { createDatabase, type Database } from '../../db/database';
import { migrate } from '../../db/migrate';

/** A migrated database that only this test file uses. */
export interface TestDatabase {
  readonly url: string;
  readonly secretKey: string;
  readonly database: Database;
  readonly knex: Knex;
  /** Closes the pools and drops it. */
  drop(): Promise<void>;
}

/** Creates one on the server at TEST_DATABASE_URL. Throws with instructions when there is none. */
export async function createTestDatabase(poolSize = 10): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) throw new Error('TEST_DATABASE_URL is not set. Run `npm test`, which starts a database.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = createKnex(server, 1);
  await admin.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const knex = createKnex(url.href, 4);
  await migrate(knex);
  const secretKey = randomBytes(32).toString('base64');
  const database = createDatabase({ url: url.href, poolSize, secretKey });
  return {
    url: url.href,
    secretKey,
    database,
    knex,
    async drop() {
      await database.close();
      await knex.destroy();
      await admin.raw(`DROP DATABASE ${name}`);
      await admin.destroy();
    },
  };
}
