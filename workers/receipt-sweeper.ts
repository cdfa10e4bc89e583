import type { Logger } from '../config/logger';
import { RECEIPTS_AT_ONCE, type ApplyReceipts } from './apply-receipts';
import { lookAgain, type Looking } from './look-again';
import type { ReceiptMetrics } from './receipt-metrics';

interface Options {
  readonly apply: ApplyReceipts;
  readonly metrics: Pick<ReceiptMetrics, 'failures'>;
  readonly log: Logger;
  /** Between two looks, in milliseconds; default 1,000. */
  readonly every?: number;
}

/** Looks for receipts to apply, again at once as long as there are many. Several may run: each takes receipts of its own. */
export function createReceiptSweeper({ apply, metrics, log, every = 1_000 }: Options): Looking {
  return lookAgain(every, async () => {
    const seen = await apply().catch((error: unknown) => {
      metrics.failures.inc();
      log.warn({ err: error }, 'receipts could not be applied and are tried again');
      return 0;
    });
    return seen >= RECEIPTS_AT_ONCE;
  });
}
