import type { Knex } from 'knex';
import { givenTable, type GivenRow } from './given-rows';

interface Options {
  /** Default: messages. */
  readonly table?: 'messages' | 'receipts';
  /** Columns with the same value in every row. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Columns whose value, a JSON array, is appended to what is there. */
  readonly append?: readonly string[];
  /** Conditions; the table of the update is `m`, the given rows are `c`. */
  readonly where: (query: Knex.QueryBuilder) => void;
}

/**
 * Updates many messages (or rows of another table), each with values of its own, in one statement; returns how many matched. All
 * rows have the same columns, and the values that given-rows.ts says.
 */
export async function joinedUpdate(knex: Knex, rows: readonly GivenRow[], options: Options): Promise<number> {
  const first = rows[0];
  if (!first) return 0;
  const { table = 'messages', set, append = [] } = options;
  const names = Object.keys(first);
  const own = names
    .filter((name) => name !== 'id')
    .map((name) =>
      append.includes(name)
        ? `m.${name} = JSON_MERGE_PRESERVE(COALESCE(m.${name}, '[]'), c.${name})`
        : `m.${name} = c.${name}`,
    );
  const shared = Object.keys(set).map((name) => `m.${name} = ?`);
  const condition = knex.queryBuilder();
  options.where(condition);
  const { sql, bindings } = condition.toSQL();
  const given = givenTable(rows, names);
  // The order of the join is given, because no statistics tell how many rows a text holds.
  const statement = `UPDATE ${given.sql} c
    STRAIGHT_JOIN ${table} m FORCE INDEX (PRIMARY) ON m.id = c.id
    SET ${[...own, ...shared].join(', ')} ${sql.slice(sql.indexOf('where'))}`;
  const values = [...given.values, ...Object.values(set), ...bindings] as Knex.Value[];
  const [result] = (await knex.raw(statement, values)) as [{ affectedRows: number }];
  return result.affectedRows;
}
