import { timeOfId, type MessageId, type TemplateId } from '../domain/ids';
import type { MessageStatus, StatusCounts } from '../domain/message-status';
import type { TraceEvent } from '../domain/trace-event';
import { answerOf } from '../redis/answer-of';
import type { RedisClient } from '../redis/create-redis';
import { MESSAGE_TTL_MS, type RedisKeys } from '../redis/keys';
import { createScript, inShards } from '../redis/script';
import { createDayClock } from '../domain/day-clock';
import { weightOfStatus } from './status-weight';

/** One step of a message as the projection keeps it; see `TraceEvent`. */
export type TraceStep = Pick<TraceEvent, 'step' | 'at' | 'status' | 'data'>;

/** The projection of all messages; can be rebuilt from MySQL. All methods reject with `RedisAwayError` when Redis is away. */
export interface TraceStore {
  /** Adds steps that are not there yet; a step that is, stays as it is and counts no second time. Any order will do. */
  emit(events: readonly TraceEvent[]): Promise<void>;
  /** The steps of a message by time, then by order of emission; empty when unknown or expired. */
  readMessage(messageId: MessageId, address: string): Promise<TraceStep[]>;
  /** The status of each message, in order; `undefined` when unknown or expired. */
  readStatuses(
    messages: readonly { readonly id: MessageId; readonly address: string }[],
  ): Promise<(MessageStatus | undefined)[]>;
  /** The messages to an address that were accepted on a local day, oldest first. */
  readAddressDay(address: string, day: string): Promise<{ messageId: MessageId; acceptedAt: number }[]>;
  /** How many of a template's messages that were accepted on a local day are in each status now. */
  readTemplateDay(templateId: TemplateId, day: string): Promise<StatusCounts>;
  /** Sets the counts of a day, after a rebuild. What is emitted for that day meanwhile may be lost from the counts. */
  replaceTemplateDay(templateId: TemplateId, day: string, counts: StatusCounts): Promise<void>;
}

export interface TraceStoreOptions {
  readonly redis: RedisClient;
  readonly keys: RedisKeys;
  /** IANA zone of the days; the day of a message is that of the time in its id. */
  readonly timezone: string;
  /** For how long after its latest step a message is kept, in milliseconds; default 3 days. */
  readonly messageTtlMs?: number;
  /** For how long after its latest change a template's day is kept, in milliseconds; default 30 days. */
  readonly templateTtlMs?: number;
  /** For how long after the end of the day an address's list is kept, in milliseconds; default 10 minutes. */
  readonly addressTtlMs?: number;
}

const MINUTE_MS = 60_000;
const TEMPLATE_TTL_MS = 30 * 24 * 60 * MINUTE_MS;

/**
 * KEYS: the counts of so many templates and days, then message, address and day of each message. ARGV: now, ttl of messages, ttl of
 * counts, number of counts; for each of these the ttl of the lists of their day (0: it is over); then a text per message, in lines: id,
 * accepted at, number of its counts, and per event: step, status, weight, JSON. A message whose first status is no longer known is
 * not counted: it has been, before its hash expired.
 */
const EMIT = `
local now, messageTtl, countsTtl, n = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local ttl, moved = {}, {}
for i = 1, (#KEYS - n) / 2 do
  local message, listed = KEYS[n + 2 * i - 1], KEYS[n + 2 * i]
  local line = string.gmatch(ARGV[4 + n + i], '([^\\n]*)\\n')
  local id, acceptedAt, number = line(), line(), tonumber(line())
  local counts, listTtl = KEYS[number], tonumber(ARGV[4 + number])
  local size, known = redis.call('HLEN', message), redis.call('HMGET', message, 's', 'w')
  local first, status, weight = known[1], known[1], known[2]
  local countable = first or now - tonumber(acceptedAt) <= tonumber(messageTtl)
  for step in line do
    local entered, w, json = line(), line(), line()
    if redis.call('HSETNX', message, 'e:' .. step, size .. ':' .. json) == 1 then
      size = size + 1
      ttl[message] = messageTtl
      if entered ~= '' then
        if not status and listTtl > 0 then
          redis.call('ZADD', listed, 'NX', acceptedAt, id)
          ttl[listed] = listTtl
        end
        if countable and (not status or tonumber(w) > tonumber(weight)) then status, weight = entered, w end
      end
    end
  end
  if status and weight ~= known[2] then
    redis.call('HSET', message, 's', status, 'w', weight)
    local moves = moved[counts] or {}
    if first then moves[first] = (moves[first] or 0) - 1 end
    moves[status] = (moves[status] or 0) + 1
    moved[counts], ttl[counts] = moves, countsTtl
  end
end
for counts, moves in pairs(moved) do
  for status, by in pairs(moves) do
    if by ~= 0 then redis.call('HINCRBY', counts, status, by) end
  end
end
for key, ms in pairs(ttl) do redis.call('PEXPIRE', key, ms) end`;

/** KEYS: template and day. ARGV: ttl, then status, count and so on. */
const REPLACE = `
redis.call('DEL', KEYS[1])
if #ARGV > 1 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end`;

