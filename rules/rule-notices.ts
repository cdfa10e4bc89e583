import { answerOf } from '../redis/answer-of';
import type { RedisClient } from '../redis/create-redis';

/** Tells every process of an installation that rules have changed. May lose a notice: whoever listens must also look by itself. */
export interface RuleNotices {
  /** Rejects with a `RedisAwayError` when Redis does not answer. */
  publish(): Promise<void>;
  /** Calls `listener` after each notice, and whenever notices may have been missed because the connection was lost. */
  listen(listener: () => void): void;
  close(): void;
}

export interface RuleNoticesOptions {
  /** Publishes. */
  readonly redis: RedisClient;
  /** A connection of its own, closed with the notices: while it listens it can do nothing else. */
  readonly subscriber: RedisClient;
  readonly channel: string;
}

export function createRuleNotices({ redis, subscriber, channel }: RuleNoticesOptions): RuleNotices {
  return {
    async publish() {
      await answerOf(redis.publish(channel, 'changed'));
    },
    listen(listener) {
      // Subscribing is repeated with every connection: the first one may come long after the start.
      const subscribe = (): void => {
        subscriber.subscribe(channel).then(listener, () => undefined);
      };
      subscriber.on('message', listener);
      subscriber.on('ready', subscribe);
      if (subscriber.status === 'ready') subscribe();
    },
    close() {
      subscriber.disconnect();
    },
  };
}
