import { FileFaultError } from './file-fault';
import type { AudienceLimits } from './limits';

/** The column that names the zone of a recipient. */
export const TIMEZONE_COLUMN = 'timezone';
const LONGEST_NAME = 200;
const LISTED = 50;

/** What the columns of a file are. */
export interface Columns {
  readonly names: readonly string[];
  readonly addressAt: number;
  /** -1: there is none. */
  readonly timezoneAt: number;
  /** The others: variables. */
  readonly variablesAt: readonly number[];
}

function checkNames(names: readonly string[], limits: Pick<AudienceLimits, 'columns'>): void {
  if (names.length > limits.columns) {
    throw new FileFaultError(
      'too_many_columns',
      `has ${names.length} columns; at most ${limits.columns} are taken.`,
      1,
    );
  }
  const seen = new Set<string>();
  names.forEach((name, i) => {
    if (name === '') throw new FileFaultError('unnamed_column', `has no name for column ${i + 1}.`);
    if (name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
      throw new FileFaultError(
        'bad_column_name',
        `names column ${i + 1} with more than ${LONGEST_NAME} characters, or with a line end or control character.`,
      );
    }
    if (seen.has(name)) {
      throw new FileFaultError('duplicate_column', `names two columns ${JSON.stringify(name)}: rename one of them.`);
    }
    seen.add(name);
  });
}

/**
 * The columns from the first row; their names are trimmed, and empty names after the last one dropped. Throws a `FileFaultError`
 * that names what is wrong.
 */
export function readColumns(
  header: readonly string[],
  addressColumn: string,
  limits: Pick<AudienceLimits, 'columns'>,
): Columns {
  const trimmed = header.map((name) => name.trim());
  const names = trimmed.slice(0, trimmed.findLastIndex((name) => name !== '') + 1);
  checkNames(names, limits);
  const addressAt = names.indexOf(addressColumn);
  if (addressAt === -1) {
    const there = names.slice(0, LISTED).map((name) => JSON.stringify(name));
    const more = names.length > LISTED ? ', …' : '';
    throw new FileFaultError(
      'missing_column',
      `has no column ${JSON.stringify(addressColumn)}. Its columns: ${there.join(', ')}${more}. Name the column of the addresses with addressColumn=.`,
    );
  }
  const timezoneAt = addressColumn === TIMEZONE_COLUMN ? -1 : names.indexOf(TIMEZONE_COLUMN);
  const variablesAt = names.map((_name, i) => i).filter((i) => i !== addressAt && i !== timezoneAt);
  return { names, addressAt, timezoneAt, variablesAt };
}
