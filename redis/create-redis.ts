import { setTimeout as pause } from 'node:timers/promises';
import { Cluster, Redis, type RedisOptions } from 'ioredis';

export type RedisClient = Redis | Cluster;

export interface CreateRedisOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  readonly url: string;
  /** The address is one node of a Redis Cluster; default false. */
  readonly cluster?: boolean;
  /** How long a command may take before it is given up, in milliseconds; default 1000. */
  readonly commandTimeoutMs?: number;
  /** Told once when Redis goes away and once when it is back. */
  readonly log: { warn(message: string): void; info(message: string): void };
}

const CONNECT_TIMEOUT_MS = 2000;
const SOCKET_TIMEOUT_MS = 5000;
const pauseMs = (attempt: number): number => Math.min(1000, 50 * 2 ** Math.min(attempt - 1, 5));

const connection = {
  maxRetriesPerRequest: 1,
  connectTimeout: CONNECT_TIMEOUT_MS,
  disconnectTimeout: 500,
  // A connection that died without a word is replaced.
  socketTimeout: SOCKET_TIMEOUT_MS,
  // A failed-over master answers READONLY: only a new connection finds the new one.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;
/** While Redis is away a command fails at once: callers know what to do without it, and waiting would delay every send. */
const client = { lazyConnect: true, enableOfflineQueue: false, enableAutoPipelining: true };

function createCluster(url: string, commandTimeout: number): Cluster {
  const { username, password, protocol } = new URL(url);
  return new Cluster([url], {
    ...client,
    clusterRetryStrategy: pauseMs,
    redisOptions: {
      ...connection,
      commandTimeout,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
}

/**
 * A client that reconnects for ever, at least once a second. Resolves when connected, or when the first try failed or took
 * 2 seconds: a process starts without Redis. The caller ends it with `disconnect()`.
 */
export async function createRedis(options: CreateRedisOptions): Promise<RedisClient> {
  const { url, cluster = false, commandTimeoutMs: commandTimeout = 1000, log } = options;
  const redis = cluster
    ? createCluster(url, commandTimeout)
    : new Redis(url, { ...connection, ...client, commandTimeout, retryStrategy: pauseMs });
  const { host } = new URL(url);
  let away = false;
  const tellAway = (why: string): void => {
    if (!away) log.warn(`Redis at ${host} is away (${why}). Reconnecting until it is back; check that it runs.`);
    away = true;
  };
  redis.on('error', (error: unknown) => {
    tellAway(error instanceof Error ? error.message : String(error));
  });
  redis.on('ready', () => {
    if (away) log.info(`Redis at ${host} is back.`);
    away = false;
  });
  // A cluster without slots neither connects nor fails, hence the time limit.
  await Promise.race([redis.connect().catch(() => undefined), pause(CONNECT_TIMEOUT_MS, undefined, { ref: false })]);
  if (redis.status !== 'ready') tellAway('it does not answer');
  return redis;
}
