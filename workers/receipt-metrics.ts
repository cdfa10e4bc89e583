import { Counter, Gauge, type Registry } from 'prom-client';

export interface ReceiptMetrics {
  /** Receipts by what became of them. */
  readonly receipts: Counter<'source' | 'event' | 'outcome'>;
  readonly failures: Counter;
  /** Seconds the oldest due receipt has been waiting at the last look; 0 when none is. */
  readonly lag: Gauge;
}

export function createReceiptMetrics(registry: Registry): ReceiptMetrics {
  const registers = [registry];
  return {
    receipts: new Counter({
      name: 'luminate_receipts_total',
      help: 'Receipts by what became of them',
      labelNames: ['source', 'event', 'outcome'],
      registers,
    }),
    failures: new Counter({
      name: 'luminate_receipt_failures_total',
      help: 'Looks for receipts that failed and were tried again',
      registers,
    }),
    lag: new Gauge({
      name: 'luminate_receipt_lag_seconds',
      help: 'How long the oldest receipt that could be applied has been waiting',
      registers,
    }),
  };
}
