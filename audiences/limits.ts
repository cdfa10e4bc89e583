/** How much a file of recipients may hold; beyond it the file is refused, or the row. */
export interface AudienceLimits {
  /** Bytes of the file. */
  readonly fileBytes: number;
  /** Data rows. */
  readonly rows: number;
  readonly columns: number;
  /** Characters of one cell; a row with a larger one is not taken. */
  readonly cellChars: number;
  /** Bytes of one row as UTF-8. What is larger is nearly always a quote that is not closed: the file is refused. */
  readonly rowBytes: number;
}

export const AUDIENCE_LIMITS: AudienceLimits = {
  fileBytes: 1024 ** 3,
  rows: 5_000_000,
  columns: 500,
  cellChars: 100_000,
  rowBytes: 1024 ** 2,
};
