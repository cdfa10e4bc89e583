import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../config/logger';
import type { Stores } from '../db/database';
import type { WebhookId } from '../domain/ids';
import type { WebhookGateway } from '../temporal/webhooks';
import type { WebhookMetrics } from './webhook-metrics';

export interface WebhookPublisher {
  start(): void;
  /** Resolves when the look that is under way has ended. */
  stop(): Promise<void>;
}

interface Options {
  readonly stores: Pick<Stores, 'webhookEvents' | 'webhookDeliveries'>;
  readonly gateway: WebhookGateway;
  readonly metrics: Pick<WebhookMetrics, 'events' | 'failures'>;
  readonly log: Logger;
  /** Between two looks, and between two looks for endpoints whose workflow is gone, in milliseconds; default 500 and 15,000. */
  readonly every?: number;
  readonly healEvery?: number;
}

/** Events of one app in one transaction. */
const AT_ONCE = 500;
/** Endpoints that are looked after at one look. */
const HEAL_AT_ONCE = 500;

/**
 * Gives the events of the outbox to the endpoints, and tells their workflows. What a process that was killed left undone, another look
 * does: events that were not given, and endpoints with something due whose workflow was never told. Several may run.
 */
export function createWebhookPublisher(options: Options): WebhookPublisher {
  const { stores, gateway, metrics, log, every = 500, healEvery = 15_000 } = options;
  const stopping = new AbortController();
  let loop = Promise.resolve();
  let healAt = 0;

  async function publish(): Promise<boolean> {
    const concerned = new Set<WebhookId>();
    let more = false;
    for (const appId of await stores.webhookEvents.appsToPublish()) {
      const { events, endpoints } = await stores.webhookEvents.publish(appId, AT_ONCE);
      metrics.events.inc(events);
      for (const id of endpoints) concerned.add(id);
      more ||= events === AT_ONCE;
    }
    for (const id of concerned) await gateway.tell(id, { urgent: false });
    return more;
  }

  async function heal(): Promise<void> {
    if (performance.now() < healAt) return;
    for (const id of await stores.webhookDeliveries.endpointsWithDue(new Date(), HEAL_AT_ONCE))
      await gateway.ensure(id);
    healAt = performance.now() + healEvery;
  }

  async function look(): Promise<boolean> {
    try {
      await heal();
      return await publish();
    } catch (error) {
      metrics.failures.inc();
      log.warn({ err: error }, 'events could not be given to webhooks and are tried again');
      return false;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const more = await look();
      if (more) continue;
      await sleep(every, undefined, { signal: stopping.signal }).catch(() => {
        // Told to stop.
      });
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
