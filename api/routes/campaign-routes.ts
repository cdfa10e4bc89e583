import { appOfQuery } from '../app-of-query';
import { askedFor, campaignOf, changeOf, toCheck } from '../campaign-input';
import { findCampaign, viewCampaigns, viewFull, viewOne } from '../campaign-reader';
import { resolveSchedule } from '../campaign-schedule';
import { createCampaignChecker, type CampaignChecker } from '../check-campaign';
import type { Stores } from '../../db/database';
import type { CampaignChange } from '../../db/stores/campaign-store';
import type { Campaign, CampaignSchedule } from '../../domain/campaign';
import type { CampaignId } from '../../domain/ids';
import { refuseMissed, refuseUnfit, startRunOf } from '../begin-run';
import type { Caller } from '../context';
import type { ApiDeps } from '../deps';
import { ApiError, invalidRequest, type Fault } from '../problem';
import { idCursor } from '../page-cursor';
import { defineRoute, type Route, type VersionRequest } from '../route';
import {
  campaignChangeSchema,
  campaignCheckSchema,
  campaignListSchema,
  campaignQuery,
  campaignSchema,
  createdCampaignSchema,
  deletedCampaignSchema,
  fullCampaignSchema,
  newCampaignSchema,
  runRef,
  viewCampaign,
  type GivenChange,
  type NewCampaign,
} from '../schemas/campaigns';
import { idParams, toPage } from '../schemas/common';
import type { TemplateReader } from '../template-reader';
import { campaignActionRoutes } from './campaign-action-routes';

const shared = { tag: 'Campaigns', permission: 'campaigns:read' } as const;
const one = { ...shared, path: '/v1/campaigns/:id', params: idParams, versionOf } as const;

async function versionOf({ params, caller, stores, hold }: VersionRequest<{ id: string }>): Promise<string> {
  return String((await findCampaign(stores, caller, params.id, { hold })).revision);
}

/** Campaigns: a template, an audience and a schedule. */
export function campaignRoutes(deps: ApiDeps, reader: TemplateReader): Route[] {
  const checker = createCampaignChecker(deps, reader);
  return [
    createRoute(deps, checker),
    checkRoute(deps, checker),
    ...readRoutes(deps),
    changeRoute(deps, checker),
    deleteRoute(deps),
    ...campaignActionRoutes(deps, checker),
  ];
}

function createRoute(deps: ApiDeps, checker: CampaignChecker): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    permission: 'campaigns:write',
    path: '/v1/campaigns',
    summary: 'Create a campaign',
    description:
      'Checked as by `POST /v1/campaigns/check`; errors refuse it. With the schedule `now` its run starts at once, unless it is `paused`.',
    status: 201,
    idempotent: true,
    audit: { action: 'campaign.create' },
    problems: ['template_stopped'],
    body: newCampaignSchema,
    response: createdCampaignSchema,
    location: ({ id }) => `/v1/campaigns/${id}`,
    async handler({ body, caller, stores, onEnd, note }) {
      const { timezone } = deps.rules.current().defaults;
      const asked = askedFor(body, caller.appId, resolveSchedule(body.schedule, timezone, Date.now()), timezone);
      const result = await checker(stores, asked);
      const { template, audience } = refuseUnfit(result);
      const campaign = campaignOf(body, asked, template.id);
      await stores.campaigns.create(campaign);
      const starts = campaign.schedule.kind === 'now' && !campaign.paused;
      const run = starts ? await startRunOf(deps, { stores, onEnd }, campaign, template, audience) : null;
      if (run) note({ after: { run: run.id } });
      onEnd((kept) => {
        if (kept) void deps.syncCampaign(campaign.id);
      });
      return { ...viewCampaign(campaign, template), run: run && runRef(run), check: result.check };
    },
  });
}

/** The schedule of a body, with its faults told instead of thrown. */
function triedSchedule(body: NewCampaign, timezone: string): { schedule: CampaignSchedule; faults: readonly Fault[] } {
  try {
    return { schedule: resolveSchedule(body.schedule, timezone, Date.now()), faults: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { schedule: { kind: 'now' }, faults: error.errors ?? [] };
  }
}

function checkRoute(deps: ApiDeps, checker: CampaignChecker): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    permission: 'campaigns:write',
    path: '/v1/campaigns/check',
    summary: 'Check a campaign',
    description:
      'Takes what would be created, and creates nothing: renders the first 100 rows, looks for columns, template, route, rates and quiet ' +
      'hours. Creating, triggering and unpausing check the same.',
    audit: { none: 'changes nothing' },
    body: newCampaignSchema,
    response: campaignCheckSchema,
    async handler({ body, caller, stores }) {
      const { timezone } = deps.rules.current().defaults;
      const { schedule, faults } = triedSchedule(body, timezone);
      const { check } = await checker(stores, askedFor(body, caller.appId, schedule, timezone));
      return { ...check, ok: check.ok && faults.length === 0, errors: [...faults, ...check.errors] };
    },
  });
}

