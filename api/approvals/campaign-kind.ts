import type { Stores } from '../../db/database';
import type { CampaignChange } from '../../db/stores/campaign-store';
import type { Approval } from '../../domain/approval';
import type { Campaign } from '../../domain/campaign';
import type { CampaignId } from '../../domain/ids';
import { refuseNotReady, refusePassed, startRunOf } from '../begin-run';
import { toCheck } from '../campaign-input';
import type { CampaignChecker } from '../check-campaign';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { viewDefinition } from '../schemas/campaigns';
import type { KindOfChange } from './approval-kind';
import { requestIn, type CampaignRequest } from './ask-campaign';

type Deps = Pick<ApiDeps, 'audienceReader' | 'startRun' | 'syncCampaign'>;

/** What approving changes. Who paused, or unpaused, the campaign since it was asked for is not overruled. */
function changesOf(campaign: Campaign, { change: { paused, ...change }, revision }: CampaignRequest): CampaignChange {
  return paused === undefined || campaign.revision !== revision ? change : { ...change, paused };
}

/** A campaign as approvers see it: with the number of its recipients. */
async function shown({ audienceReader }: Deps, stores: Stores, campaign: Campaign) {
  const [template] = await stores.templates.getMany([campaign.templateId]);
  const audience = await audienceReader.find(stores, campaign.audienceId);
  return { ...viewDefinition(campaign, template?.key ?? ''), recipients: audience?.accepted ?? null };
}

/** A campaign with many recipients, or a change of one. */
export function campaignKind(deps: Deps, checker: CampaignChecker): KindOfChange {
  const find = (stores: Stores, { subject }: Approval) => stores.campaigns.get(subject as CampaignId);
  return {
    reads: 'campaigns:read',
    writes: 'campaigns:write',
    async hold(stores, subject) {
      await stores.campaigns.hold(subject as CampaignId);
    },
    async show(stores, approval) {
      const campaign = await find(stores, approval);
      const request = requestIn(approval);
      if (!campaign) return { before: null, after: request.change };
      const after = await shown(deps, stores, { ...campaign, ...changesOf(campaign, request) });
      if (!campaign.approved) return { before: null, after: { ...after, starts: request.starts } };
      return { before: await shown(deps, stores, campaign), after };
    },
    audits: () => 'campaign.change',
    async apply({ stores, onEnd }, approval) {
      const campaign = await find(stores, approval);
      if (!campaign || campaign.deletedAt) {
        throw new ApiError('not_found', `The campaign ${approval.subject} was deleted.`);
      }
      const request = requestIn(approval);
      const changes = changesOf(campaign, request);
      const next: Campaign = { ...campaign, ...changes };
      if (!campaign.approved || changes.schedule) refusePassed(next);
      const { template, audience } = refuseNotReady(await checker(stores, toCheck(next)));
      const approved = { ...changes, approved: true, approvalId: approval.id };
      const changed = await stores.campaigns.change(campaign.id, campaign.revision, approved);
      if (!changed) throw new Error(`campaign ${campaign.id} was changed while it was held`);
      const starts = request.starts && !campaign.approved && !next.paused;
      if (starts) await startRunOf(deps, { stores, onEnd }, next, template, audience);
      onEnd((kept) => {
        if (kept) void deps.syncCampaign(campaign.id);
      });
    },
  };
}
