import type { MessageId } from '../domain/ids';
import type { Channel } from '../domain/lane';
import { answerOf } from '../redis/answer-of';
import type { RedisClient } from '../redis/create-redis';
import { MESSAGE_TTL_MS, type RedisKeys } from '../redis/keys';
import { createScript, inShards } from '../redis/script';

/** One message at the gate. `address` is normalized; times are epoch milliseconds. */
export interface GateItem {
  readonly messageId: MessageId;
  readonly channel: Channel;
  readonly address: string;
  /** From `contentKey()`. */
  readonly contentKey: string;
  /** At most `max` accepted messages of this content in any `windowSeconds`; `null`: no content deduplication. */
  readonly window: { readonly max: number; readonly windowSeconds: number } | null;
  /** At most `max` messages to the address on this channel on the local `day` that ends at `resetsAt`; `null`: exempt. */
  readonly cap: { readonly max: number; readonly day: string; readonly resetsAt: number } | null;
}

export type GateVerdict =
  /** `capUsed`: the how-manieth of the day this message is, where a cap applies. */
  | { readonly verdict: 'pass'; readonly capUsed?: number }
  /** `acceptedAt` belongs to the message whose slot is the next to become free, at `freeAt`; `count` are in the window. */
  | {
      readonly verdict: 'deduplicated';
      readonly acceptedAt: number;
      readonly freeAt: number;
      readonly count: number;
      readonly max: number;
    }
  | { readonly verdict: 'capped'; readonly used: number; readonly max: number; readonly resetsAt: number };

/** Content deduplication, then the daily cap. All methods reject with `RedisAwayError` when Redis is away. */
export interface DedupGate {
  /**
   * A verdict per item, in order; earlier items count for later ones. Only what passes both rules is recorded, as accepted
   * at `now`. A message that asks again within its window passes again and counts once.
   */
  check(items: readonly GateItem[], now: number): Promise<GateVerdict[]>;
  /**
   * Forgets that these messages passed: they were stopped later, failed for good, or wait beyond the day that they count for.
   * Those that hold no place are passed over.
   */
  giveBack(messages: readonly HeldPlace[]): Promise<void>;
}

/** A message whose places are given back; with `waitsUntil` (epoch milliseconds) only if its day is over by then. */
export interface HeldPlace {
  readonly messageId: MessageId;
  readonly address: string;
  readonly waitsUntil?: number | undefined;
}

/** How far the clocks of our machines may be apart: what Redis forgets by itself, it forgets this much later. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * KEYS: window, cap, message per item. ARGV: now, margin, ttl of messages, then per item: id, window max, window ms, cap max, ms
 * until the cap resets, and what the message has to remember of its places.
 */
const CHECK = `
local now, margin, ttl = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]

local function judge(window, cap, message, id, windowMax, windowMs, capMax, capMs, places)
  local used = capMax and redis.call('ZSCORE', cap, id)
  if windowMax then
    redis.call('ZREMRANGEBYSCORE', window, '-inf', now - windowMs)
    if redis.call('ZSCORE', window, id) then return {'pass', used or ''} end
    local count = redis.call('ZCARD', window)
    if count >= windowMax then
      if used then redis.call('ZREM', cap, id) end
      local blocking = redis.call('ZRANGE', window, count - windowMax, count - windowMax, 'WITHSCORES')
      return {'deduplicated', blocking[2] or now, count}
    end
  end
  if capMax and not used then
    local before = redis.call('ZCARD', cap)
    if before >= capMax then return {'capped', before} end
    used = before + 1
    redis.call('ZADD', cap, used, id)
    redis.call('PEXPIRE', cap, capMs + margin)
  end
  if windowMax then
    redis.call('ZADD', window, now, id)
    redis.call('PEXPIRE', window, windowMs + margin)
  end
  if windowMax or capMax then
    redis.call('HSET', message, 'places', places)
    if redis.call('PTTL', message) < 0 then redis.call('PEXPIRE', message, ttl) end
  end
  return {'pass', used or ''}
end

local verdicts = {}
for i = 1, #KEYS / 3 do
  local a = 6 * i - 2
  verdicts[i] = judge(KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i], ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]),
    tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4]), ARGV[a + 5])
end
return verdicts`;