function readRoutes(deps: ApiDeps): Route[] {
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/campaigns',
      summary: 'List the campaigns',
      description: 'Newest first.',
      query: campaignQuery,
      response: campaignListSchema,
      async handler({ query: { app, limit, after }, caller, stores }) {
        const rows = await stores.campaigns.list({
          appId: appOfQuery(caller, app),
          after: idCursor('cmp', after),
          limit: limit + 1,
        });
        const views = await viewCampaigns(stores, rows);
        return toPage(
          views,
          limit,
          ({ id }) => id,
          (view) => view,
        );
      },
    }),
    defineRoute({
      ...one,
      method: 'get',
      summary: 'Read a campaign',
      description: 'With its next firings, as Temporal has them, and its last runs.',
      problems: ['not_found'],
      response: fullCampaignSchema,
      handler: async ({ params, caller, stores }) =>
        viewFull(deps, stores, await findCampaign(stores, caller, params.id)),
    }),
  ];
}

function changeRoute(deps: ApiDeps, checker: CampaignChecker): Route {
  return defineRoute({
    ...one,
    method: 'patch',
    permission: 'campaigns:write',
    summary: 'Change a campaign',
    description: 'A run that is going keeps what it began with.',
    problems: ['not_found', 'campaign_changed', 'campaign_not_ready', 'template_stopped'],
    audit: { action: 'campaign.change' },
    body: campaignChangeSchema,
    response: campaignSchema,
    async handler({ params, body, caller, stores, edit }) {
      const id = await edit((inside) => change(deps, checker, inside, caller, params.id, body));
      await deps.syncCampaign(id);
      return viewOne(stores, id);
    },
  });
}

/** Fields whose change asks whether it can still run. */
const CHECKED = ['template', 'version', 'audience', 'variables', 'schedule'] as const;

async function change(
  deps: ApiDeps,
  checker: CampaignChecker,
  stores: Stores,
  caller: Caller,
  id: string,
  { expectedRevision, ...given }: GivenChange,
): Promise<CampaignId> {
  const current = await findCampaign(stores, caller, id, { hold: true });
  if (expectedRevision !== undefined && expectedRevision !== current.revision) {
    const detail = `The campaign has revision ${current.revision}, not ${expectedRevision}: read it and decide anew.`;
    throw new ApiError('campaign_changed', detail);
  }
  const { timezone } = deps.rules.current().defaults;
  const asked: CampaignChange = {
    ...changeOf(given, current, timezone),
    ...(given.schedule ? { schedule: changedSchedule(current, given.schedule, timezone) } : {}),
  };
  const unpaused = given.paused === false && current.paused;
  if (unpaused && !given.schedule) refuseMissed(current);
  let templateId = current.templateId;
  if (unpaused || CHECKED.some((field) => given[field] !== undefined)) {
    const next = { ...current, ...asked };
    const result = await checker(stores, { ...toCheck(next), ...(given.template ? { template: given.template } : {}) });
    templateId = refuseUnfit(result).template.id;
  }
  const changes = { ...asked, ...(templateId === current.templateId ? {} : { templateId }) };
  if (Object.keys(changes).length > 0) await stores.campaigns.change(current.id, current.revision, changes);
  return current.id;
}

function changedSchedule(
  { schedule }: Campaign,
  given: NonNullable<GivenChange['schedule']>,
  timezone: string,
): CampaignSchedule {
  if (given.kind !== 'now' || schedule.kind === 'now') return resolveSchedule(given, timezone, Date.now());
  const detail = 'cannot become "now": trigger the campaign to run it at once, and pause it if its schedule is to rest';
  throw invalidRequest([{ pointer: '/schedule/kind', code: 'not_by_change', detail }]);
}

function deleteRoute(deps: ApiDeps): Route {
  return defineRoute({
    ...one,
    method: 'delete',
    permission: 'campaigns:write',
    summary: 'Delete a campaign',
    description:
      'It fires no more. A run that is going goes on, and the answer names it; `POST /v1/runs/:id/cancel` stops it.',
    problems: ['not_found'],
    audit: { action: 'campaign.delete' },
    response: deletedCampaignSchema,
    async handler({ params, caller, stores, edit }) {
      const { id } = await findCampaign(stores, caller, params.id, { deleted: true });
      await edit((inside) => inside.campaigns.remove(id));
      const openRuns = (await stores.runs.openOf(id)).map(runRef);
      await deps.syncCampaign(id);
      return { id, deleted: true as const, openRuns };
    },
  });
}
