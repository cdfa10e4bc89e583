import type { Knex } from 'knex';

/** How the database carries out a statement. */
export interface Plan {
  /** The index it uses on `messages` or the other table of the statement; `null` for none. */
  readonly key: string | null;
  readonly type: string;
  readonly extra: string;
  /** Rows of tables and indexes that were really read while it ran. */
  readonly read: number;
}

interface Statement {
  readonly sql: string;
  readonly bindings: readonly Knex.Value[];
}

async function rowsRead(knex: Knex): Promise<number> {
  const [rows] = (await knex.raw("SHOW SESSION STATUS LIKE 'Handler\\_read\\_%'")) as [{ Value: string }[]];
  return rows.reduce((sum, row) => sum + Number(row.Value), 0);
}

/**
 * Runs `work` in a transaction that is rolled back and explains its first statement that touches `table`. So the
 * statements are those of the stores, never copies of them.
 */
export async function planOf(knex: Knex, table: string, work: (trx: Knex) => Promise<unknown>): Promise<Plan> {
  const seen: Statement[] = [];
  const listen = ({ sql, bindings }: Statement): void => {
    seen.push({ sql, bindings });
  };
  const trx = await knex.transaction();
  const idle = await rowsRead(trx);
  const before = await rowsRead(trx);
  trx.on('query', listen);
  await work(trx);
  trx.removeListener('query', listen);
  const read = (await rowsRead(trx)) - before - (before - idle);
  await trx.rollback();
  const statement = seen.find(({ sql }) => sql.includes(table));
  if (!statement) throw new Error(`No statement of it names ${table}.`);
  const [lines] = (await knex.raw(`EXPLAIN ${statement.sql}`, statement.bindings)) as [
    { table: string | null; type: string; key: string | null; Extra: string | null }[],
  ];
  const line = lines.find((entry) => entry.table === table || entry.table === 'm' || entry.table === 'h');
  if (!line) throw new Error(`The plan does not name ${table}: ${JSON.stringify(lines)}`);
  return {
    key: line.key,
    type: line.type,
    extra: lines.map(({ Extra }) => Extra ?? '').join('; '),
    read,
  };
}
