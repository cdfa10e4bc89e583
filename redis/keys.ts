import { hash } from 'node:crypto';
import type { AccountId, MessageId, TemplateId } from '../domain/ids';
import type { Channel } from '../domain/lane';
import { drawOf } from '../domain/route';

/** For how long the hash of a message is kept after its latest step if nothing else is said, in milliseconds: 3 days. */
export const MESSAGE_TTL_MS = 3 * 86_400_000;

/** Every key of Luminate in Redis. Keys that one script touches share a hash tag; addresses appear only hashed. */
export interface RedisKeys {
  readonly shards: number;
  /** The shard under which everything about a recipient lives, from 0. */
  shardOf(address: string): number;
  /** Sorted set of the accepted messages of one content to one address, by time of acceptance. */
  content(shard: number, contentKey: string): string;
  /** Sorted set of the messages that count for an address, channel and local day, by their number of that day. */
  cap(shard: number, channel: Channel, address: string, day: string): string;
  /** The ten keys of one limit of flow control (limits/flow-scripts.ts), under a hash tag of their own. */
  flow(limit: string): string[];
  /** What the breaker of one account remembers (a hash), and its latest answers and the failures among them by time (sorted sets). */
  breaker(accountId: AccountId, part: 'state' | 'answers' | 'failures'): string;
  /** Hash of one message: its steps, its status, its hand-over notes and its places in windows and caps. */
  message(shard: number, messageId: MessageId): string;
  /** Sorted set of the messages to an address that were accepted on a day, by time of acceptance. */
  addressDay(shard: number, address: string, day: string): string;
  /** Hash status → count of the messages of a template that were accepted on a day: one part per shard. */
  templateDay(shard: number, templateId: TemplateId, day: string): string;
  /** Count of the requests of one API key in the current window of a policy. */
  requests(policy: string, apiKey: string): string;
  /** Channel on which processes tell each other that rules have changed. */
  readonly ruleNotices: string;
}

export interface RedisKeysOptions {
  /** First part of every key; default `lum`. */
  readonly prefix?: string;
  /** Hash tags to spread recipients over: 1 (the default) on a single node, e.g. 64 on Redis Cluster. */
  readonly shards?: number;
}

const FLOW_PARTS = [
  'log',
  'bulk',
  'queue',
  'codes',
  'claims',
  'code-claims',
  'sleep',
  'held',
  'late',
  'state',
] as const;

const hashed = (address: string): string => hash('sha256', address).slice(0, 32);

export function createRedisKeys({ prefix = 'lum', shards = 1 }: RedisKeysOptions = {}): RedisKeys {
  const key = (tag: number | string, ...parts: (number | string)[]): string => `${prefix}:{${tag}}:${parts.join(':')}`;
  return {
    shards,
    shardOf: (address) => (shards === 1 ? 0 : Math.floor(drawOf(address) * shards)),
    content: (shard, contentKey) => key(shard, 'content', contentKey),
    cap: (shard, channel, address, day) => key(shard, 'cap', channel, hashed(address), day),
    flow: (limit) => FLOW_PARTS.map((part) => key(limit, 'flow', part)),
    breaker: (accountId, part) => key(accountId, 'breaker', part),
    message: (shard, messageId) => key(shard, 'message', messageId),
    addressDay: (shard, address, day) => key(shard, 'address', hashed(address), day),
    templateDay: (shard, templateId, day) => key(shard, 'template', templateId, day),
    requests: (policy, apiKey) => key(apiKey, 'requests', policy),
    ruleNotices: key('rules', 'changed'),
  };
}
