import type { DueHour, HourScan, StatisticsStore } from '../../db/stores/statistics-store';
import type { ReceiptCursor } from '../../db/stores/statistics-looks';

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

/** Small hours are taken together up to so many. */
const HOURS_PER_STEP = 25;
const RECEIPTS_AT_ONCE = 20_000;

/**
 * Computes what is due, newest hours first, in steps of about `batchRows` messages: the next step may come when it likes, and never.
 * What an unfinished hour has come to is kept here only; it is begun anew by whoever comes next.
 */
export function createStatisticsSteps({ store, since, batchRows = 20_000 }: Options): () => Promise<StatisticsStep> {
  let look: { readonly now: Date; readonly after: ReceiptCursor | null } | undefined;
  let queue: DueHour[] = [];
  let current: HourScan | undefined;

  /** Finds out what is due, a part of the receipts at a time; tells whether that was all. */
  async function prepare(): Promise<boolean> {
    if (!look) {
      const now = new Date();
      await store.findHours(now, since);
      await store.lookAtRuns(now);
      look = { now, after: await store.receiptsFrom(now) };
    }
    if (look.after === null) return true;
    const after = await store.lookAtReceipts(look.after, look.now, RECEIPTS_AT_ONCE);
    look = { ...look, after };
    return after === null;
  }

  async function next(): Promise<HourScan | undefined> {
    if (queue.length === 0) queue = await store.due(new Date(), since, HOURS_PER_STEP);
    const due = queue.shift();
    return due && store.begin(due);
  }

  return async () => {
    let [hours, messages] = [0, 0];
    if (!(await prepare())) return { done: false, hours, messages };
    while (messages < batchRows && hours < HOURS_PER_STEP) {
      current ??= await next();
      if (!current) return { done: true, hours, messages };
      const scan: HourScan = await store.scan(current, batchRows);
      messages += scan.messages - current.messages;
      current = scan.done ? undefined : scan;
      if (scan.done && (await store.replace(scan))) hours++;
    }
    return { done: false, hours, messages };
  };
}
