import { queuesOf, ticketOf, type FlowMessage, type FlowTicket } from '../domain/flow-ticket';
import { groupBy } from '../domain/group-by';
import type { MessageType } from '../domain/lane';
import type { Rate } from '../domain/rules';
import type { RedisClient } from '../redis/create-redis';
import type { RedisKeys } from '../redis/keys';
import { createScript, inShards } from '../redis/script';
import { ASK, FORGET, REQUEUE } from './flow-scripts';

/** One rate that all workers share. */
export interface FlowLimit {
  /** Names the limit: the id of an account or app, or a channel. */
  readonly key: string;
  readonly rate: Rate;
  /** Keep a tenth of every window, at least one message of two, for verification codes. */
  readonly reserve: boolean;
}

/** `tag` is the ticket's place in the order of service, for `requeue`. */
export type FlowAnswer =
  | { readonly go: true; readonly tag: number }
  /** Come back `at` (epoch milliseconds): number `place` of `queued` in the queue. */
  | {
      readonly go: false;
      readonly tag: number;
      readonly at: number;
      readonly place: number;
      readonly queued: number;
    };

/** Where a ticket stands, and when it comes back. */
export interface FlowPlace {
  readonly id: string;
  readonly tag: number;
  readonly at: number;
}

/** Who may go when, over all workers. All methods reject with `RedisAwayError` when Redis is away. */
export interface FlowControl {
  /**
   * An answer per ticket, in order. No window of the rate ever holds more grants than `messages`. A ticket that was granted is
   * granted again, for an hour; one that waits keeps its place and may ask at any time.
   */
  ask(limit: FlowLimit, tickets: readonly FlowTicket[], now: number): Promise<FlowAnswer[]>;
  /** Takes back what was granted a moment ago, since another limit says no: they stand where they stood, and come back `at`. */
  requeue(limitKey: string, places: readonly FlowPlace[]): Promise<void>;
  /** Gives back grants and places of tickets that are not handed over. */
  forget(limitKey: string, tickets: readonly FlowTicket[]): Promise<void>;
  /** Takes messages, as they were while they waited, out of all queues in which they stood. */
  leave(messages: readonly FlowMessage[]): Promise<void>;
}

/** For how long a grant is remembered for a ticket that asks again, and for how many tickets beyond those of the window. */
const REMEMBER_MS = 3600_000;
const MOST_REMEMBERED = 100_000;
/** For how long a place is kept for a ticket whose time has come: longer than a timer and a busy worker take. */
const PATIENCE_MS = 5_000;
/** The most tickets that one call lets become due or late, so that it holds up Redis for some milliseconds only. */
const MOST_MOVED = 1_000;

/** Twice the distance of two tickets of a flow: shares 100 : 10 : 1. */
const STEPS: Readonly<Record<MessageType, number>> = { verification: 2, notice: 20, marketing: 200 };

const flowOf = ({ messageType, appId }: FlowTicket): string => `${messageType} ${appId}`;
const argsOf = (ticket: FlowTicket): (string | number)[] => [ticket.id, flowOf(ticket), STEPS[ticket.messageType]];
const onlyShard = (): number => 0;

function checkRate({ key, rate: { messages, perSeconds } }: FlowLimit): void {
  if (Number.isInteger(messages) && messages >= 1 && perSeconds > 0 && Number.isFinite(perSeconds)) return;
  throw new RangeError(
    `The rate of ${key} is ${messages} messages per ${perSeconds} s; ` +
      'it must be a whole number of messages, at least 1, per a time above 0.',
  );
}

const reservedOf = ({ reserve, rate }: FlowLimit): number =>
  reserve && rate.messages >= 2 ? Math.max(1, Math.floor(rate.messages / 10)) : 0;

/** The log of grants decides how many go, self-clocked fair queueing who is next, and nobody polls: who waits sleeps. */
export function createFlowControl(redis: RedisClient, keys: RedisKeys): FlowControl {
  const askScript = createScript(redis, ASK);
  const requeueScript = createScript(redis, REQUEUE);
  const forgetScript = createScript(redis, FORGET);
  async function forget(limitKey: string, tickets: readonly FlowTicket[]): Promise<void> {
    await inShards(tickets, onlyShard, async (_, part) => {
      await forgetScript(keys.flow(limitKey), part.flatMap(argsOf));
      return [];
    });
  }
  return {
    async ask(limit, tickets, now) {
      checkRate(limit);
      const { messages, perSeconds } = limit.rate;
      const fixed = [
        ...[Math.ceil(now), messages, Math.ceil(perSeconds * 1000), reservedOf(limit)],
        ...[PATIENCE_MS, REMEMBER_MS, MOST_REMEMBERED, MOST_MOVED],
      ];
      return inShards(tickets, onlyShard, async (_, part) => {
        const reply = await askScript(keys.flow(limit.key), [...fixed, ...part.flatMap(argsOf)]);
        const [queued = 0, ...numbers] = reply as number[];
        return part.map((__, i) => {
          const [tag = 0, at = 0, place = 0] = numbers.slice(3 * i, 3 * i + 3);
          return place === 0 ? { go: true, tag } : { go: false, tag, at, place, queued };
        });
      });
    },
    async requeue(limitKey, places) {
      const latest = places.reduce((max, { at }) => Math.max(max, at), 0);
      const keepMs = Math.max(0, Math.ceil(latest - Date.now())) + REMEMBER_MS;
      await inShards(places, onlyShard, async (_, part) => {
        const args = part.flatMap(({ id, tag, at }) => [id, tag, Math.ceil(at)]);
        await requeueScript(keys.flow(limitKey), [keepMs, ...args]);
        return [];
      });
    },
    forget,
    async leave(messages) {
      const places = messages.flatMap((message) =>
        queuesOf(message).map((key) => ({ key, ticket: ticketOf(message) })),
      );
      for (const [key, group] of groupBy(places, (place) => place.key)) {
        const tickets = group.map(({ ticket }) => ticket);
        await forget(key, tickets);
      }
    },
  };
}
