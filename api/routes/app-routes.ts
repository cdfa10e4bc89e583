import { z } from 'zod';
import { isId } from '../../domain/ids';
import type { Stores } from '../../db/database';
import type { App } from '../../db/stores/app-store';
import { permissionsOfKey } from '../../domain/permissions';
import { fingerprintOf } from '../conditions';
import type { ApiDeps } from '../deps';
import type { Authenticator } from '../middleware/auth';
import { idCursor } from '../page-cursor';
import { ApiError } from '../problem';
import { requireCover, requireNoLonger } from '../require-cover';
import { defineRoute, type Route } from '../route';
import {
  apiKeySchema,
  appSchema,
  createdApiKeySchema,
  keyQuery,
  newApiKeySchema,
  newAppSchema,
  viewApiKey,
  viewApp,
} from '../schemas/apps';
import { idParams, pageOf, pageQuery, toPage } from '../schemas/common';

async function findApp(stores: Stores, id: string): Promise<App> {
  const app = isId('app', id) ? await stores.apps.get(id) : undefined;
  if (!app) throw new ApiError('not_found', `There is no app ${id}.`);
  return app;
}

/** Apps and their keys. */
export function appRoutes({ isDuplicate }: Pick<ApiDeps, 'isDuplicate'>, auth: Authenticator): Route[] {
  const shared = { tag: 'Apps and keys', permission: 'apps:read' } as const;
  return [
    defineRoute({
      ...shared,
      method: 'post',
      permission: 'apps:write',
      path: '/v1/apps',
      summary: 'Create an app',
      status: 201,
      idempotent: true,
      audit: { action: 'app.create' },
      problems: ['name_taken'],
      body: newAppSchema,
      response: appSchema,
      async handler({ body, stores }) {
        try {
          return viewApp(await stores.apps.create(body.name));
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          throw new ApiError('name_taken', `There is already an app named "${body.name}".`);
        }
      },
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/apps',
      summary: 'List the apps',
      description: 'Newest first.',
      query: z.strictObject(pageQuery),
      response: pageOf(appSchema),
      async handler({ query: { limit, after }, stores }) {
        const rows = await stores.apps.page(limit + 1, idCursor('app', after));
        return toPage(rows, limit, ({ id }) => id, viewApp);
      },
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/apps/:id',
      summary: 'Read an app',
      problems: ['not_found'],
      params: idParams,
      versionOf: async ({ params, stores }) => fingerprintOf(await findApp(stores, params.id)),
      response: appSchema,
      handler: async ({ params, stores }) => viewApp(await findApp(stores, params.id)),
    }),
    ...keyRoutes(auth),
  ];
}

const ofKeys = { tag: 'Apps and keys', permission: 'keys:write', params: idParams, problems: ['not_found'] } as const;

function keyRoutes(auth: Authenticator): Route[] {
  return [
    defineRoute({
      ...ofKeys,
      method: 'post',
      path: '/v1/apps/:id/keys',
      summary: 'Create an API key',
      description: 'The key is in this answer and nowhere else: only its hash is kept.',
      status: 201,
      idempotent: true,
      audit: { action: 'key.create' },
      body: newApiKeySchema,
      response: createdApiKeySchema,
      forRepeats: (answer) => ({ ...answer, key: null }),
      async handler({ params, body: { role, name, scopes, expiresAt }, caller, stores }) {
        requireCover(caller, permissionsOfKey(role, scopes));
        requireNoLonger(caller, expiresAt);
        const app = await findApp(stores, params.id);
        const { key, ...created } = await stores.apps.createKey(app.id, role, name, {
          scopes,
          expiresAt,
          person: caller.person,
        });
        return { ...viewApiKey(created), key };
      },
    }),
    defineRoute({
      ...ofKeys,
      method: 'get',
      permission: 'keys:read',
      path: '/v1/apps/:id/keys',
      summary: 'List the keys of an app',
      description: 'Newest first.',
      query: keyQuery,
      response: pageOf(apiKeySchema),
      async handler({ params, query: { limit, after, person }, stores }) {
        const { id: appId } = await findApp(stores, params.id);
        const rows = await stores.apps.pageOfKeys({ appId, person }, limit + 1, idCursor('key', after));
        return toPage(rows, limit, ({ id }) => id, viewApiKey);
      },
    }),
    defineRoute({
      ...ofKeys,
      method: 'delete',
      path: '/v1/keys/:id',
      summary: 'Revoke an API key',
      description:
        'Takes effect at once in the process that answers, and within a second in any other. Revoking twice is harmless.',
      audit: { action: 'key.revoke' },
      async handler({ params, edit }) {
        await edit(async (inside) => {
          const known = isId('key', params.id) && (await inside.apps.revokeKey(params.id));
          if (!known) throw new ApiError('not_found', `There is no key ${params.id}.`);
        });
        auth.forget();
        return undefined;
      },
    }),
  ];
}
