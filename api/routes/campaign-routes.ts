import { appOfQuery } from '../app-of-query';
import { askForCampaign, isOver } from '../approvals/ask-campaign';
import { awaitsApproval } from '../approvals/awaits-approval';
import { askedFor, campaignOf } from '../campaign-input';
import { findCampaign, viewCampaigns, viewFull, viewOne } from '../campaign-reader';
import { resolveSchedule } from '../campaign-schedule';
import { createCampaignChecker, type CampaignChecker } from '../check-campaign';
import type { Campaign, CampaignSchedule } from '../../domain/campaign';
import { newId } from '../../domain/ids';
import { refuseUnfit, startRunOf } from '../begin-run';
import { changeCampaign } from '../change-campaign';
import type { ApiDeps } from '../deps';
import { ApiError, type Fault } from '../problem';
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
      'Checked as by `POST /v1/campaigns/check`; errors refuse it. With the schedule `now` its run starts at once, unless it is `paused`. ' +
      'With many recipients it may wait for approval first (docs/approval.md): `approval` says so, and there is no run.',
    status: 201,
    idempotent: true,
    audit: { action: 'campaign.create' },
    problems: ['template_stopped', 'template_not_approved'],
    body: newCampaignSchema,
    response: createdCampaignSchema,
    location: ({ id }) => `/v1/campaigns/${id}`,
    async handler({ body, caller, stores, onEnd, note }) {
      const { timezone } = deps.rules.current().defaults;
      const asked = askedFor(body, caller.appId, resolveSchedule(body.schedule, timezone, Date.now()), timezone);
      const result = await checker(stores, asked);
      const { template, audience } = refuseUnfit(result);
      const wanted = campaignOf(body, asked, template.id);
      const starts = wanted.schedule.kind === 'now' && !wanted.paused;
      const waits = isOver(deps.rules, audience.accepted) ? newId('apv') : null;
      const campaign: Campaign = { ...wanted, approved: waits === null, approvalId: waits };
      await stores.campaigns.create(campaign);
      if (waits) await askForCampaign({ caller, stores, note }, campaign, starts, waits);
      const runs = starts && campaign.approved;
      const run = runs ? await startRunOf(deps, { stores, onEnd }, campaign, template, audience) : null;
      if (run) note({ after: { run: run.id } });
      onEnd((kept) => {
        if (kept) void deps.syncCampaign(campaign.id);
      });
      return { ...(await viewOne(stores, campaign.id)), run: run && runRef(run), check: result.check };
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

const NEEDS_APPROVAL = {
  code: 'needs_approval',
  detail: 'It has so many recipients that somebody else has to approve it before it can run.',
} as const;

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
      const warnings = isOver(deps.rules, check.recipients) ? [...check.warnings, NEEDS_APPROVAL] : check.warnings;
      return { ...check, ok: check.ok && faults.length === 0, errors: [...faults, ...check.errors], warnings };
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
    description:
      'A run that is going keeps what it began with. With many recipients the change may wait for approval (docs/approval.md): the answer is ' +
      '202, and the campaign goes on as it is.',
    problems: ['not_found', 'campaign_changed', 'campaign_not_ready', 'template_stopped', 'template_not_approved'],
    audit: { action: 'campaign.change' },
    body: campaignChangeSchema,
    response: campaignSchema,
    mayWait: true,
    async handler({ params, body, caller, stores, edit, note }) {
      const { id, waits } = await edit((inside) =>
        changeCampaign(deps, checker, { caller, stores: inside, note }, params.id, body),
      );
      await deps.syncCampaign(id);
      return waits ? awaitsApproval(waits) : viewOne(stores, id);
    },
  });
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
      await edit(async (inside) => {
        await inside.campaigns.remove(id);
        await inside.approvals.endWaiting('campaign', id, 'withdrawn', caller.keyId);
      });
      const openRuns = (await stores.runs.openOf(id)).map(runRef);
      await deps.syncCampaign(id);
      return { id, deleted: true as const, openRuns };
    },
  });
}
