import type { WebhookDeliveryId, WebhookId } from '../../domain/ids';
import type { Stores } from '../../db/database';
import type { ApiDeps } from '../deps';
import { findWebhook, findWebhookDelivery, holdEnabled } from '../find-webhook';
import { idCursor } from '../page-cursor';
import { defineRoute, type Route } from '../route';
import { idParams, pageOf, toPage } from '../schemas/common';
import {
  replayedSchema,
  replayLostSchema,
  viewWebhookDelivery,
  webhookDeliveryListQuery,
  webhookDeliverySchema,
} from '../schemas/webhooks';

type Deps = Pick<ApiDeps, 'tellWebhook'>;

const shared = { tag: 'Webhooks', permission: 'webhooks:write', params: idParams } as const;

async function deliveryOf(stores: Stores, id: WebhookDeliveryId) {
  const delivery = await stores.webhookDeliveries.get(id);
  if (!delivery) throw new Error(`the delivery ${id} that was just written is not there`);
  return viewWebhookDelivery(delivery);
}

/** The log of a webhook, and what makes it deliver again. */
export function webhookDeliveryRoutes(deps: Deps): Route[] {
  return [logRoute(), testRoute(deps), ...replayRoutes(deps)];
}

/** Tells the workflow after the commit: before that it would look in vain. */
function tellAfter({ tellWebhook }: Deps, onEnd: (listener: (kept: boolean) => void) => void, id: WebhookId): void {
  onEnd((kept) => {
    if (kept) tellWebhook(id, { urgent: true });
  });
}

function testRoute(deps: Deps): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path: '/v1/webhooks/:id/test',
    summary: 'Try a webhook',
    description: 'Posts an event `webhook.test` to it, whatever it listens to. Its log tells what came of it.',
    status: 202,
    idempotent: true,
    audit: { action: 'webhook.test' },
    problems: ['not_found', 'webhook_disabled'],
    response: webhookDeliverySchema,
    async handler({ params, caller, stores, onEnd }) {
      const endpoint = await findWebhook(stores, caller, params.id);
      await holdEnabled(stores, endpoint);
      const id = await stores.webhookEvents.addTest(endpoint.appId, endpoint.id);
      tellAfter(deps, onEnd, endpoint.id);
      return deliveryOf(stores, id);
    },
  });
}

function replayRoutes(deps: Deps): Route[] {
  return [
    defineRoute({
      ...shared,
      method: 'post',
      path: '/v1/webhooks/:id/replay',
      summary: 'Deliver again what was lost',
      description: 'Everything that failed or was discarded since `from`, with all retries, in the order of before.',
      status: 202,
      idempotent: true,
      audit: { action: 'webhook.replay' },
      problems: ['not_found', 'webhook_disabled'],
      body: replayLostSchema,
      response: replayedSchema,
      async handler({ params, body, caller, stores, onEnd, note }) {
        const endpoint = await findWebhook(stores, caller, params.id);
        await holdEnabled(stores, endpoint);
        const replayed = await stores.webhookDeliveries.replayLost(endpoint.id, body.from);
        tellAfter(deps, onEnd, endpoint.id);
        note({ after: { from: body.from, replayed } });
        return { replayed };
      },
    }),
    defineRoute({
      ...shared,
      method: 'post',
      path: '/v1/webhook-deliveries/:id/replay',
      summary: 'Deliver an event again',
      description: 'Also one that was delivered; under the same `webhook-id`, with all retries.',
      status: 202,
      idempotent: true,
      audit: { action: 'webhook_delivery.replay' },
      problems: ['not_found', 'webhook_disabled'],
      response: webhookDeliverySchema,
      async handler({ params, caller, stores, onEnd }) {
        const { endpoint, delivery } = await findWebhookDelivery(stores, caller, params.id);
        await holdEnabled(stores, endpoint);
        await stores.webhookDeliveries.replay(delivery.id);
        tellAfter(deps, onEnd, endpoint.id);
        return deliveryOf(stores, delivery.id);
      },
    }),
  ];
}

function logRoute(): Route {
  return defineRoute({
    ...shared,
    method: 'get',
    permission: 'webhooks:read',
    path: '/v1/webhooks/:id/deliveries',
    summary: 'List the deliveries of a webhook',
    description: 'Newest first. Kept as long as messages are.',
    problems: ['not_found'],
    query: webhookDeliveryListQuery,
    response: pageOf(webhookDeliverySchema),
    async handler({ params, query, caller, stores }) {
      const { state, after, limit } = query;
      const cursor = idCursor('whd', after);
      const { id: endpointId } = await findWebhook(stores, caller, params.id);
      const filter = { endpointId, state, after: cursor, limit: limit + 1 };
      const rows = await stores.webhookDeliveries.list(filter);
      return toPage(rows, limit, ({ id }) => id, viewWebhookDelivery);
    },
  });
}
