import type { Logger } from '../config/logger';
import type { Stores } from '../db/database';
import type { WebhookId } from '../domain/ids';
import type { WebhookGateway } from '../temporal/webhooks';
import { lookAgain, type Looking } from './look-again';
import type { WebhookMetrics } from './webhook-metrics';

interface Options {
  readonly stores: Pick<Stores, 'webhookEvents' | 'webhookDeliveries'>;
  readonly gateway: WebhookGateway;
  readonly metrics: Pick<WebhookMetrics, 'events' | 'failures'>;
  readonly log: Logger;
  /** Between two looks, and between two looks for workflows that were not told, in milliseconds; default 500 and 15,000. */
  readonly every?: number;
  readonly healEvery?: number;
}

/** Events of one app in one transaction. */
const AT_ONCE = 500;
/** What is due for so long is being delivered, or its workflow was not told of it. */
const UNTOLD_MS = 5_000;
/** Endpoints that are looked after at one look. */
const HEAL_AT_ONCE = 500;

/**
 * Gives the events of the outbox to the endpoints, and tells their workflows. What a process that was killed left undone, another look
 * does: events that were not given, and endpoints whose workflow was not told of what is due. Several may run.
 */
export function createWebhookPublisher(options: Options): Looking {
  const { stores, gateway, metrics, log, every = 500, healEvery = 15_000 } = options;
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

  /** A workflow may have ended, or wait for a retry of tomorrow, without having been told of what is due now. */
  async function heal(): Promise<void> {
    if (performance.now() < healAt) return;
    const { webhookDeliveries } = stores;
    const longDue = Date.now() - UNTOLD_MS;
    for (const id of await webhookDeliveries.endpointsWithDue(new Date(longDue), HEAL_AT_ONCE)) {
      const next = await webhookDeliveries.nextDueAt(id);
      if (next && next.getTime() <= longDue) await gateway.tell(id, { urgent: false });
    }
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

  return lookAgain(every, look);
}
