import { maskText } from './mask';

/** An error as it may be logged or stored in a workflow history. */
export interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/**
 * An error without personal data. A database driver repeats the statement with its values, addresses included, in message
 * and stack: of those errors only the code is kept. In the words of others addresses are masked.
 */
export function safeError(error: unknown): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is not an Error was thrown' };
  const { code } = error as { code?: unknown };
  const known = { type: error.constructor.name, ...(typeof code === 'string' ? { code } : {}) };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  if ('sql' in error || 'sqlState' in error) {
    return { ...known, message: `database error ${known.code ?? 'without a code'}`, stack: frames.join('\n') };
  }
  return { ...known, message: maskText(error.message), stack: frames.join('\n') };
}
