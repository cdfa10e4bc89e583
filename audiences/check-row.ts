import { parseAddress } from '../domain/address';
import { createBoundedCache } from '../domain/bounded-cache';
import type { Channel } from '../domain/lane';
import type { AudienceLimits } from './limits';
import type { Columns } from './read-columns';
import type { RejectCode, StoredReject } from './stored-row';

const LONGEST_ZONE = 64;
const LONGEST_TOLD = 320;
/** An address cell with spaces around it is no longer than this in any honest file. */
const ZONES_KEPT = 1_000;

/** A row that can be taken, unless its address came before; `json` is its line of rows.jsonl. */
export interface GoodRow {
  readonly address: string;
  readonly written: string;
  readonly timezone: string | undefined;
  readonly json: string;
}
export type CheckedRow = { readonly good: GoodRow } | { readonly reject: StoredReject };

export interface RowOptions {
  readonly columns: Columns;
  readonly channel: Channel;
  /** Region in which a phone number without country code is read. */
  readonly region: string;
  readonly limits: Pick<AudienceLimits, 'cellChars'>;
}

/** The runtime's name of a zone, e.g. `Asia/Shanghai` for `asia/shanghai`; '' when it knows none. */
function zoneOf(name: string): string {
  // An offset such as +08:00 is no zone: it would be wrong for half the year in many places.
  if (name.length > LONGEST_ZONE || !/^[A-Za-z]/.test(name)) return '';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return '';
  }
}

function createZoneReader(): (name: string) => string {
  const known = createBoundedCache<string>({ max: ZONES_KEPT });
  return (name) => {
    const cached = known.get(name);
    if (cached !== undefined) return cached;
    const zone = zoneOf(name);
    known.set(name.slice(0, LONGEST_ZONE + 1), zone);
    return zone;
  };
}

/** Checks rows one by one; makes the line that is kept of each. */
export function createRowCheck({ columns, channel, region, limits }: RowOptions) {
  const { names, addressAt, timezoneAt, variablesAt } = columns;
  const keys = names.map((name) => `${JSON.stringify(name)}:`);
  const readZone = createZoneReader();

  /** What is wrong with the number or size of the cells. */
  function faultOf(cells: readonly string[]): [RejectCode, string] | undefined {
    if (cells.length < names.length) {
      return ['too_few_cells', `has ${cells.length} of ${names.length} cells: ${names[cells.length] ?? ''} is missing`];
    }
    if (cells.length > names.length && cells.some((cell, i) => i >= names.length && cell.trim() !== '')) {
      return ['too_many_cells', `has ${cells.length} cells, but there are ${names.length} columns`];
    }
    const large = cells.findIndex((cell) => cell.length > limits.cellChars);
    if (large === -1) return undefined;
    return ['cell_too_large', `${names[large] ?? ''} has more than ${limits.cellChars} characters`];
  }

  return function checkRow(row: number, cells: readonly string[]): CheckedRow {
    const written = (cells[addressAt] ?? '').slice(0, LONGEST_TOLD);
    const reject = (code: RejectCode, detail: string) => ({ reject: { r: row, code, detail, a: written } });
    const fault = faultOf(cells);
    if (fault) return reject(...fault);
    const parsed = parseAddress(channel, cells[addressAt] ?? '', region);
    if (!parsed.ok) return reject('invalid_address', `${names[addressAt] ?? ''} ${parsed.reason}`);
    const zoneCell = (cells[timezoneAt] ?? '').trim();
    const timezone = zoneCell === '' ? undefined : readZone(zoneCell);
    if (timezone === '') {
      return reject(
        'invalid_timezone',
        `timezone ${JSON.stringify(zoneCell.slice(0, LONGEST_ZONE))} is no IANA time zone`,
      );
    }
    let variables = '';
    for (const at of variablesAt) {
      variables += `${variables === '' ? '' : ','}${keys[at] ?? ''}${JSON.stringify(cells[at])}`;
    }
    const zone = timezone === undefined ? '' : `,"z":${JSON.stringify(timezone)}`;
    const json = `{"r":${row},"a":${JSON.stringify(parsed.address)}${zone},"v":{${variables}}}`;
    return { good: { address: parsed.address, written, timezone, json } };
  };
}
