import { z } from 'zod';
import type { LuminateTemplate } from '../../db/stores/luminate-template-store';
import type { Campaign } from '../../domain/campaign';
import type { AudienceId, CampaignId } from '../../domain/ids';
import { ApiError, invalidRequest } from '../problem';
import { approvalSchema } from '../schemas/approvals';
import { campaignCheckSchema, campaignSchema, createdCampaignSchema } from '../schemas/campaigns';
import type { CallV1, Scope } from './call-v1';
import { TEMPLATE_TYPES } from './codes';
import { badParameters, CODES, LuminateError } from './envelope';
import { readQuartzCron } from './quartz-cron';

type Schedule = { readonly kind: 'now' } | { readonly kind: 'cron'; readonly cron: string };

function scheduleOf({ expectPushTime }: LuminateTemplate): Schedule {
  if (expectPushTime === '0') return { kind: 'now' };
  const read = readQuartzCron(expectPushTime);
  if (!read.ok) throw badParameters(`expectPushTime ${read.reason}.`);
  return { kind: 'cron', cron: read.cron };
}

function audienceOf({ audienceId }: LuminateTemplate): AudienceId {
  if (audienceId !== null) return audienceId;
  throw badParameters(
    'cronCrowdPath is missing: upload the recipients, save the template with the answer, and start it then.',
  );
}

/** What a template is started as, paused. */
const bodyOf = (saved: LuminateTemplate) => ({
  name: `luminate template ${saved.templateId}`,
  template: saved.templateId,
  audience: audienceOf(saved),
  schedule: scheduleOf(saved),
  paused: true,
});

/** Throws A0001 when the template cannot be started as it was saved, running or stopped. Changes nothing. */
export async function refuseBadCampaign(callV1: CallV1, scope: Scope, saved: LuminateTemplate): Promise<void> {
  const check = await callV1(scope, 'post /v1/campaigns/check', campaignCheckSchema, { body: bodyOf(saved) });
  const faults = check.errors.filter(({ code }) => code !== 'template_stopped');
  if (faults.length > 0) throw invalidRequest(faults.map(({ pointer = '', ...fault }) => ({ ...fault, pointer })));
}

/** The campaign that the template was started as, unless it is deleted. */
async function campaignOf({ stores }: Scope, { campaignId }: LuminateTemplate): Promise<Campaign | undefined> {
  const campaign = campaignId === null ? undefined : await stores.campaigns.get(campaignId);
  return campaign?.deletedAt ? undefined : campaign;
}

/**
 * The campaign of the template, with such a schedule. A new one is paused until it is linked: whoever starts at the same moment, or dies
 * before that, sends nothing twice.
 */
async function ensureCampaign(
  callV1: CallV1,
  scope: Scope,
  saved: LuminateTemplate,
): Promise<Pick<Campaign, 'id' | 'approved'>> {
  const current = await campaignOf(scope, saved);
  const body = bodyOf(saved);
  const { schedule, template } = body;
  if (current && (current.schedule.kind === 'now') === (schedule.kind === 'now')) return current;
  const remove = (id: string) => callV1(scope, 'delete /v1/campaigns/:id', z.unknown(), { params: { id } });
  if (current) await remove(current.id);
  const created = await callV1(scope, 'post /v1/campaigns', createdCampaignSchema, { body });
  const id = created.id as CampaignId;
  const approved = created.approval.status === 'approved';
  if (await scope.stores.luminateTemplates.link(template, saved.campaignId, id)) return { id, approved };
  await remove(id);
  throw new LuminateError(
    CODES.fail,
    'The template is being started by another request: look at it, and start it then.',
  );
}

/** Changes the campaign. Throws 409 where the change, or the campaign, waits for approval or was refused it. */
async function changeCampaign(callV1: CallV1, scope: Scope, id: CampaignId, change: object): Promise<void> {
  const answer = z.union([approvalSchema, campaignSchema]);
  const changed = await callV1(scope, 'patch /v1/campaigns/:id', answer, { params: { id }, body: change });
  const { status, id: approval } = 'approval' in changed ? changed.approval : changed;
  if (status === 'approved') return;
  const detail = `The recipients are so many that somebody has to approve it (${approval ?? ''} is ${status}): start it again then.`;
  throw new ApiError('campaign_not_approved', detail);
}

/** Starts a template of type 10 as a campaign, or brings that up to date and lets it go on. Throws what the campaign is refused with. */
export async function startCampaign(callV1: CallV1, scope: Scope, saved: LuminateTemplate): Promise<void> {
  const { audience, schedule } = bodyOf(saved);
  const { id, approved } = await ensureCampaign(callV1, scope, saved);
  const change = { audience, ...(schedule.kind === 'now' ? {} : { schedule }) };
  // One that waits stays paused: it is started again once it is approved.
  if (!approved) await changeCampaign(callV1, scope, id, change);
  await changeCampaign(callV1, scope, id, { ...change, paused: false });
  if (schedule.kind === 'now') {
    await callV1(scope, 'post /v1/campaigns/:id/trigger', z.unknown(), { params: { id } });
  }
}

/** Pauses the campaign of a template of type 10; a run that is going goes on. Nothing to do for one that never was started. */
export async function stopCampaign(callV1: CallV1, scope: Scope, saved: LuminateTemplate): Promise<void> {
  const campaign = await campaignOf(scope, saved);
  if (campaign) await callV1(scope, 'post /v1/campaigns/:id/pause', z.unknown(), { params: { id: campaign.id } });
}

export const isClocking = ({ templateType }: LuminateTemplate): boolean => templateType === TEMPLATE_TYPES.clocking;
