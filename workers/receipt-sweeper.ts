import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../config/logger';
import { RECEIPTS_AT_ONCE, type ApplyReceipts } from './apply-receipts';
import type { ReceiptMetrics } from './receipt-metrics';

export interface ReceiptSweeper {
  start(): void;
  /** Resolves when the look that is under way has ended. */
  stop(): Promise<void>;
}

interface Options {
  readonly apply: ApplyReceipts;
  readonly metrics: Pick<ReceiptMetrics, 'failures'>;
  readonly log: Logger;
  /** Between two looks, in milliseconds; default 1,000. */
  readonly every?: number;
}

/** Looks for receipts to apply, again at once as long as there are many. Several may run: each takes receipts of its own. */
export function createReceiptSweeper({ apply, metrics, log, every = 1_000 }: Options): ReceiptSweeper {
  const stopping = new AbortController();
  let loop = Promise.resolve();

  const pause = (): Promise<void> =>
    sleep(every, undefined, { signal: stopping.signal }).catch(() => {
      // Told to stop.
    });

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const seen = await apply().catch((error: unknown) => {
        metrics.failures.inc();
        log.warn({ err: error }, 'receipts could not be applied and are tried again');
        return 0;
      });
      if (seen < RECEIPTS_AT_ONCE) await pause();
    }
  }

  return {
    start() {
      loop = run();
    },
    stop() {
      stopping.abort();
      return loop;
    },
  };
}
