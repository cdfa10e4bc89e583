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
