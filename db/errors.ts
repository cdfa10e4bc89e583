/** True when an insert met a unique key that is already taken. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ER_DUP_ENTRY';
}

const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
]);

/** What mysql2 says of a connection that broke before: without a code. A transaction's rollback meets it, and hides the first error. */
const CLOSED = /connection is in closed state$/;

/** True for an error that says nothing about the request: the database is away or busy, and the same call may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, name, message } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  return (typeof code === 'string' && LOST.has(code)) || name === 'KnexTimeoutError' || CLOSED.test(String(message));
}
