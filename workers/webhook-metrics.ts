import { Counter, type Registry } from 'prom-client';

export interface WebhookMetrics {
  /** Events that were given to the endpoints of their app. */
  readonly events: Counter;
  /** Requests to endpoints by how they ended. */
  readonly attempts: Counter<'result'>;
  readonly failures: Counter;
}

export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  return {
    events: new Counter({
      name: 'luminate_webhook_events_total',
      help: 'Events given to the webhook endpoints of their app',
      registers,
    }),
    attempts: new Counter({
      name: 'luminate_webhook_attempts_total',
      help: 'Requests to webhook endpoints by how they ended: delivered, failed, gone',
      labelNames: ['result'],
      registers,
    }),
    failures: new Counter({
      name: 'luminate_webhook_failures_total',
      help: 'Looks for events to give to webhooks that failed and were tried again',
      registers,
    }),
  };
}
