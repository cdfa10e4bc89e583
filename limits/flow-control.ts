import type { AccountId } from '../domain/ids';
import type { RedisClient } from '../redis/create-redis';
import type { RedisKeys } from '../redis/keys';
import { createScript, inShards } from '../redis/script';

/** At most `messages` in any `perSeconds` seconds. */
export interface FlowRate {
  readonly messages: number;
  readonly perSeconds: number;
}

/** The rate of one account, shared by all workers. All methods reject with `RedisAwayError` when Redis is away. */
export interface FlowControl {
  /**
   * A slot per ticket, epoch milliseconds: the earliest time at or after `now` that keeps the rate, in the order of the
   * tickets. A ticket that has a slot gets it again. Tickets are `<messageId>:<attempt>`.
   */
  reserve(accountId: AccountId, rate: FlowRate, tickets: readonly string[], now: number): Promise<number[]>;
  /** Frees slots that will not be used. One with later slots behind it stays empty: those were promised to others. */
  giveBack(accountId: AccountId, tickets: readonly string[]): Promise<void>;
}

/** For how long a slot that has passed is remembered for a ticket that asks again. */
const REMEMBER_MS = 3600_000;

/**
 * KEYS: the tickets of the account by slot. ARGV: now, messages, window in ms, remember in ms, then the tickets.
 * A new slot lies at least one window behind the messages-th last one, so no window that contains it holds more.
 */
const RESERVE = `
local key, now, messages = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local window, remember = tonumber(ARGV[3]), tonumber(ARGV[4])
local slots = {}
for i = 5, #ARGV do
  local slot = redis.call('ZSCORE', key, ARGV[i])
  if not slot then
    local full = redis.call('ZRANGE', key, -messages, -messages, 'WITHSCORES')
    slot = full[2] and math.max(now, full[2] + window) or now
    redis.call('ZADD', key, slot, ARGV[i])
  end
  slots[i - 4] = tonumber(slot)
end
local forgotten = math.min(redis.call('ZCOUNT', key, '-inf', now - remember), redis.call('ZCARD', key) - messages)
if forgotten > 0 then redis.call('ZREMRANGEBYRANK', key, 0, forgotten - 1) end
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
if last[2] then redis.call('PEXPIRE', key, math.max(0, last[2] - now) + math.max(window, remember)) end
return slots`;

const GIVE_BACK = `
for _, ticket in ipairs(ARGV) do redis.call('ZREM', KEYS[1], ticket) end`;

function checkRate(accountId: AccountId, { messages, perSeconds }: FlowRate): void {
  if (Number.isInteger(messages) && messages >= 1 && perSeconds > 0 && Number.isFinite(perSeconds)) return;
  throw new RangeError(
    `The rate of account ${accountId} is ${messages} messages per ${perSeconds} s; ` +
      'it must be a whole number of messages, at least 1, per a time above 0.',
  );
}

/** Flow control through one Redis: exact, and nobody polls; whoever has a slot sleeps until then. */
export function createFlowControl(redis: RedisClient, keys: RedisKeys): FlowControl {
  const reserveScript = createScript(redis, RESERVE);
  const giveBackScript = createScript(redis, GIVE_BACK);
  const onlyShard = (): number => 0;
  return {
    reserve: async (accountId, rate, tickets, now) => {
      checkRate(accountId, rate);
      const fixed = [Math.ceil(now), rate.messages, Math.ceil(rate.perSeconds * 1000), REMEMBER_MS];
      return inShards(tickets, onlyShard, async (_, part) => {
        const slots = await reserveScript([keys.flow(accountId)], [...fixed, ...part]);
        return slots as number[];
      });
    },
    giveBack: async (accountId, tickets) => {
      await inShards(tickets, onlyShard, async (_, part) => {
        await giveBackScript([keys.flow(accountId)], part);
        return [];
      });
    },
  };
}
