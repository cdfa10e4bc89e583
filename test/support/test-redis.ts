import { randomUUID } from 'node:crypto';
import { createRedis, type RedisClient } from '../../redis/create-redis';
import { createRedisKeys, type RedisKeys } from '../../redis/keys';

const silent = { warn: () => undefined, info: () => undefined };

export interface TestRedis {
  readonly redis: RedisClient;
  /** Keys that no other test uses. */
  newKeys(shards?: number): RedisKeys;
  close(): void;
}

/** The Redis of this test run, or the one at `url`. Throws with instructions when there is none. */
export async function connectTestRedis(url = process.env['TEST_REDIS_URL'], cluster = false): Promise<TestRedis> {
  if (!url) throw new Error('TEST_REDIS_URL is not set. Run `npm test`, which starts Redis, or name one to write to.');
  // On a busy machine a test process may be held up for a second between a command and its answer.
  const redis = await createRedis({ url, cluster, commandTimeoutMs: 20_000, log: silent });
  return {
    redis,
    newKeys: (shards = 1) => createRedisKeys({ prefix: `test:${randomUUID()}`, shards }),
    close: () => {
      redis.disconnect();
    },
  };
}
