import type { Stores } from '../db/database';
import type { WebhookDelivery } from '../db/stores/webhook-delivery-store';
import type { WebhookEndpoint } from '../db/stores/webhook-store';
import { isId } from '../domain/ids';
import { seesApp, type Caller } from './context';
import { ApiError } from './problem';

/** A webhook of the caller's app; an admin key finds all. Throws 404. */
export async function findWebhook(stores: Stores, caller: Caller, id: string): Promise<WebhookEndpoint> {
  const found = isId('whe', id) ? await stores.webhooks.get(id) : undefined;
  if (found && seesApp(caller, found.appId)) return found;
  throw new ApiError('not_found', `There is no webhook ${id}.`);
}

/** A delivery to a webhook that is there, with the webhook. Throws 404. */
export async function findWebhookDelivery(
  stores: Stores,
  caller: Caller,
  id: string,
): Promise<{ endpoint: WebhookEndpoint; delivery: WebhookDelivery }> {
  const delivery = isId('whd', id) ? await stores.webhookDeliveries.get(id) : undefined;
  const endpoint = delivery && (await stores.webhooks.get(delivery.endpointId));
  if (endpoint && seesApp(caller, endpoint.appId)) return { endpoint, delivery };
  throw new ApiError('not_found', `There is no delivery ${id}.`);
}

/** Within a transaction: throws 404 or 409 for a webhook that gets nothing; nobody deletes or disables it before the end. */
export async function holdEnabled(stores: Stores, { id }: WebhookEndpoint): Promise<void> {
  const held = await stores.webhooks.hold(id);
  if (!held) throw new ApiError('not_found', `There is no webhook ${id}.`);
  if (held.state === 'enabled') return;
  throw new ApiError('webhook_disabled', `Webhook ${id} is disabled: enable it first (PATCH /v1/webhooks/${id}).`);
}
