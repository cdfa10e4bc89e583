import type { Stores } from '../db/database';
import type { Campaign } from '../domain/campaign';
import { scheduleIdOf } from '../domain/firing';
import { isId, type CampaignId } from '../domain/ids';
import type { Caller } from './context';
import type { ApiDeps } from './deps';
import { ApiError } from './problem';
import { runLine, viewCampaign } from './schemas/campaigns';

const RUNS_SHOWN = 10;

function unknownCampaign(id: string): ApiError {
  return new ApiError('not_found', `There is no campaign ${id.slice(0, 100)}.`);
}

/** The id, where a campaign of the caller's app has it; an admin key finds all. Throws 404. Deleted ones are found with `deleted`. */
export async function findCampaign(
  stores: Stores,
  caller: Caller,
  id: string,
  how: { readonly deleted?: boolean; readonly hold?: boolean } = {},
): Promise<Campaign> {
  const found = isId('cmp', id) ? await (how.hold ? stores.campaigns.hold(id) : stores.campaigns.get(id)) : undefined;
  if (!found || (found.appId !== caller.appId && caller.role !== 'admin')) throw unknownCampaign(id);
  if (found.deletedAt && !how.deleted) throw unknownCampaign(id);
  return found;
}

/** Campaigns as answers have them, in their order. */
export async function viewCampaigns(stores: Stores, campaigns: readonly Campaign[]) {
  const ids = [...new Set(campaigns.map(({ templateId }) => templateId))];
  const templates = ids.length === 0 ? [] : await stores.templates.getMany(ids);
  return campaigns.map((campaign) => {
    const template = templates.find(({ id }) => id === campaign.templateId);
    if (!template) throw new Error(`The campaign ${campaign.id} has no template.`);
    return viewCampaign(campaign, template);
  });
}

/** One campaign, as it is now. */
export async function viewOne(stores: Stores, id: CampaignId) {
  const campaign = await stores.campaigns.get(id);
  if (!campaign) throw unknownCampaign(id);
  const [view] = await viewCampaigns(stores, [campaign]);
  if (!view) throw new Error('a campaign was not shown');
  return view;
}

/** One campaign with its next firings and its last runs. */
export async function viewFull({ readSchedule }: Pick<ApiDeps, 'readSchedule'>, stores: Stores, campaign: Campaign) {
  const [view, runs, firings] = await Promise.all([
    viewOne(stores, campaign.id),
    stores.runs.list({ campaignId: campaign.id, limit: RUNS_SHOWN }),
    firingsOf(readSchedule, campaign),
  ]);
  return { ...view, ...firings, runs: runs.map(runLine) };
}

interface Firings {
  readonly nextFirings: string[] | null;
  readonly nextFiringsUnavailable: string | null;
  readonly skippedByOverlap: number | null;
  readonly missedCatchup: number | null;
}

async function firingsOf(
  read: ApiDeps['readSchedule'],
  { id, schedule, revision, paused }: Campaign,
): Promise<Firings> {
  const unknown = (why: string): Firings => ({
    nextFirings: null,
    nextFiringsUnavailable: why,
    skippedByOverlap: null,
    missedCatchup: null,
  });
  if (schedule.kind === 'now') {
    return { nextFirings: [], nextFiringsUnavailable: null, skippedByOverlap: 0, missedCatchup: 0 };
  }
  try {
    const state = await read(scheduleIdOf(id));
    if ((state?.revision ?? 0) < revision) return unknown('The schedule has not reached Temporal yet.');
    return {
      nextFirings: paused ? [] : (state?.nextTimes ?? []).map((time) => time.toISOString()),
      nextFiringsUnavailable: null,
      skippedByOverlap: state?.skippedByOverlap ?? 0,
      missedCatchup: state?.missedCatchup ?? 0,
    };
  } catch {
    return unknown('Temporal does not answer.');
  }
}
