import { createKnex } from '../db/create-knex';
import { migrate } from '../db/migrate';
import { databaseUrl, tellFailure } from './database-url';

/** `npm run migrate`: brings the database at DATABASE_URL up to date. */
async function main(): Promise<void> {
  const knex = createKnex(databaseUrl(process.env), 1);
  try {
    const names = await migrate(knex);
    for (const name of names) console.log(`ran ${name}`);
    console.log(names.length > 0 ? 'The database is up to date.' : 'The database was up to date already.');
  } finally {
    await knex.destroy();
  }
}

main().catch(tellFailure);
