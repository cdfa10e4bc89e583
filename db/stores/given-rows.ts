import type { Knex } from 'knex';
import { writeJson } from '../json';

/** Values for rows of a table: texts, numbers, `Date`, `null`, and for JSON columns the value itself. */
export type GivenRow = Readonly<Record<string, unknown>>;

/** What is no text. With another collation of the ids MySQL would lose the index of the table that they are joined to. */
const TYPES: Readonly<Record<string, string>> = {
  id: 'CHAR(30) CHARACTER SET ascii COLLATE ascii_bin',
  attempt: 'INT',
  position: 'INT',
  due_at: 'DATETIME(3)',
  send_at: 'DATETIME(3)',
  handed_at: 'DATETIME(3)',
  segments: 'INT',
  detail: 'JSON',
  attempts: 'JSON',
  variables: 'JSON',
};
const ID = 'CAST(? AS CHAR(30) CHARACTER SET ascii) COLLATE ascii_bin';
const isJson = (name: string): boolean => TYPES[name] === 'JSON';
/** Whatever is too long fails in its column: a shorter type would make it NULL without a word. */
const TEXT = 'LONGTEXT';

/** Names of one letter: they are said again in every row. */
const keyOf = (column: number): string => String.fromCharCode(97 + column);

/**
 * The rows as a table in a statement; at most 26 columns. Many are one JSON text: a placeholder for each value costs us and the server
 * several times as much. One row alone is a SELECT, which both databases plan as a constant.
 */
export function givenTable(
  rows: readonly GivenRow[],
  names: readonly string[],
): { readonly sql: string; readonly values: readonly unknown[] } {
  const [first] = rows;
  if (!first || rows.length > 1) return { sql: jsonTable(names), values: [textOf(rows, names)] };
  const columns = names.map((name) => `${name === 'id' ? ID : '?'} AS ${name}`);
  const values = names.map((name) => (isJson(name) ? writeJson(first[name] ?? undefined) : (first[name] ?? null)));
  return { sql: `(SELECT ${columns.join(', ')})`, values };
}

/** Reads what `textOf` writes. */
function jsonTable(names: readonly string[]): string {
  const columns = names.map((name, i) => `${name} ${TYPES[name] ?? TEXT} PATH '$.${keyOf(i)}'`);
  return `JSON_TABLE(?, '$[*]' COLUMNS (${columns.join(', ')}))`;
}

function textOf(rows: readonly GivenRow[], names: readonly string[]): string {
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
  const given = givenTable(rows, names);
  const statement = `INSERT INTO ${table} (${[...names, ...shared].join(', ')})
    SELECT ${[...names, ...shared.map(() => '?')].join(', ')} FROM ${given.sql} c`;
  await knex.raw(statement, [...Object.values(common), ...given.values] as Knex.Value[]);
}
