import { z } from 'zod';
import type { Stores } from '../../db/database';
import { isId } from '../../domain/ids';
import { isLane, LANES, partsOfLane, type Lane } from '../../domain/lane';
import type { RouteEntry } from '../../domain/route';
import { ApiError, invalidRequest, type Fault } from '../problem';
import { defineRoute, type Route } from '../route';
import { laneSchema } from '../schemas/common';

const entrySchema = z.strictObject({
  accountId: z.string(),
  weight: z.int().min(0).max(10_000).describe('Share of first attempts, relative to the others; 0: failover only.'),
});
const laneRouteSchema = z
  .strictObject({ lane: laneSchema, accounts: z.array(entrySchema).describe('In failover order.') })
  .meta({ id: 'LaneRoute', description: 'Which accounts serve a lane. An empty route: messages wait.' });
const newRouteSchema = z.strictObject({ accounts: z.array(entrySchema).min(1).max(10) });
const laneParams = z.object({ lane: z.string().describe('`<channel>.<messageType>`, e.g. `email.notice`.') });

function laneOfPath(text: string): Lane {
  if (isLane(text)) return text;
  throw new ApiError('not_found', `There is no lane ${text}. Lanes are: ${LANES.join(', ')}.`);
}

/** The entries with their ids checked. Throws 422 naming every wrong one. */
async function checkEntries(
  stores: Stores,
  lane: Lane,
  entries: readonly z.output<typeof entrySchema>[],
): Promise<RouteEntry[]> {
  const ids = entries.map((entry) => entry.accountId);
  const accounts = await stores.accounts.getMany(ids.filter((id) => isId('acc', id)));
  const { channel } = partsOfLane(lane);
  const faults: Fault[] = [];
  const checked = entries.flatMap(({ accountId, weight }, index) => {
    const account = accounts.find(({ id }) => id === accountId);
    const refuse = (code: string, detail: string) => {
      faults.push({ pointer: `/accounts/${index}/accountId`, code, detail });
    };
    if (!account) refuse('unknown_account', 'names no account');
    else if (account.channel !== channel)
      refuse('wrong_channel', `is an account for ${account.channel}, not ${channel}`);
    if (ids.indexOf(accountId) < index) refuse('duplicate', 'is in the route already');
    return account ? [{ accountId: account.id, weight }] : [];
  });
  if (entries.every((entry) => entry.weight === 0)) {
    faults.push({ pointer: '/accounts', code: 'no_weight', detail: 'need a weight above 0 somewhere' });
  }
  if (faults.length > 0) throw invalidRequest(faults);
  return checked;
}

/** Routes of lanes: which accounts serve them. */
export function laneRoutes(): Route[] {
  const shared = { tag: 'Routes', role: 'admin' } as const;
  const one = { ...shared, path: '/v1/routes/:lane', params: laneParams, response: laneRouteSchema } as const;
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/routes',
      summary: 'List the routes of all lanes',
      response: z.strictObject({ items: z.array(laneRouteSchema) }),
      async handler({ stores }) {
        const routes = await stores.routes.all();
        return { items: LANES.map((lane) => ({ lane, accounts: routes.get(lane) ?? [] })) };
      },
    }),
    defineRoute({
      ...one,
      method: 'get',
      summary: 'Read the route of a lane',
      problems: ['not_found'],
      async handler({ params, stores }) {
        const lane = laneOfPath(params.lane);
        return { lane, accounts: await stores.routes.get(lane) };
      },
    }),
    defineRoute({
      ...one,
      method: 'put',
      summary: 'Set the route of a lane',
      description: 'Replaces the route as a whole.',
      problems: ['not_found'],
      body: newRouteSchema,
      async handler({ params, body, stores }) {
        const lane = laneOfPath(params.lane);
        const entries = await checkEntries(stores, lane, body.accounts);
        await stores.routes.set(lane, entries);
        return { lane, accounts: entries };
      },
    }),
  ];
}
