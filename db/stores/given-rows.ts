import type { Knex } from 'knex';

/** Values for rows of a table: texts, numbers, `Date`, `null`, and for JSON columns the value itself. */
export type GivenRow = Readonly<Record<string, unknown>>;

/** What is no text. With another collation of the ids MySQL would lose the index of the table that they are joined to. */
const TYPES: Readonly<Record<string, string>> = {
  id: 'CHAR(30) CHARACTER SET ascii COLLATE ascii_bin',
  attempt: 'INT',
  position: 'INT',
  due_at: 'DATETIME(3)',
  send_at: 'DATETIME(3)',
  detail: 'JSON',
  attempts: 'JSON',
  variables: 'JSON',
};
/** Whatever is too long fails in its column: a shorter type would make it NULL without a word. */
const TEXT = 'LONGTEXT';

/** Names of one letter: they are said again in every row. */
const keyOf = (column: number): string => String.fromCharCode(97 + column);

/** The columns of `JSON_TABLE(?, '$[*]' COLUMNS (…))`, which reads what `textOf` writes. At most 26. */
export function columnsOf(names: readonly string[]): string {
  return names.map((name, i) => `${name} ${TYPES[name] ?? TEXT} PATH '$.${keyOf(i)}'`).join(', ');
}

/** Rows as one JSON text: a placeholder for each value costs us and the server several times as much. */
export function textOf(rows: readonly GivenRow[], names: readonly string[]): string {
  const objects = rows.map((row) => {
    const object: Record<string, unknown> = {};
    // What is absent is read as NULL; a null in JSON would be a value in a JSON column.
    for (const [i, name] of names.entries()) object[keyOf(i)] = writtenOf(row[name]) ?? undefined;
    return object;
  });
  return JSON.stringify(objects);
}

/** A time as a DATETIME(3) in UTC; all else is written by JSON. */
function writtenOf(value: unknown): unknown {
  return value instanceof Date ? value.toISOString().slice(0, 23).replace('T', ' ') : value;
}

/** Inserts rows, all of the same columns, each with the values of `common` besides its own. */
export async function insertGiven(
  knex: Knex,
  table: string,
  rows: readonly GivenRow[],
  common: GivenRow,
): Promise<void> {
  const names = Object.keys(rows[0] ?? {});
  const shared = Object.keys(common);
  const statement = `INSERT INTO ${table} (${[...names, ...shared].join(', ')})
    SELECT ${[...names, ...shared.map(() => '?')].join(', ')} FROM JSON_TABLE(?, '$[*]' COLUMNS (${columnsOf(names)})) c`;
  await knex.raw(statement, [...Object.values(common), textOf(rows, names)] as Knex.Value[]);
}
