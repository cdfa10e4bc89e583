import { z } from 'zod';
import type { Stores } from '../../db/database';
import type { Approval } from '../../domain/approval';
import type { AccountId } from '../../domain/ids';
import { isLane, LANES, type Lane } from '../../domain/lane';
import type { RouteEntry } from '../../domain/route';
import { MAX_ROUTE_ENTRIES, MAX_ROUTE_WEIGHT, routeFaults } from '../../domain/route-rule';
import { awaitsApproval } from '../approvals/awaits-approval';
import { askForRule } from '../approvals/rule-kind';
import { checkRouteAccounts } from '../check-rule';
import type { ApiDeps } from '../deps';
import { fingerprintOf } from '../conditions';
import { ApiError, invalidRequest } from '../problem';
import { defineRoute, type Call, type Route, type VersionRequest } from '../route';
import { laneSchema, noQuery, onePage, pageOf } from '../schemas/common';

const entrySchema = z.strictObject({
  accountId: z.string(),
  weight: z
    .int()
    .min(0)
    .max(MAX_ROUTE_WEIGHT)
    .describe('Share of first attempts, relative to the others; 0: failover only.'),
});
const laneRouteSchema = z
  .strictObject({ lane: laneSchema, accounts: z.array(entrySchema).describe('In failover order.') })
  .meta({ id: 'LaneRoute', description: 'Which accounts serve a lane. An empty route: messages wait.' });
const newRouteSchema = z.strictObject({ accounts: z.array(entrySchema).min(1).max(MAX_ROUTE_ENTRIES) });
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
  const found = await checkRouteAccounts(stores, lane, entries, ['accounts']);
  const own = routeFaults(entries).map(({ index, code, detail }) => {
    const pointer = index === undefined ? '/accounts' : `/accounts/${index}/accountId`;
    return { index: index ?? entries.length, fault: { pointer, code, detail } };
  });
  const faults = [...found, ...own].sort((a, b) => a.index - b.index).map(({ fault }) => fault);
  if (faults.length > 0) throw invalidRequest(faults);
  return entries.map(({ accountId, weight }) => ({ accountId: accountId as AccountId, weight }));
}

async function versionOf({ params, stores }: VersionRequest<z.output<typeof laneParams>>): Promise<string> {
  return fingerprintOf(await stores.routes.get(laneOfPath(params.lane)));
}

/** Lets the route of a lane wait, as a change of the rule `routes`. */
async function ask(
  call: Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>,
  same: (version: string) => void,
  lane: Lane,
  entries: RouteEntry[],
): Promise<Approval> {
  const { routes, rules } = call.stores;
  const base = (await rules.newest('routes'))?.version ?? 0;
  const all = await routes.all();
  same(fingerprintOf(all.get(lane) ?? []));
  return askForRule(call, 'routes', { value: Object.fromEntries(all.set(lane, entries)), base });
}

const shared = { tag: 'Routes', permission: 'rules:read' } as const;
const one = {
  ...shared,
  path: '/v1/routes/:lane',
  params: laneParams,
  versionOf,
  response: laneRouteSchema,
} as const;

/** Routes of lanes: which accounts serve them. */
export function laneRoutes({ announceRules, rules }: Pick<ApiDeps, 'announceRules' | 'rules'>): Route[] {
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/routes',
      summary: 'List the routes of all lanes',
      description: 'All of them, in one page.',
      query: noQuery,
      response: pageOf(laneRouteSchema),
      async handler({ stores }) {
        const routes = await stores.routes.all();
        return onePage(LANES.map((lane) => ({ lane, accounts: routes.get(lane) ?? [] })));
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
      permission: 'rules:write',
      summary: 'Set the route of a lane',
      mayWait: true,
      description: 'Replaces the route as a whole, as a new version of the rule `routes`.',
      problems: ['not_found'],
      audit: { action: 'route.change' },
      body: newRouteSchema,
      async handler({ params, body, caller, edit, note }) {
        const lane = laneOfPath(params.lane);
        const written = await edit(async (stores, same) => {
          const entries = await checkEntries(stores, lane, body.accounts);
          if (rules.current().approval.rules)
            return { waiting: await ask({ caller, stores, note }, same, lane, entries) };
          await stores.routes.set(lane, entries, caller.keyId, (current) => {
            same(fingerprintOf(current));
          });
          return entries;
        });
        if ('waiting' in written) return awaitsApproval(written.waiting);
        await announceRules();
        return { lane, accounts: written };
      },
    }),
  ];
}
