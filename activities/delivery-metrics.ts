import { Counter, Histogram, type Registry } from 'prom-client';

/** What the activities count. Labels have few values: lanes, statuses, classes; never an address, app or template. */
export interface DeliveryMetrics {
  /** Messages that entered a status, by lane. */
  readonly messages: Counter<'lane' | 'status'>;
  /** Attempts by account (its id) and the class of their answer. */
  readonly attempts: Counter<'lane' | 'account' | 'provider' | 'class'>;
  /** What became of hand-overs whose answer was lost: the provider had them, had them not, or nobody can tell. */
  readonly doubts: Counter<'lane' | 'provider' | 'outcome'>;
  /** Sends of one delivery whose attachments were `fetched`, `refused` or `away`. */
  readonly attachments: Counter<'lane' | 'outcome'>;
  /** Seconds from acceptance to the provider's acceptance. */
  readonly latency: Histogram<'lane'>;
  /** Accounts that a provider reported as broken; somebody must act. */
  readonly parked: Counter<'provider'>;
  /** Accounts that the breaker took out of use. */
  readonly breakerOpened: Counter<'provider'>;
  /** Trace events that Redis did not take; the timeline tells them from MySQL. */
  readonly traceLost: Counter;
}

export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry];
  return {
    messages: new Counter({
      name: 'luminate_messages_total',
      help: 'Messages that entered a status',
      labelNames: ['lane', 'status'],
      registers,
    }),
    attempts: new Counter({
      name: 'luminate_attempts_total',
      help: 'Hand-overs to a provider by class of the answer',
      labelNames: ['lane', 'account', 'provider', 'class'],
      registers,
    }),
    doubts: new Counter({
      name: 'luminate_doubts_total',
      help: 'Hand-overs whose answer was lost, by what became of them',
      labelNames: ['lane', 'provider', 'outcome'],
      registers,
    }),
    attachments: new Counter({
      name: 'luminate_attachments_total',
      help: 'Sends whose attachments were to be fetched, by what came of it',
      labelNames: ['lane', 'outcome'],
      registers,
    }),
    latency: new Histogram({
      name: 'luminate_accept_to_sent_seconds',
      help: 'From the acceptance of a message to its acceptance by the provider',
      labelNames: ['lane'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600],
      registers,
    }),
    parked: new Counter({
      name: 'luminate_accounts_parked_total',
      help: 'Accounts taken out of use because their provider reported them as broken',
      labelNames: ['provider'],
      registers,
    }),
    breakerOpened: new Counter({
      name: 'luminate_breaker_opened_total',
      help: 'Times that the breaker took an account out of use',
      labelNames: ['provider'],
      registers,
    }),
    traceLost: new Counter({
      name: 'luminate_trace_events_lost_total',
      help: 'Trace events that could not be written to Redis',
      registers,
    }),
  };
}
