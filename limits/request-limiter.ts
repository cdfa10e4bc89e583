import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { createBoundedCache } from '../domain/bounded-cache';
import type { RedisClient } from '../redis/create-redis';
import type { RedisKeys } from '../redis/keys';

/** So many requests in a window; windows begin with their first request. */
export interface RequestPolicy {
  readonly name: 'rate' | 'burst';
  readonly quota: number;
  readonly windowSeconds: number;
}

/** What a policy still gives, as far as this process knows. */
export interface RequestQuota {
  readonly name: RequestPolicy['name'];
  readonly remaining: number;
  /** Until the window ends, in milliseconds. */
  readonly resetMs: number;
}

export interface RequestVerdict {
  readonly allowed: boolean;
  /** Empty while Redis is away. */
  readonly quotas: readonly RequestQuota[];
  /** False: nobody counted it, because Redis is away. */
  readonly checked: boolean;
}

/** Counts requests by key over all processes. Never rejects: while Redis is away everything is allowed. */
export interface RequestLimiter {
  readonly policies: readonly RequestPolicy[];
  /** Takes one request. Most calls are answered at once, without a call to Redis; only the others return a promise. */
  take(key: string): RequestVerdict | Promise<RequestVerdict>;
}

export interface RequestLimiterOptions {
  readonly redis: RedisClient;
  readonly keys: Pick<RedisKeys, 'requests'>;
  /** Requests of one key in a second. */
  readonly perSecond: number;
  /** Further ones in ten seconds, once those of a second are used up; 0: none. */
  readonly burst: number;
}

const BURST_SECONDS = 10;
/** A process takes this share of a quota at once: a call to Redis for every tenth request at 200 a second. */
const LEASE_SHARE = 1 / 20;
/** After a call that failed Redis is not asked for so long, in milliseconds: else every request would wait for it. */
const AWAY_MS = 5_000;
const KNOWN_KEYS = 10_000;

/** Part of a quota that this process may hand out by itself, until the window ends. */
interface Lease {
  left: number;
  /** What Redis still had after it, for all processes. */
  readonly rest: number;
  readonly until: number;
}
interface Taken {
  readonly allowed: boolean;
  readonly quota: RequestQuota;
}

interface Window {
  /** The quota as it is known; `undefined`: not known. */
  peek(key: string): RequestQuota | undefined;
  /** `undefined`: Redis is away. */
  take(key: string): Taken | undefined | Promise<Taken | undefined>;
}

/** The quotas of one policy. Rejects nothing; `onAway` is told of a call that failed. */
function createWindow(
  { redis, keys }: RequestLimiterOptions,
  policy: RequestPolicy,
  away: { since(): void; is(): boolean },
): Window {
  const { name, quota, windowSeconds } = policy;
  const limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix: '', points: quota, duration: windowSeconds });
  const size = Math.max(1, Math.floor(quota * LEASE_SHARE));
  const leases = createBoundedCache<Lease>({ max: KNOWN_KEYS });
  const asked = new Map<string, Promise<void>>();

  const view = ({ left, rest, until }: Lease): RequestQuota => ({
    name,
    remaining: left + rest,
    resetMs: Math.max(1, until - Date.now()),
  });
  const current = (key: string): Lease | undefined => {
    const lease = leases.get(key);
    return lease && lease.until > Date.now() ? lease : undefined;
  };
  async function ask(key: string): Promise<void> {
    const result = await limiter.consume(keys.requests(name, key), size).catch((error: unknown) => {
      if (error instanceof RateLimiterRes) return error;
      away.since();
      return undefined;
    });
    if (!result) return;
    // What goes beyond the quota is refused as a whole, though part of it may have been left.
    const left = Math.max(0, Math.min(size, quota - (result.consumedPoints - size)));
    const rest = Math.max(0, quota - result.consumedPoints);
    leases.set(key, { left, rest, until: Date.now() + Math.max(1, result.msBeforeNext) });
  }
  function tryTake(key: string): Taken | undefined {
    const lease = current(key);
    if (!lease || (lease.left === 0 && lease.rest > 0)) return undefined;
    const allowed = lease.left > 0;
    if (allowed) lease.left -= 1;
    return { allowed, quota: view(lease) };
  }
  async function takeSlowly(key: string): Promise<Taken | undefined> {
    while (!away.is()) {
      const asking =
        asked.get(key) ??
        ask(key).finally(() => {
          asked.delete(key);
        });
      asked.set(key, asking);
      await asking;
      const taken = tryTake(key);
      if (taken) return taken;
    }
    return undefined;
  }
  return {
    peek: (key) => {
      const lease = current(key);
      return lease && view(lease);
    },
    take: (key) => tryTake(key) ?? takeSlowly(key),
  };
}

/** Limits requests by key: so many a second, and further ones for a while. */
export function createRequestLimiter(options: RequestLimiterOptions): RequestLimiter {
  let awayUntil = 0;
  const away = {
    since: () => {
      awayUntil = Date.now() + AWAY_MS;
    },
    is: () => Date.now() < awayUntil,
  };
  const policies: RequestPolicy[] = [{ name: 'rate', quota: options.perSecond, windowSeconds: 1 }];
  if (options.burst > 0) policies.push({ name: 'burst', quota: options.burst, windowSeconds: BURST_SECONDS });
  const [rate, burst] = policies.map((policy) => createWindow(options, policy, away));
  if (!rate) throw new Error('a limiter has a rate');

  const unchecked: RequestVerdict = { allowed: true, quotas: [], checked: false };
  async function takeBoth(key: string, first: Taken | undefined): Promise<RequestVerdict> {
    if (!first) return unchecked;
    if (first.allowed || !burst) return verdictOf(key, first);
    const second = await burst.take(key);
    return second ? { allowed: second.allowed, quotas: [first.quota, second.quota], checked: true } : unchecked;
  }
  function verdictOf(key: string, first: Taken): RequestVerdict {
    const further = burst?.peek(key);
    return { allowed: first.allowed, quotas: further ? [first.quota, further] : [first.quota], checked: true };
  }
  return {
    policies,
    take(key) {
      if (away.is()) return unchecked;
      const first = rate.take(key);
      if (first instanceof Promise) return first.then((taken) => takeBoth(key, taken));
      return first?.allowed ? verdictOf(key, first) : takeBoth(key, first);
    },
  };
}
