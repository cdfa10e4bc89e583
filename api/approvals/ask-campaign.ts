import type { Stores } from '../../db/database';
import type { CampaignChange } from '../../db/stores/campaign-store';
import type { Approval } from '../../domain/approval';
import type { Campaign } from '../../domain/campaign';
import type { ApprovalId } from '../../domain/ids';
import type { LiveRules } from '../../domain/rules';
import { ApiError } from '../problem';
import { askApproval, type AskCall } from './ask-approval';

/** What waits: a campaign as a whole that never was approved, or what changes of one that was. */
export interface CampaignRequest {
  readonly change: CampaignChange;
  /** The campaign's when it was asked for. */
  readonly revision: number;
  /** Its run begins with the approval, as it would have begun with the request. */
  readonly starts: boolean;
}

/** Whether the rule `approval` makes a campaign with so many recipients wait. */
export function isOver(rules: Pick<LiveRules, 'current'>, recipients: number): boolean {
  const { campaignsOver } = rules.current().approval;
  return campaignsOver !== null && recipients > campaignsOver;
}

/** All that is approved of a campaign; whether it is paused is not. */
function definitionOf(campaign: Campaign): CampaignChange {
  const { name, templateId, templateVersion, audienceId, variables, schedule, settings, overlap } = campaign;
  const { catchupSeconds } = campaign;
  return { name, templateId, templateVersion, audienceId, variables, schedule, settings, overlap, catchupSeconds };
}

/** JSON has no `undefined`: no variables are kept as `null`. */
function ask(
  call: AskCall,
  campaign: Campaign,
  { change, ...request }: CampaignRequest,
  id?: ApprovalId,
): Promise<Approval> {
  const kept = 'variables' in change ? { ...change, variables: change.variables ?? null } : change;
  return askApproval(call, {
    ...(id === undefined ? {} : { id }),
    ...{ kind: 'campaign', subject: campaign.id, appId: campaign.appId, change: { ...request, change: kept } },
  });
}

/** Lets a campaign wait as a whole; its row has the id of the approval. */
export function askForCampaign(call: AskCall, campaign: Campaign, starts: boolean, id: ApprovalId): Promise<Approval> {
  return ask(call, campaign, { change: definitionOf(campaign), revision: campaign.revision, starts }, id);
}

/** Lets a change of an approved campaign wait; the campaign goes on as it is. */
export function askForChange(call: AskCall, campaign: Campaign, change: CampaignChange): Promise<Approval> {
  return ask(call, campaign, { change, revision: campaign.revision, starts: false });
}

/** What was asked for, as it was kept. */
export function requestIn({ change: kept }: Approval): CampaignRequest {
  const { change, ...request } = kept as CampaignRequest;
  return {
    ...request,
    change: 'variables' in change ? { ...change, variables: change.variables ?? undefined } : change,
  };
}

/** Whether the run of a campaign that was never approved begins with its approval. */
export async function startsWithApproval(stores: Stores, { approvalId }: Campaign): Promise<boolean> {
  const approval = approvalId === null ? undefined : await stores.approvals.get(approvalId);
  return approval !== undefined && requestIn(approval).starts;
}

/** 409 for a campaign that may not run yet, or was refused. */
export function refuseUnapproved({ approved, approvalId }: Pick<Campaign, 'approved' | 'approvalId'>): void {
  if (approved) return;
  const detail = `The campaign has not been approved (${approvalId ?? 'nobody was asked'}): it can run when it is.`;
  throw new ApiError('campaign_not_approved', detail);
}
