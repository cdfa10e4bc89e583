import knex, { type Knex } from 'knex';

interface MysqlConnection {
  query(sql: string, done: (error: Error | null) => void): void;
}

/**
 * A pool for MySQL 8.4 or MariaDB 10.11. Times are UTC; READ COMMITTED, because every race is settled by conditional
 * updates and wider locks would only make writers wait for one another.
 */
export function createKnex(url: string, poolSize: number): Knex {
  return knex({
    client: 'mysql2',
    connection: {
      ...connectionOf(url),
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
      connectTimeout: 5_000,
    },
    pool: {
      min: 0,
      max: poolSize,
      afterCreate: (connection: MysqlConnection, done: (error: Error | null, connection: MysqlConnection) => void) => {
        connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', (error) => {
          done(error, connection);
        });
      },
    },
    acquireConnectionTimeout: 10_000,
    // Errors reach the caller; knex would print them as well, past our log.
    log: { warn: nothing, error: nothing, deprecate: nothing, debug: nothing },
  });
}

const nothing = (): void => undefined;

function connectionOf(url: string): Record<string, unknown> {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: port ? Number(port) : 3306,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1) || undefined,
  };
}
