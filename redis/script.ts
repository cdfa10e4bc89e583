import { hash } from 'node:crypto';
import { answerOf } from './answer-of';
import type { RedisClient } from './create-redis';

export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/**
 * A Lua script as a function. Sent by its hash, in full only to a server that does not know it. Rejects as `answerOf` does:
 * the script may have run all the same, so it must be idempotent.
 */
export function createScript(redis: RedisClient, lua: string): Script {
  const sha = hash('sha1', lua);
  return async (keys, args) => {
    try {
      return await answerOf(redis.evalsha(sha, keys.length, ...keys, ...args));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return await answerOf(redis.eval(lua, keys.length, ...keys, ...args));
    }
  };
}

/** One script call handles at most so many items, so that it holds up Redis for a few milliseconds only. */
const ITEMS_PER_CALL = 500;

/**
 * Calls `run` for the items of each shard: one call for up to 500 items, further ones after it, the shards side by side.
 * Returns the answers in the order of `items`. Rejects when a call rejects; others may have run.
 */
export async function inShards<T, R>(
  items: readonly T[],
  shardOf: (item: T) => number,
  run: (shard: number, items: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const places = new Map<number, number[]>();
  for (const [place, item] of items.entries()) {
    const shard = shardOf(item);
    const list = places.get(shard);
    if (list) list.push(place);
    else places.set(shard, [place]);
  }
  const answers: R[] = [];
  const runShard = async ([shard, list]: [number, number[]]): Promise<void> => {
    for (let from = 0; from < list.length; from += ITEMS_PER_CALL) {
      const part = list.slice(from, from + ITEMS_PER_CALL);
      const got = await run(
        shard,
        part.map((place) => items[place] as T),
      );
      for (const [i, place] of part.entries()) answers[place] = got[i] as R;
    }
  };
  await Promise.all([...places].map(runShard));
  return answers;
}
