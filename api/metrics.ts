import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What GET /metrics tells, besides the figures of the process. No label has more than a few dozen values. */
export interface ApiMetrics {
  readonly registry: Registry;
  /** Seconds per request, by method, route pattern and status. */
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly acceptedSends: Counter<'lane'>;
  readonly acceptedMessages: Counter<'lane'>;
  /** Recipients that were refused, by code. */
  readonly rejectedRecipients: Counter<'code'>;
  /** Workflow starts by the API itself: `started`, `failed` (left to the relay). */
  readonly dispatchStarts: Counter<'result'>;
  /** Requests beyond the rate of their key (`refused`), or let through uncounted while Redis was away (`unchecked`). */
  readonly requestLimits: Counter<'result'>;
  /** What came in by webhooks: `kept`, `repeated`, `stop`, `start`, `help`, `text`; refused: `signature`, `malformed`. */
  readonly webhooks: Counter<'source' | 'result'>;
}

/** Metrics in a registry of their own, so that several apps fit into one process. */
export function createMetrics(): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: 'luminate_http_request_seconds',
      help: 'Seconds from the arrival of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    acceptedSends: new Counter({
      name: 'luminate_sends_accepted_total',
      help: 'Sends accepted.',
      labelNames: ['lane'],
      registers,
    }),
    acceptedMessages: new Counter({
      name: 'luminate_messages_accepted_total',
      help: 'Messages accepted, without duplicates within a send.',
      labelNames: ['lane'],
      registers,
    }),
    rejectedRecipients: new Counter({
      name: 'luminate_recipients_rejected_total',
      help: 'Recipients that were not accepted.',
      labelNames: ['code'],
      registers,
    }),
    dispatchStarts: new Counter({
      name: 'luminate_dispatch_starts_total',
      help: 'Workflow starts made by the API; failed ones are left to the relay.',
      labelNames: ['result'],
      registers,
    }),
    requestLimits: new Counter({
      name: 'luminate_request_limits_total',
      help: 'Requests that were refused by the rate of their key, or let through uncounted because Redis was away.',
      labelNames: ['result'],
      registers,
    }),
    webhooks: new Counter({
      name: 'luminate_webhooks_total',
      help: 'Receipts and texts that came in, and requests that were refused.',
      labelNames: ['source', 'result'],
      registers,
    }),
  };
}