function byMessage(events: readonly TraceEvent[]): [TraceEvent, ...TraceEvent[]][] {
  const groups = new Map<MessageId, [TraceEvent, ...TraceEvent[]]>();
  for (const event of events) {
    const group = groups.get(event.messageId);
    if (group) group.push(event);
    else groups.set(event.messageId, [event]);
  }
  return [...groups.values()];
}

/** No line holds a line break: steps are words of ours, and JSON escapes it. */
function linesOf({ step, at, status, data }: TraceEvent): string {
  const entered = status ? `${status}\n${weightOfStatus(status, at)}` : '\n';
  return `${step}\n${entered}\n${JSON.stringify({ at, status, data })}\n`;
}

function toSteps(hash: Readonly<Record<string, string>>): TraceStep[] {
  const steps = Object.entries(hash).flatMap(([field, value]) => {
    if (!field.startsWith('e:')) return [];
    const colon = value.indexOf(':');
    const kept = JSON.parse(value.slice(colon + 1)) as Omit<TraceStep, 'step'>;
    return [{ order: Number(value.slice(0, colon)), step: { step: field.slice(2), ...kept } }];
  });
  return steps.sort((a, b) => a.step.at - b.step.at || a.order - b.order).map(({ step }) => step);
}

function sumOf(parts: readonly Readonly<Record<string, string>>[]): StatusCounts {
  const counts: StatusCounts = {};
  for (const [status, n] of parts.flatMap((part) => Object.entries(part)) as [MessageStatus, string][]) {
    counts[status] = (counts[status] ?? 0) + Number(n);
  }
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0));
}

/** Calls the script for the events of one shard, those of a message together. */
function createEmitShard(options: TraceStoreOptions) {
  const { redis, keys, timezone, messageTtlMs = MESSAGE_TTL_MS } = options;
  const { templateTtlMs = TEMPLATE_TTL_MS, addressTtlMs = 10 * MINUTE_MS } = options;
  const emitScript = createScript(redis, EMIT);
  const dayOf = createDayClock(timezone);
  return async (shard: number, groups: readonly [TraceEvent, ...TraceEvent[]][]): Promise<never[]> => {
    const now = Date.now();
    /** Number and ttl of the lists of each template and day. */
    const counts = new Map<string, [number: number, listTtl: number]>();
    const names: string[] = [];
    const texts: string[] = [];
    for (const events of groups) {
      const [{ messageId, address, templateId }] = events;
      const acceptedAt = timeOfId(messageId);
      const { day, endsAt } = dayOf(acceptedAt);
      const counted = keys.templateDay(shard, templateId, day);
      const met = counts.get(counted) ?? [counts.size + 1, endsAt > now ? endsAt - now + addressTtlMs : 0];
      counts.set(counted, met);
      names.push(keys.message(shard, messageId), keys.addressDay(shard, address, day));
      let text = `${messageId}\n${acceptedAt}\n${met[0]}\n`;
      for (const event of events) text += linesOf(event);
      texts.push(text);
    }
    const fixed = [now, messageTtlMs, templateTtlMs, counts.size];
    const listTtls = [...counts.values()].map(([, listTtl]) => listTtl);
    await emitScript([...counts.keys(), ...names], [...fixed, ...listTtls, ...texts]);
    return [];
  };
}

/** The projection in Redis. */
export function createTraceStore(options: TraceStoreOptions): TraceStore {
  const { redis, keys, templateTtlMs = TEMPLATE_TTL_MS } = options;
  const emitShard = createEmitShard(options);
  const replaceScript = createScript(redis, REPLACE);
  const shards = Array.from({ length: keys.shards }, (_, shard) => shard);

  return {
    emit: async (events) => {
      await inShards(byMessage(events), ([{ address }]) => keys.shardOf(address), emitShard);
    },
    readMessage: async (messageId, address) =>
      toSteps(await answerOf(redis.hgetall(keys.message(keys.shardOf(address), messageId)))),
    readStatuses: async (messages) => {
      const statuses = messages.map(({ id, address }) => redis.hget(keys.message(keys.shardOf(address), id), 's'));
      return (await answerOf(Promise.all(statuses))).map((status) => (status as MessageStatus | null) ?? undefined);
    },
    readAddressDay: async (address, day) => {
      const ids = await answerOf(redis.zrange(keys.addressDay(keys.shardOf(address), address, day), 0, '-1'));
      return (ids as MessageId[]).map((messageId) => ({ messageId, acceptedAt: timeOfId(messageId) }));
    },
    readTemplateDay: async (templateId, day) => {
      const parts = await answerOf(
        Promise.all(shards.map((shard) => redis.hgetall(keys.templateDay(shard, templateId, day)))),
      );
      return sumOf(parts);
    },
    replaceTemplateDay: async (templateId, day, counts) => {
      // All counts go into the first part; a part may hold negative numbers later, only the sum is meant.
      await Promise.all(
        shards.map((shard) =>
          replaceScript(
            [keys.templateDay(shard, templateId, day)],
            [templateTtlMs, ...(shard === 0 ? Object.entries(counts).flat() : [])],
          ),
        ),
      );
    },
  };
}
