import type { HandOver } from '../domain/hand-over';
import type { MessageId } from '../domain/ids';
import type { RedisClient } from '../redis/create-redis';
import { MESSAGE_TTL_MS, type RedisKeys } from '../redis/keys';
import { gather } from '../redis/gather';
import { createScript, inShards } from '../redis/script';

/** One attempt to deliver one message. */
export interface AttemptRef {
  readonly messageId: MessageId;
  readonly address: string;
  /** From 1; a number is claimed once. */
  readonly attempt: number;
}

/** What is known about an attempt whose process did not record its outcome. Times are epoch milliseconds. */
export type NoteVerdict =
  | { readonly state: 'answered'; readonly answer: HandOver; readonly at: number }
  /** Proven, and from now on impossible. */
  | { readonly state: 'not_handed_over' }
  | {
      readonly state: 'in_doubt';
      readonly handedOverAt?: number;
      readonly because: 'handed over without an answer' | 'no notes' | 'redis restarted since';
    };

/**
 * Notes around each hand-over, so that a crash leaves in doubt only what was on a connection at that instant. The order per
 * attempt: `claimed`, claim in MySQL, `handedOver`, hand over, `answered`. All reject with `RedisAwayError` when Redis is away.
 */
export interface HandOverNotes {
  /** Notes claims to come. Without this note an attempt stays in doubt; with it, silence means "not handed over". */
  claimed(attempts: readonly AttemptRef[]): Promise<void>;
  /**
   * Await this right before handing over. `false`: another process has settled the attempt, do not hand it over. When it
   * rejects, handing over all the same gives up the proof: only for messages that may rather be sent twice than not at all.
   */
  handedOver(attempt: AttemptRef): Promise<boolean>;
  /** Notes the provider's answer, received at `at`. Nobody has to wait for it. */
  answered(attempt: AttemptRef, answer: HandOver, at: number): Promise<unknown>;
  /**
   * A verdict per attempt, in order, for whoever takes over from a process that went silent. Closes the attempts that were
   * not handed over, so that the process, should it wake up, can no longer do it.
   */
  settle(attempts: readonly AttemptRef[]): Promise<NoteVerdict[]>;
}

export interface HandOverNotesOptions {
  readonly redis: RedisClient;
  readonly keys: RedisKeys;
  /** For how long after its latest note a message is kept, in milliseconds; default 3 days, as for its trace. */
  readonly messageTtlMs?: number;
}

/** A server that restarted, or a replica that took over, has another run id: it may have lost the notes after the claim. */
const RUN_ID = `string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')`;

/** KEYS: messages. ARGV: ttl, then the attempts. A claim noted before stays: its run id is the one that counts. */
const CLAIMED = `
local run = ${RUN_ID}
for i, key in ipairs(KEYS) do
  redis.call('HSETNX', key, 'claimed:' .. ARGV[i + 1], run)
  redis.call('PEXPIRE', key, ARGV[1])
end`;

/**
 * KEYS: messages. ARGV: ttl, time, then attempt and answer of each; no answer: it is about to be handed over. 0 for each that may not
 * be, since it was closed, else 1.
 */
const NOTE = `
local may = {}
for i, key in ipairs(KEYS) do
  local n, answer = ARGV[2 * i + 1], ARGV[2 * i + 2]
  may[i] = 1
  if answer ~= '' then redis.call('HSET', key, 'answer:' .. n, answer)
  elseif redis.call('HEXISTS', key, 'closed:' .. n) == 1 then may[i] = 0
  else redis.call('HSET', key, 'handed:' .. n, ARGV[2]) end
  if may[i] == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
end
return may`;

/** KEYS: messages. ARGV: ttl, then the attempts. */
const SETTLE = `
local run = ${RUN_ID}
local found = {}
for i, key in ipairs(KEYS) do
  local n = ARGV[i + 1]
  local notes = redis.call('HMGET', key, 'answer:' .. n, 'handed:' .. n, 'closed:' .. n, 'claimed:' .. n)
  if notes[1] then found[i] = {'answered', notes[1]}
  elseif notes[2] then found[i] = {'handed over', notes[2]}
  elseif notes[3] then found[i] = {'closed'}
  elseif not notes[4] then found[i] = {'no notes'}
  elseif notes[4] ~= run then found[i] = {'restarted'}
  else
    redis.call('HSET', key, 'closed:' .. n, 1)
    redis.call('PEXPIRE', key, ARGV[1])
    found[i] = {'closed'}
  end
end
return found`;

type Found = readonly [state: 'answered' | 'handed over' | 'closed' | 'restarted' | 'no notes', value?: string];

function toVerdict([state, value = '']: Found): NoteVerdict {
  switch (state) {
    case 'answered':
      return { state: 'answered', ...(JSON.parse(value) as { answer: HandOver; at: number }) };
    case 'handed over':
      return { state: 'in_doubt', handedOverAt: Number(value), because: 'handed over without an answer' };
    case 'closed':
      return { state: 'not_handed_over' };
    case 'restarted':
      return { state: 'in_doubt', because: 'redis restarted since' };
    case 'no notes':
      return { state: 'in_doubt', because: 'no notes' };
  }
}

/** Under load a hand-over waits so long for its note, in milliseconds: far less than a mail server or a provider takes. */
const NOTES_EVERY_MS = 2;

interface Note extends AttemptRef {
  /** The answer as it is kept; empty: it is about to be handed over. */
  readonly answer: string;
}

/** The notes in Redis, in the hash that also holds the message's trace. */
export function createHandOverNotes({
  redis,
  keys,
  messageTtlMs = MESSAGE_TTL_MS,
}: HandOverNotesOptions): HandOverNotes {
  const claimedScript = createScript(redis, CLAIMED);
  const noteScript = createScript(redis, NOTE);
  const settleScript = createScript(redis, SETTLE);
  const shardOf = ({ address }: AttemptRef): number => keys.shardOf(address);
  const keyOf = (ref: AttemptRef): string => keys.message(shardOf(ref), ref.messageId);
  const argsOf = (refs: readonly AttemptRef[]): number[] => [messageTtlMs, ...refs.map(({ attempt }) => attempt)];
  // Many hand-overs begin and end in one moment: their notes are one call.
  const note = gather(shardOf, NOTES_EVERY_MS, (notes: readonly Note[]) =>
    inShards(notes, shardOf, async (_, part) => {
      const args = part.flatMap(({ attempt, answer }) => [attempt, answer]);
      const may = await noteScript(part.map(keyOf), [messageTtlMs, Date.now(), ...args]);
      return (may as number[]).map((one) => one === 1);
    }),
  );
  return {
    claimed: async (attempts) => {
      await inShards(attempts, shardOf, async (_, part) => {
        await claimedScript(part.map(keyOf), argsOf(part));
        return [];
      });
    },
    handedOver: (ref) => note({ ...ref, answer: '' }),
    answered: (ref, answer, at) => note({ ...ref, answer: JSON.stringify({ answer, at }) }),
    settle: (attempts) =>
      inShards(attempts, shardOf, async (_, part) => {
        const found = await settleScript(part.map(keyOf), argsOf(part));
        return (found as Found[]).map(toVerdict);
      }),
  };
}
