import type { z } from 'zod';
import { appOfQuery } from '../app-of-query';
import { MAX_WEBHOOKS, ROTATION_MS } from '../../domain/webhook';
import { fingerprintOf } from '../conditions';
import type { ApiDeps } from '../deps';
import { findWebhook } from '../find-webhook';
import { idCursor } from '../page-cursor';
import { ApiError, invalidRequest } from '../problem';
import { defineRoute, type Route, type VersionRequest } from '../route';
import { idParams, pageOf, toPage } from '../schemas/common';
import {
  newWebhookSchema,
  viewWebhook,
  webhookChangeSchema,
  webhookListQuery,
  webhookSchema,
  webhookWithSecretSchema,
} from '../schemas/webhooks';
import { webhookDeliveryRoutes } from './webhook-delivery-routes';

type Deps = Pick<ApiDeps, 'checkWebhookUrl' | 'tellWebhook'>;

function refuseUrl(problem: string | undefined): void {
  if (problem !== undefined) throw invalidRequest([{ pointer: '/url', code: 'invalid_url', detail: problem }]);
}

const shared = { tag: 'Webhooks', permission: 'webhooks:write' } as const;

/** Where an app is told of what happens to its messages and runs. */
export function webhookRoutes(deps: Deps): Route[] {
  return [createRoute(deps), listRoute(), ...oneWebhookRoutes(deps), rotateRoute(), ...webhookDeliveryRoutes(deps)];
}

function createRoute(deps: Deps): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path: '/v1/webhooks',
    summary: 'Create a webhook',
    description:
      'Events are posted to it as Standard Webhooks say, from a second after this on. The secret is in this answer and nowhere else.',
    status: 201,
    idempotent: true,
    audit: { action: 'webhook.create' },
    problems: ['too_many_webhooks'],
    body: newWebhookSchema,
    response: webhookWithSecretSchema,
    location: ({ id }) => `/v1/webhooks/${id}`,
    forRepeats: (answer) => ({ ...answer, secret: null }),
    beforehand: ({ body }) => deps.checkWebhookUrl(body.url),
    async handler({ body, found, caller, stores }) {
      refuseUrl(found);
      if ((await stores.webhooks.count(caller.appId)) >= MAX_WEBHOOKS) throw new ApiError('too_many_webhooks');
      const { url, description, events: types } = body;
      const { endpoint, secret } = await stores.webhooks.create(caller.appId, { url, description, types });
      return { ...viewWebhook(endpoint), secret };
    },
  });
}

function listRoute(): Route {
  return defineRoute({
    ...shared,
    method: 'get',
    permission: 'webhooks:read',
    path: '/v1/webhooks',
    summary: 'List webhooks',
    description: 'Newest first.',
    problems: ['forbidden'],
    query: webhookListQuery,
    response: pageOf(webhookSchema),
    async handler({ query, caller, stores }) {
      const { after, limit } = query;
      const appId = appOfQuery(caller, query.app);
      const rows = await stores.webhooks.list({ appId, after: idCursor('whe', after), limit: limit + 1 });
      return toPage(rows, limit, ({ id }) => id, viewWebhook);
    },
  });
}

/** Of what its owner decides; how its deliveries go is no edit. */
async function versionOf({ params, caller, stores, hold }: VersionRequest<z.output<typeof idParams>>): Promise<string> {
  const found = await findWebhook(stores, caller, params.id);
  const { id, url, description, types, state } = (hold && (await stores.webhooks.hold(found.id))) || found;
  return fingerprintOf([id, url, description, types, state]);
}

function oneWebhookRoutes(deps: Deps): Route[] {
  const one = { ...shared, path: '/v1/webhooks/:id', params: idParams, versionOf, problems: ['not_found'] } as const;
  return [
    defineRoute({
      ...one,
      method: 'get',
      permission: 'webhooks:read',
      summary: 'Read a webhook',
      response: webhookSchema,
      handler: async ({ params, caller, stores }) => viewWebhook(await findWebhook(stores, caller, params.id)),
    }),
    defineRoute({
      ...one,
      method: 'patch',
      summary: 'Change a webhook',
      description:
        'What is left out stays. In force for the next attempt, a filter for what happens from a second later on.',
      audit: { action: 'webhook.change' },
      body: webhookChangeSchema,
      response: webhookSchema,
      async handler({ params, body, caller, stores, edit }) {
        const { id } = await findWebhook(stores, caller, params.id);
        const { url, description, events: types, enabled } = body;
        if (url !== undefined) refuseUrl(await deps.checkWebhookUrl(url));
        const change = {
          ...(url === undefined ? {} : { url }),
          ...(description === undefined ? {} : { description }),
          ...(types === undefined ? {} : { types }),
        };
        await edit(async (inside) => {
          await inside.webhooks.update(id, change);
          if (enabled === true) await inside.webhooks.enable(id);
          if (enabled === false) await inside.webhooks.disable(id, 'by_owner');
        });
        // A new address is tried at once, also when the old one was just left alone.
        if (url !== undefined || enabled === true) deps.tellWebhook(id, { urgent: true });
        return viewWebhook(await findWebhook(stores, caller, id));
      },
    }),
    defineRoute({
      ...one,
      method: 'delete',
      summary: 'Delete a webhook',
      description: 'It gets nothing more; what waits for it is discarded.',
      audit: { action: 'webhook.delete' },
      async handler({ params, caller, stores, edit }) {
        const { id } = await findWebhook(stores, caller, params.id);
        await edit((inside) => inside.webhooks.remove(id));
        return undefined;
      },
    }),
  ];
}

function rotateRoute(): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path: '/v1/webhooks/:id/rotate-secret',
    summary: 'Make a new secret',
    description:
      'The new secret is in this answer and nowhere else. For 24 hours requests carry a signature of the old one as well; ' +
      'rotating again within that time ends the one before it at once.',
    idempotent: true,
    audit: { action: 'webhook.rotate' },
    problems: ['not_found'],
    params: idParams,
    response: webhookWithSecretSchema,
    forRepeats: (answer) => ({ ...answer, secret: null }),
    async handler({ params, caller, stores }) {
      const { id } = await findWebhook(stores, caller, params.id);
      const secret = await stores.webhooks.rotate(id, new Date(Date.now() + ROTATION_MS));
      return { ...viewWebhook(await findWebhook(stores, caller, id)), secret };
    },
  });
}
