import type { Stores } from '../db/database';
import { AUDIT_CODES, type Approval } from '../domain/approval';
import type { Campaign } from '../domain/campaign';
import { scheduleIdOf } from '../domain/firing';
import { isId, type CampaignId } from '../domain/ids';
import { seesApp, type Caller } from './context';
import type { ApiDeps } from './deps';
import { missedTime } from './missed-time';
import { ApiError } from './problem';
import { runLine, viewCampaign, type ApprovalOfCampaign } from './schemas/campaigns';

const RUNS_SHOWN = 10;
/** The one run by the schedule may have been followed by many by hand. */
const RUNS_OF_ONCE = 200;

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
  if (!found || !seesApp(caller, found.appId)) throw unknownCampaign(id);
  if (found.deletedAt && !how.deleted) throw unknownCampaign(id);
  return found;
}

/** Whether it may fire; `waiting` is what of it waits for approval. */
async function approvalOf(
  stores: Stores,
  { approved, approvalId }: Campaign,
  waiting: Approval | undefined,
): Promise<ApprovalOfCampaign> {
  if (approved) {
    const approval = { status: 'approved', code: AUDIT_CODES.approved, id: approvalId, reason: null } as const;
    return { approval, waitingChange: waiting?.id ?? null };
  }
  const decided = waiting ?? (approvalId === null ? undefined : await stores.approvals.get(approvalId));
  // Without its approval nobody can approve it, until a change asks for another one.
  const { status, reason } = decided ?? { status: 'withdrawn', reason: null };
  return { approval: { status, code: AUDIT_CODES[status], id: approvalId, reason }, waitingChange: null };
}

/** Campaigns as answers have them, in their order. */
export async function viewCampaigns(stores: Stores, campaigns: readonly Campaign[]) {
  const ids = [...new Set(campaigns.map(({ templateId }) => templateId))];
  const templates = ids.length === 0 ? [] : await stores.templates.getMany(ids);
  const waiting = await stores.approvals.waitingFor(
    'campaign',
    campaigns.map(({ id }) => id),
  );
  const views = [];
  for (const campaign of campaigns) {
    const template = templates.find(({ id }) => id === campaign.templateId);
    if (!template) throw new Error(`The campaign ${campaign.id} has no template.`);
    views.push(viewCampaign(campaign, template, await approvalOf(stores, campaign, waiting.get(campaign.id))));
  }
  return views;
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
  const [view, runs, { recent, ...firings }] = await Promise.all([
    viewOne(stores, campaign.id),
    stores.runs.list({
      campaignId: campaign.id,
      limit: campaign.schedule.kind === 'once' ? RUNS_OF_ONCE : RUNS_SHOWN,
    }),
    firingsOf(readSchedule, campaign),
  ]);
  const scheduled = runs.flatMap(({ trigger, firedAt }) => (trigger === 'schedule' ? [firedAt] : []));
  const missed = recent && missedTime(campaign, [...recent, ...scheduled], Date.now());
  return { ...view, ...firings, missed: missed ?? null, runs: runs.slice(0, RUNS_SHOWN).map(runLine) };
}

interface Firings {
  /** The last moments at which Temporal fired; absent: not known. */
  readonly recent?: readonly Date[];
  readonly nextFirings: string[] | null;
  readonly nextFiringsUnavailable: string | null;
  readonly skippedByOverlap: number | null;
  readonly missedCatchup: number | null;
}

/** Temporal goes on to name a single time that was missed. */
function comingTimes(times: readonly Date[]): string[] {
  const now = Date.now();
  return times.flatMap((time) => (time.getTime() > now ? [time.toISOString()] : []));
}

async function firingsOf(
  read: ApiDeps['readSchedule'],
  { id, schedule, revision, syncedRevision, paused, approved }: Campaign,
): Promise<Firings> {
  const unknown = (why: string): Firings => ({
    nextFirings: null,
    nextFiringsUnavailable: why,
    skippedByOverlap: null,
    missedCatchup: null,
  });
  if (schedule.kind === 'now' || !approved) {
    return { nextFirings: [], nextFiringsUnavailable: null, skippedByOverlap: 0, missedCatchup: 0 };
  }
  try {
    const state = await read(scheduleIdOf(id));
    if (!state && syncedRevision >= revision) {
      // Temporal forgets a Schedule that has nothing left to do, after a week.
      return { ...unknown('Temporal has no schedule of it any more: it has ended, or was deleted there.'), recent: [] };
    }
    if ((state?.revision ?? 0) < revision) return unknown('The schedule has not reached Temporal yet.');
    return {
      nextFirings: paused ? [] : comingTimes(state?.nextTimes ?? []),
      nextFiringsUnavailable: null,
      skippedByOverlap: state?.skippedByOverlap ?? 0,
      missedCatchup: state?.missedCatchup ?? 0,
      recent: (state?.recent ?? []).map(({ scheduledAt }) => scheduledAt),
    };
  } catch {
    return unknown('Temporal does not answer.');
  }
}
