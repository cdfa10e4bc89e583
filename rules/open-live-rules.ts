import { setTimeout as pause } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Config } from '../config/env';
import type { Logger } from '../config/logger';
import type { RuleStore } from '../db/stores/rule-store';
import { defaultRules } from '../domain/rules';
import { createRedis, type RedisClient } from '../redis/create-redis';
import type { RedisKeys } from '../redis/keys';
import { createLiveRules, type LiveRulesReader } from './live-rules';
import { createRuleMetrics } from './rule-metrics';
import { createRuleNotices } from './rule-notices';

/** For how long a process waits for the rules when it starts; then it starts with the defaults and goes on trying. */
const FIRST_READ_MS = 2_000;

export interface OpenLiveRulesOptions {
  readonly config: Pick<Config, 'REDIS_URL' | 'REDIS_CLUSTER' | 'DEFAULT_REGION' | 'DEFAULT_TIMEZONE'>;
  readonly store: RuleStore;
  /** Publishes notices; a connection to hear them is opened beside it. */
  readonly redis: RedisClient;
  readonly keys: RedisKeys;
  readonly registry: Registry;
  readonly log: Logger;
}

/** The live rules of a process, read already where MySQL answers within two seconds. */
export async function openLiveRules(options: OpenLiveRulesOptions): Promise<LiveRulesReader> {
  const { config, store, redis, keys, registry, log } = options;
  const quiet = (message: string): void => {
    log.debug(message);
  };
  const subscriber = await createRedis({
    url: config.REDIS_URL,
    cluster: config.REDIS_CLUSTER,
    // The other connection to the same Redis says when it is away.
    log: { warn: quiet, info: quiet },
  });
  const rules = createLiveRules({
    store,
    notices: createRuleNotices({ redis, subscriber, channel: keys.ruleNotices }),
    defaults: defaultRules({ region: config.DEFAULT_REGION, timezone: config.DEFAULT_TIMEZONE }),
    metrics: createRuleMetrics(registry),
    log,
  });
  await Promise.race([rules.loaded, pause(FIRST_READ_MS, undefined, { ref: false })]);
  return rules;
}
