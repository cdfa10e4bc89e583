/** An accepted row of a file of recipients. */
export interface AudienceRow {
  /** Its number in the file: data rows from 1, blank lines not counted. */
  readonly row: number;
  /** In the form of domain/address.ts. */
  readonly address: string;
  /** IANA zone; absent where the file names none. */
  readonly timezone?: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Why a row was not taken. */
export type RejectCode =
  'invalid_address' | 'invalid_timezone' | 'duplicate' | 'too_few_cells' | 'too_many_cells' | 'cell_too_large';

/** A row that was not taken, and why. */
export interface Reject {
  readonly row: number;
  readonly code: RejectCode;
  /** For people. */
  readonly detail: string;
  /** As the file has it; cut to 320 characters. */
  readonly address: string;
}

/** A line of rows.jsonl. */
export interface StoredRow {
  readonly r: number;
  readonly a: string;
  readonly z?: string;
  readonly v: Readonly<Record<string, string>>;
}

/** A line of rejects.jsonl. */
export interface StoredReject {
  readonly r: number;
  readonly code: RejectCode;
  readonly detail: string;
  readonly a: string;
}

/** A row from its line. */
export function toAudienceRow(line: string): AudienceRow {
  const { r: row, a: address, z, v: variables } = JSON.parse(line) as StoredRow;
  return { row, address, ...(z === undefined ? {} : { timezone: z }), variables };
}

/** A reject from its line. */
export function toReject(line: string): Reject {
  const { r: row, code, detail, a: address } = JSON.parse(line) as StoredReject;
  return { row, code, detail, address };
}
