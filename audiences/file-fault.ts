/** Why a file as a whole is refused. */
export type FileFaultCode =
  | 'empty_file'
  | 'no_rows'
  | 'missing_column'
  | 'duplicate_column'
  | 'unnamed_column'
  | 'bad_column_name'
  | 'too_many_columns'
  | 'not_text'
  | 'bad_encoding'
  | 'bad_csv'
  | 'too_large'
  | 'too_many_rows';

export interface FileFault {
  readonly code: FileFaultCode;
  /** For people: what is wrong and what to do. */
  readonly detail: string;
  /** Line of the file, from 1. */
  readonly line?: number;
}

/** Thrown inside this room; `importAudience` returns the fault. */
export class FileFaultError extends Error {
  constructor(
    readonly code: FileFaultCode,
    readonly detail: string,
    readonly line?: number,
  ) {
    super(detail);
    this.name = 'FileFaultError';
  }
}
