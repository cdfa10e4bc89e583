import { setTimeout as sleep } from 'node:timers/promises';
import { LuminateProblem, reasonOf } from './problem';

/** When something is tried again. */
export interface RetrySettings {
  /** Attempts after the first one. */
  readonly retries: number;
  /** Whether the API may get the request twice: it has no further effect, or an Idempotency-Key. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal | undefined;
}

const FIRST_WAIT_MS = 250;
const MAX_WAIT_MS = 8_000;
/** Whoever asks for more patience than this, in milliseconds, gets none: the caller decides. */
const MAX_RETRY_AFTER_MS = 60_000;
/** Spreads those who were all told the same `Retry-After`. */
const SPREAD_MS = 500;

/** Node takes no longer timers, and ends them at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Such a connection was never made, so nothing was sent. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const OF_A_MOMENT = new Set([500, 502, 503, 504]);

/**
 * Makes an attempt, and others where it failed and that is safe: after 429 and where no connection was made always; after a lost
 * answer, 500, 502, 503 and 504 if the request is repeatable. Waits as `Retry-After` says, else twice as long each time, with jitter.
 */
export async function withRetries<T>(settings: RetrySettings, attempt: () => Promise<T>): Promise<T> {
  for (let made = 0; ; made++) {
    settings.signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      const waitMs = error instanceof LuminateProblem ? waitBefore(error, made, settings) : undefined;
      if (waitMs === undefined) throw error;
      await pause(waitMs, settings.signal);
    }
  }
}

/** Waits; rejects with the reason of the signal. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(Math.min(ms, MAX_TIMER_MS), undefined, signal ? { signal } : {}).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** How long to wait before the next attempt; `undefined`: make none. */
function waitBefore(problem: LuminateProblem, made: number, settings: RetrySettings): number | undefined {
  if (made >= settings.retries || !isSafe(problem, settings)) return undefined;
  const { retryAfterMs } = problem;
  if (retryAfterMs === undefined) return Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** made) * (0.5 + Math.random() / 2);
  return retryAfterMs > MAX_RETRY_AFTER_MS ? undefined : retryAfterMs + Math.random() * SPREAD_MS;
}

function isSafe({ status, code, cause }: LuminateProblem, { repeatable }: RetrySettings): boolean {
  if (status === 429) return true;
  if (code === 'no_answer' && NOT_CONNECTED.has(reasonOf(cause))) return true;
  return repeatable && (status === 0 || OF_A_MOMENT.has(status));
}
