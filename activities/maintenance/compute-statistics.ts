import type { DueHour, StatisticsStore } from '../../db/stores/statistics-store';
import type { StatRows } from '../../db/stores/stat-rows';
import type { MessageId } from '../../domain/ids';

/** What a step did, and whether there is another one. */
export interface StatisticsStep {
  readonly done: boolean;
  readonly hours: number;
  readonly messages: number;
}

interface Options {
  readonly store: StatisticsStore;
  /** Hours before this are left alone. */
  readonly since: Date;
  /** Messages of one statement; default 20,000. */
  readonly batchRows?: number | undefined;
}

/** An hour that is being counted. */
interface UnderWay {
  readonly due: DueHour;
  readonly begunAt: Date;
  readonly rows: StatRows;
  readonly after: MessageId | null;
}

/** Small hours are taken together up to so many. */
const HOURS_PER_STEP = 25;
const RECEIPTS_AT_ONCE = 20_000;

/**
 * Computes what is due, newest hours first, in steps of about `batchRows` messages: the next step may come when it likes, and never.
 * What an unfinished hour has come to is kept here only; it is begun anew by whoever comes next.
 */
export function createStatisticsSteps({ store, since, batchRows = 20_000 }: Options): () => Promise<StatisticsStep> {
  let prepared = false;
  let queue: DueHour[] = [];
  let current: UnderWay | undefined;

  async function prepare(): Promise<void> {
    const now = new Date();
    await store.findHours(now, since);
    let after = (await store.receiptsSince()) ?? null;
    while (after !== null) ({ after } = await store.lookAtReceipts(after, now, RECEIPTS_AT_ONCE));
    prepared = true;
  }

  async function next(): Promise<UnderWay | undefined> {
    if (queue.length === 0) queue = await store.due(new Date(), since, HOURS_PER_STEP);
    const due = queue.shift();
    return due && { due, begunAt: new Date(), rows: new Map(), after: null };
  }

  return async () => {
    if (!prepared) await prepare();
    let [hours, messages] = [0, 0];
    while (messages < batchRows && hours < HOURS_PER_STEP) {
      current ??= await next();
      if (!current) return { done: true, hours, messages };
      const { due, begunAt, rows } = current;
      const part = await store.scan(due.hour, rows, current.after, batchRows);
      messages += part.messages;
      if (part.after !== null) {
        current = { ...current, after: part.after };
        continue;
      }
      current = undefined;
      if (await store.replace(due, begunAt, rows)) hours++;
    }
    return { done: false, hours, messages };
  };
}
