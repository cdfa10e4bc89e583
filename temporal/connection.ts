import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

interface Options {
  readonly address: string;
  readonly connectTimeoutMs: number;
}

export interface TemporalConnection {
  readonly connection: Connection;
  /** Retries nothing any more, lets what waits for its retry go first (5 seconds at most), and closes. Calls under way reject. */
  close(): Promise<void>;
}

/** Timers of one process may fire a little before their time by another clock. */
const SLACK_MS = 20;

/**
 * A connection that is made at the first call and retries as the SDK does by default. The SDK's own `close` leaves the timers of
 * retries running: one that fires afterwards throws "Channel has been shut down" where nobody can catch it.
 */
export function createConnection({ address, connectTimeoutMs }: Options): TemporalConnection {
  const retry = defaultGrpcRetryOptions();
  let closing = false;
  let lastRetryAt = 0;
  const interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !closing && retry.retryableDecider(attempt, status),
    delayFunction(attempt, status) {
      const ms = retry.delayFunction(attempt, status);
      lastRetryAt = Math.max(lastRetryAt, performance.now() + ms);
      return ms;
    },
  });
  const connection = Connection.lazy({ address, connectTimeout: connectTimeoutMs, interceptors: [interceptor] });
  return {
    connection,
    async close() {
      closing = true;
      const rest = lastRetryAt + SLACK_MS - performance.now();
      if (rest > 0) await sleep(rest);
      await connection.close();
    },
  };
}