/** KEYS: window, cap, message per item. ARGV: id per item. */
const GIVE_BACK = `
for i, id in ipairs(ARGV) do
  redis.call('ZREM', KEYS[3 * i - 2], id)
  redis.call('ZREM', KEYS[3 * i - 1], id)
  redis.call('HDEL', KEYS[3 * i], 'places')
end`;

/** What a message remembers of its places in Redis, so that whoever stops it later can give them back without rendering it. */
interface Places {
  readonly contentKey: string;
  readonly channel: Channel;
  /** The local day it counts for and its end, or nothing where no cap applies. */
  readonly day: string;
  readonly resetsAt: number | null;
}
type Known = HeldPlace & Places;

function toVerdict({ window, cap }: GateItem, [verdict, first, count]: (string | number)[]): GateVerdict {
  if (verdict === 'deduplicated' && window) {
    const acceptedAt = Number(first);
    const freeAt = acceptedAt + window.windowSeconds * 1000;
    return { verdict, acceptedAt, freeAt, count: Number(count), max: window.max };
  }
  if (verdict === 'capped' && cap) return { verdict, used: Number(first), max: cap.max, resetsAt: cap.resetsAt };
  return first === '' ? { verdict: 'pass' } : { verdict: 'pass', capUsed: Number(first) };
}

/** The gate that all workers share through one Redis. `messageTtlMs`: as for the trace, whose hash it writes to. */
export function createDedupGate(redis: RedisClient, keys: RedisKeys, messageTtlMs = MESSAGE_TTL_MS): DedupGate {
  const checkScript = createScript(redis, CHECK);
  const giveBackScript = createScript(redis, GIVE_BACK);
  const shardOf = (item: { readonly address: string }): number => keys.shardOf(item.address);
  type Keyed = Pick<Known, 'messageId' | 'address' | 'contentKey' | 'channel' | 'day'>;
  const keysOf = (shard: number, items: readonly Keyed[]): string[] =>
    items.flatMap(({ messageId, address, contentKey, channel, day }) => [
      keys.content(shard, contentKey),
      keys.cap(shard, channel, address, day),
      keys.message(shard, messageId),
    ]);

  /** Where the messages have places, by what they remember. */
  async function placesOf(messages: readonly HeldPlace[]): Promise<Known[]> {
    const texts = await answerOf(
      Promise.all(messages.map((item) => redis.hget(keys.message(shardOf(item), item.messageId), 'places'))),
    );
    return messages.flatMap((item, i) => {
      const text = texts[i];
      return text ? [{ ...item, ...(JSON.parse(text) as Places) }] : [];
    });
  }

  return {
    async check(items, now) {
      const ruled = items.filter(({ window, cap }) => window !== null || cap !== null);
      // Who is bound by no rule takes no place, but that Redis is away is told all the same.
      if (ruled.length === 0 && items.length > 0) await answerOf(redis.ping());
      const verdicts = await inShards(ruled, shardOf, async (shard, part) => {
        const keyed = part.map((item) => ({ ...item, day: item.cap?.day ?? '' }));
        const args = keyed.flatMap(({ messageId, window, cap, contentKey, channel, day }) => [
          messageId,
          ...(window ? [window.max, window.windowSeconds * 1000] : ['', '']),
          ...(cap ? [cap.max, Math.max(0, cap.resetsAt - now)] : ['', '']),
          JSON.stringify({ contentKey, channel, day, resetsAt: cap?.resetsAt ?? null } satisfies Places),
        ]);
        const replies = await checkScript(keysOf(shard, keyed), [now, CLOCK_MARGIN_MS, messageTtlMs, ...args]);
        return part.map((item, i) => toVerdict(item, (replies as (string | number)[][])[i] ?? []));
      });
      const next = verdicts.values();
      return items.map(({ window, cap }) => {
        const free: GateVerdict = { verdict: 'pass' };
        return window === null && cap === null ? free : (next.next().value ?? free);
      });
    },
    giveBack: async (messages) => {
      const held = await placesOf(messages);
      const ended = ({ waitsUntil, resetsAt }: Known): boolean =>
        waitsUntil === undefined || (resetsAt !== null && waitsUntil >= resetsAt);
      await inShards(held.filter(ended), shardOf, async (shard, part) => {
        await giveBackScript(
          keysOf(shard, part),
          part.map((item) => item.messageId),
        );
        return [];
      });
    },
  };
}
