import { z } from 'zod';
import { isId } from '../../domain/ids';
import { permissionsOfKey } from '../../domain/permissions';
import type { ApiDeps } from '../deps';
import type { Authenticator } from '../middleware/auth';
import { ApiError } from '../problem';
import { requireCover } from '../require-cover';
import { defineRoute, type Route } from '../route';
import {
  apiKeySchema,
  appSchema,
  createdApiKeySchema,
  newApiKeySchema,
  newAppSchema,
  viewApiKey,
  viewApp,
} from '../schemas/apps';
import { idParams } from '../schemas/common';

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
      response: z.strictObject({ items: z.array(appSchema) }),
      handler: async ({ stores }) => ({ items: (await stores.apps.list()).map(viewApp) }),
    }),
    ...keyRoutes(auth),
  ];
}

function keyRoutes(auth: Authenticator): Route[] {
  const shared = { tag: 'Apps and keys', permission: 'keys:write', params: idParams, problems: ['not_found'] } as const;
  return [
    defineRoute({
      ...shared,
      method: 'post',
      path: '/v1/apps/:id/keys',
      summary: 'Create an API key',
      description: 'The key is in this answer and nowhere else: only its hash is kept.',
      status: 201,
      idempotent: true,
      body: newApiKeySchema,
      response: createdApiKeySchema,
      forRepeats: (answer) => ({ ...answer, key: null }),
      async handler({ params, body: { role, name, scopes, expiresAt }, caller, stores }) {
        requireCover(caller, permissionsOfKey(role, scopes));
        const app = isId('app', params.id) ? await stores.apps.get(params.id) : undefined;
        if (!app) throw new ApiError('not_found', `There is no app ${params.id}.`);
        const { key, ...created } = await stores.apps.createKey(app.id, role, name, { scopes, expiresAt });
        return { ...viewApiKey(created), key };
      },
    }),
    defineRoute({
      ...shared,
      method: 'get',
      permission: 'keys:read',
      path: '/v1/apps/:id/keys',
      summary: 'List the keys of an app',
      response: z.strictObject({ items: z.array(apiKeySchema) }),
      async handler({ params, stores }) {
        const app = isId('app', params.id) ? await stores.apps.get(params.id) : undefined;
        if (!app) throw new ApiError('not_found', `There is no app ${params.id}.`);
        return { items: (await stores.apps.listKeys(app.id)).map(viewApiKey) };
      },
    }),
    defineRoute({
      ...shared,
      method: 'delete',
      path: '/v1/keys/:id',
      summary: 'Revoke an API key',
      description:
        'Takes effect at once in the process that answers, and within a second in any other. Revoking twice is harmless.',
      async handler({ params, stores }) {
        const known = isId('key', params.id) && (await stores.apps.revokeKey(params.id));
        if (!known) throw new ApiError('not_found', `There is no key ${params.id}.`);
        auth.forget();
        return undefined;
      },
    }),
  ];
}
