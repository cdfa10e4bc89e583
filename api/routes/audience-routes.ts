import { z } from 'zod';
import { appOfQuery } from '../app-of-query';
import type { Stores } from '../../db/database';
import type { Audience } from '../../db/stores/audience-store';
import { isId } from '../../domain/ids';
import { safeError } from '../../domain/safe-error';
import { seesApp, type Caller } from '../context';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { idCursor } from '../page-cursor';
import { defineRoute, type Call, type Route } from '../route';
import { audienceListQuery, audienceSchema, uploadIdSchema, viewAudience } from '../schemas/audiences';
import { idParams, pageOf, toPage } from '../schemas/common';

type Deps = Pick<ApiDeps, 'audiences' | 'audienceInUse' | 'logger'>;

/** An audience of the caller's app; an admin key finds all. Throws 404. */
export async function findAudience(stores: Pick<Stores, 'audiences'>, caller: Caller, id: string): Promise<Audience> {
  const audience = isId('aud', id) ? await stores.audiences.get(id) : undefined;
  if (audience && seesApp(caller, audience.appId)) return audience;
  throw new ApiError('not_found', `There is no audience ${id}.`);
}

type Change = Pick<Call<unknown, unknown, unknown>, 'stores' | 'caller' | 'edit'>;

async function remove(deps: Deps, { stores, caller, edit }: Change, given: string): Promise<undefined> {
  const { id } = await findAudience(stores, caller, given);
  if (await deps.audienceInUse(id)) throw new ApiError('audience_in_use');
  await edit((inside) => inside.audiences.remove(id));
  try {
    await deps.audiences.remove(id);
    await stores.audiences.setRemoved(id);
  } catch (error) {
    // It is deleted for everybody who asks; retention comes back for what is left.
    deps.logger.warn({ audience: id, error: safeError(error) }, 'files of a deleted audience are left for retention');
  }
  return undefined;
}

async function list(stores: Stores, caller: Caller, { app, after, limit }: z.output<typeof audienceListQuery>) {
  const rows = await stores.audiences.list(appOfQuery(caller, app), idCursor('aud', after), limit + 1);
  const view = (audience: Audience) => viewAudience(audience, caller.role);
  return toPage(rows, limit, ({ id }) => id, view);
}

/** Uploaded files of recipients; the upload itself is in audience-file-routes.ts. */
export function audienceRoutes(deps: Deps): Route[] {
  const shared = { tag: 'Audiences', permission: 'audiences:read' } as const;
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/audiences',
      summary: 'List audiences',
      description: 'Newest first.',
      problems: ['forbidden'],
      query: audienceListQuery,
      response: pageOf(audienceSchema),
      handler: ({ query, caller, stores }) => list(stores, caller, query),
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/audiences/:id',
      summary: 'Read an audience',
      problems: ['not_found'],
      params: idParams,
      response: audienceSchema,
      handler: async ({ params, caller, stores }) =>
        viewAudience(await findAudience(stores, caller, params.id), caller.role),
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/audiences/uploads/:uploadId',
      summary: 'Progress of an upload',
      description:
        'By the id that the caller gave it; about a second old. 404 before it has begun and when it has failed.',
      problems: ['not_found'],
      params: z.object({ uploadId: uploadIdSchema }),
      response: audienceSchema,
      async handler({ params: { uploadId }, caller, stores }) {
        const possible = uploadIdSchema.safeParse(uploadId).success;
        const audience = possible ? await stores.audiences.findUpload(caller.appId, uploadId) : undefined;
        if (!audience) throw new ApiError('not_found', `There is no upload ${uploadId}.`);
        return viewAudience(audience, caller.role);
      },
    }),
    defineRoute({
      ...shared,
      method: 'delete',
      permission: 'audiences:write',
      path: '/v1/audiences/:id',
      summary: 'Delete an audience',
      description: 'With its files. One that is still `uploading` is cancelled.',
      problems: ['not_found', 'audience_in_use'],
      audit: { action: 'audience.delete' },
      params: idParams,
      handler: ({ params, ...call }) => remove(deps, call, params.id),
    }),
  ];
}
