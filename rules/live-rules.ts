import type { Logger } from '../config/logger';
import type { RuleStore, RuleVersion } from '../db/stores/rule-store';
import { RULE_NAMES, type LiveRules, type RuleName, type Rules } from '../domain/rules';
import type { RuleMetrics } from './rule-metrics';
import type { RuleNotices } from './rule-notices';
import { RULE_SCHEMAS } from './schemas';

/** Without a notice a change is noticed after this, in milliseconds: with the time to read it, within a second. */
const POLL_MS = 700;

export interface LiveRulesOptions {
  readonly store: Pick<RuleStore, 'numbers' | 'newest'>;
  readonly notices: RuleNotices;
  /** In force where nothing is stored. */
  readonly defaults: Rules;
  readonly metrics: RuleMetrics;
  readonly log: Logger;
  /** Default 700 ms. */
  readonly pollMs?: number;
}

/** The rules in force, kept up to date from MySQL until closed. */
export interface LiveRulesReader extends LiveRules {
  /** Reads what has changed, now; resolves when it is in force, rejects when MySQL cannot tell. */
  refresh(): Promise<void>;
  /** Call it after a change was committed: it is in force here when this resolves, elsewhere within a second. Never rejects. */
  announce(): Promise<void>;
  /** Resolves when the rules have been read for the first time: until then the defaults are in force. */
  readonly loaded: Promise<void>;
  close(): void;
}

/**
 * Reads the rules now, after each notice, and every 700 ms: notices and Redis may be lost, MySQL too, in which case the rules
 * stay as they are. A stored value that does not fit is logged once at ERROR, and the newest one that fits stays in force.
 */
export function createLiveRules(options: LiveRulesOptions): LiveRulesReader {
  const { store, notices, log } = options;
  const book = createRuleBook(options);
  const { promise: loaded, resolve: markLoaded } = deferred();
  let away = false;

  const refresh = oneAtATime(async () => {
    try {
      await book.update(await store.numbers());
    } catch (error) {
      if (!away) log.warn({ err: error }, 'MySQL does not tell the rules: they stay as they are until it does');
      away = true;
      throw error;
    }
    if (away) log.info('the rules are read from MySQL again');
    away = false;
    markLoaded();
  });
  const tryRefresh = (): Promise<void> => refresh().catch(() => undefined);

  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const poll = async (): Promise<void> => {
    await tryRefresh();
    if (!closed) timer = setTimeout(() => void poll(), options.pollMs ?? POLL_MS);
  };
  notices.listen(() => {
    if (!closed) void tryRefresh();
  });
  void poll();
  return {
    current: book.current,
    refresh,
    loaded,
    async announce() {
      const told = notices.publish().catch((error: unknown) => {
        log.debug({ err: error }, 'no notice of the changed rule: other processes find it by themselves');
      });
      await Promise.all([tryRefresh(), told]);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      notices.close();
    },
  };
}

/** What is in force, and which version of each rule was looked at last. */
function createRuleBook({ store, defaults, metrics, log }: LiveRulesOptions) {
  let rules = defaults;
  const seen = new Map<RuleName, number>();
  const told = new Set<string>();

  const fits = (stored: RuleVersion): { value: unknown } | undefined => {
    const { name: rule, version } = stored;
    const parsed = RULE_SCHEMAS[rule].safeParse(stored.value);
    if (parsed.success) return { value: parsed.data };
    if (told.has(`${rule} ${version}`)) return undefined;
    told.add(`${rule} ${version}`);
    const faults = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    log.error(
      { rule, version, faults: faults.slice(0, 10) },
      'a stored rule does not fit its schema and is not gone by: set the rule anew (PUT /v1/rules/:name) or roll it back',
    );
    return undefined;
  };

  async function read(rule: RuleName, newest: number): Promise<void> {
    let stored = newest > 0 ? await store.newest(rule) : undefined;
    const looked = stored?.version ?? 0;
    let good = stored && fits(stored);
    while (stored && !good) {
      stored = await store.newest(rule, stored.version);
      good = stored && fits(stored);
    }
    const version = good && stored ? stored.version : 0;
    rules = { ...rules, [rule]: good ? good.value : defaults[rule] };
    seen.set(rule, looked);
    metrics.version.set({ rule }, version);
    metrics.invalid.set({ rule }, version === looked ? 0 : 1);
    if (version > 0) log.info({ rule, version }, 'rule in force');
  }

  return {
    current: (): Rules => rules,
    async update(numbers: ReadonlyMap<string, number>): Promise<void> {
      for (const rule of RULE_NAMES) {
        const newest = numbers.get(rule) ?? 0;
        if ((seen.get(rule) ?? 0) !== newest) await read(rule, newest);
      }
    },
  };
}

/** Runs `work` once at a time. A call while it runs is answered by the next run, since this one may have begun too early. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    if (!running) {
      running = work().finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return run();
      });
    return next;
  };
  return run;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
