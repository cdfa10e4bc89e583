import type { z } from 'zod';
import type { Stores } from '../../db/database';
import type { Suppression } from '../../db/stores/suppression-store';
import { isId } from '../../domain/ids';
import { seesApp, type Caller } from '../context';
import type { ApiDeps } from '../deps';
import { ApiError, invalidRequest } from '../problem';
import { idCursor } from '../page-cursor';
import { defineRoute, type Route } from '../route';
import { idParams, pageOf, toPage } from '../schemas/common';
import {
  newSuppressionSchema,
  suppressionListQuery,
  suppressionSchema,
  viewSuppression,
} from '../schemas/suppressions';
import { addressOf, requireApp, scopeOf, toSuppression } from '../suppression-scope';

type Deps = Pick<ApiDeps, 'rules'>;

async function findSuppression(stores: Stores, caller: Caller, id: string): Promise<Suppression> {
  const entry = isId('sup', id) ? await stores.suppressions.get(id) : undefined;
  if (entry && seesApp(caller, entry.appId)) return entry;
  throw new ApiError('not_found', `There is no suppression ${id}.`);
}

/** The filter of a list or an export. */
export function filterOf({ rules }: Deps, caller: Caller, query: z.output<typeof suppressionListQuery>) {
  const address =
    query.to === undefined ? undefined : addressOf(query.to, query.channel, rules.current().defaults.region);
  if (query.to !== undefined && address === undefined) {
    const detail = 'is neither an email address nor a phone number';
    throw invalidRequest([{ parameter: 'to', code: 'invalid_address', detail }]);
  }
  return {
    appId: scopeOf(caller, query.app, { parameter: 'app' }, undefined),
    channel: query.channel,
    address,
    reason: query.reason,
    lifted: query.lifted === 'true',
    after: idCursor('sup', query.after),
  };
}

/** The suppression list: addresses that must not be contacted. */
export function suppressionRoutes(deps: Deps): Route[] {
  const shared = { tag: 'Suppressions', permission: 'suppressions:read' } as const;
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/suppressions',
      summary: 'List suppressions',
      description: 'Newest first. Filters add up.',
      problems: ['forbidden'],
      query: suppressionListQuery,
      response: pageOf(suppressionSchema),
      async handler({ query, caller, stores }) {
        const rows = await stores.suppressions.list({ ...filterOf(deps, caller, query), limit: query.limit + 1 });
        return toPage(rows, query.limit, ({ id }) => id, viewSuppression);
      },
    }),
    addRoute(deps),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/suppressions/:id',
      summary: 'Read a suppression',
      problems: ['not_found'],
      params: idParams,
      response: suppressionSchema,
      handler: async ({ params, caller, stores }) => viewSuppression(await findSuppression(stores, caller, params.id)),
    }),
    defineRoute({
      ...shared,
      method: 'delete',
      permission: 'suppressions:write',
      path: '/v1/suppressions/:id',
      summary: 'Lift a suppression',
      description: 'Messages go to the address again; the entry is kept as history, with who lifted it and when.',
      problems: ['not_found'],
      params: idParams,
      audit: { action: 'suppression.lift' },
      async handler({ params, caller, stores, edit }) {
        const { id } = await findSuppression(stores, caller, params.id);
        await edit((inside) => inside.suppressions.lift(id, `api:${caller.keyId}`));
        return undefined;
      },
    }),
  ];
}

function addRoute({ rules }: Deps): Route {
  return defineRoute({
    tag: 'Suppressions',
    permission: 'suppressions:write',
    method: 'post',
    path: '/v1/suppressions',
    summary: 'Add a suppression',
    description: 'From the next step of each message on. If the same entry is there already, it is told as it is.',
    status: 201,
    idempotent: true,
    audit: { action: 'suppression.add' },
    problems: ['forbidden'],
    body: newSuppressionSchema,
    response: suppressionSchema,
    location: ({ id }) => `/v1/suppressions/${id}`,
    async handler({ body, caller, stores }) {
      const appId = scopeOf(caller, body.app, { pointer: '/app' }, null);
      await requireApp(stores, appId, { pointer: '/app' });
      const detail = body.note === undefined ? undefined : { note: body.note };
      const rest = { appId, source: `api:${caller.keyId}`, detail };
      const entry = toSuppression(body, rest, rules.current().defaults.region);
      if ('problem' in entry) {
        throw invalidRequest([{ pointer: '/to', code: 'invalid_address', detail: entry.problem }]);
      }
      await stores.suppressions.add([entry]);
      const live = await stores.suppressions.find(entry);
      if (!live) throw new Error('a suppression that was just added is not there');
      return viewSuppression(live);
    },
  });
}
