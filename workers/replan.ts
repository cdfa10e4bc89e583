import type { Logger } from '../config/logger';
import type { Stores } from '../db/database';
import type { AppId, DispatchId } from '../domain/ids';
import { perSecond, type LiveRules, type Rate } from '../domain/rules';

export interface ReplanOptions {
  readonly stores: Pick<Stores, 'accounts' | 'apps' | 'runs' | 'waiting'>;
  readonly rules: LiveRules;
  /** Lets the workflows of these dispatches look at their messages now. */
  readonly wake: (ids: readonly DispatchId[]) => Promise<void>;
  readonly log: Logger;
}

/** Rows that one statement goes through. */
const SLICE = 1_000;

/** Messages a second of every limit; none: no limit. */
type Rates = ReadonlyMap<string, number>;

/**
 * Sees to it that messages which were told their time under a slower rate come sooner when the rate is raised or lifted. Each
 * call compares the rates with those of the last call, and shortens the waits in proportion: then they come a few at a time, and
 * not all at once to be told a new time. Rejects when MySQL or Temporal is away; the next call does the same work again.
 */
export function createReplan(options: ReplanOptions): () => Promise<void> {
  let known: Rates | undefined;
  return async () => {
    const rates = await currentRates(options);
    const raised = [...(known ?? [])].flatMap(([limit, before]) => {
      const factor = before / (rates.get(limit) ?? Infinity);
      return factor < 1 ? [{ limit, factor }] : [];
    });
    for (const { limit, factor } of raised) await shorten(options, limit, factor);
    known = rates;
  };
}

async function currentRates({ stores, rules }: ReplanOptions): Promise<Rates> {
  const { accounts, channels, apps } = rules.current().flow;
  const own = (await stores.accounts.list()).map(({ id, rate }) => [id, rate] as const);
  const runs = (await stores.runs.rates()).map(({ id, rate }) => [id, rate] as const);
  const all: Record<string, Rate | null> = {
    ...Object.fromEntries([...own, ...runs]),
    ...accounts,
    ...channels,
    ...apps,
  };
  return new Map(Object.entries(all).flatMap(([key, rate]) => (rate ? [[key, perSecond(rate)] as const] : [])));
}

async function shorten(options: ReplanOptions, limit: string, factor: number): Promise<void> {
  const { stores, wake, log } = options;
  const now = new Date();
  const dispatches = new Set<DispatchId>();
  let messages = 0;
  const apps = (await stores.apps.list()).map(({ id }) => id);
  for (const appId of apps.includes(limit as AppId) ? [limit as AppId] : apps) {
    for (let after: Parameters<typeof stores.waiting.shorten>[1] = undefined; ;) {
      const slice: Awaited<ReturnType<typeof stores.waiting.shorten>> = await stores.waiting.shorten(
        { appId, limit, factor, now },
        after,
        SLICE,
      );
      for (const id of slice.dispatches) dispatches.add(id);
      messages += slice.messages;
      if (!slice.last) break;
      after = slice.last;
    }
  }
  if (messages === 0) return;
  await wake([...dispatches]);
  log.info({ limit, factor, messages, dispatches: dispatches.size }, 'a rate was raised: messages come sooner');
}
