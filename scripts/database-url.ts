import { isDatabaseAway } from '../db/errors';

/** DATABASE_URL, for commands that need nothing else. Throws a sentence for people when it is not set or has another form. */
export function databaseUrl(env: NodeJS.ProcessEnv): string {
  const url = env['DATABASE_URL'];
  const form = 'mysql://user:password@host:3306/database';
  if (!url) {
    throw new Error(`DATABASE_URL is not set. Set it to ${form}, or start a stack first: npm run stack -- up`);
  }
  if (!url.startsWith('mysql://')) throw new Error(`DATABASE_URL must look like ${form}.`);
  return url;
}

/** Ends a command that works on the database: says what went wrong and sets exit code 1. */
export function tellFailure(error: unknown): void {
  const away = isDatabaseAway(error) ? 'The database at DATABASE_URL cannot be reached: ' : '';
  console.error(`${away}${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
