/** JSON columns come back as text from MariaDB and as values from MySQL: the one place that reads them. */
export function readJson<T>(value: unknown): T {
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
}

/** As `readJson`, with `null` columns as `undefined`. */
export function readOptionalJson<T>(value: unknown): T | undefined {
  return value === null || value === undefined ? undefined : readJson<T>(value);
}

/** A value as text for a JSON column; absent values become NULL. */
export function writeJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
