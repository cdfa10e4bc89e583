import { refuseUnapproved } from '../approvals/ask-campaign';
import { refuseMissed, refuseNotReady, startRunOf } from '../begin-run';
import { toCheck } from '../campaign-input';
import { findCampaign, viewOne } from '../campaign-reader';
import type { CampaignChecker } from '../check-campaign';
import type { ApiDeps } from '../deps';
import type { Stores } from '../../db/database';
import type { Campaign } from '../../domain/campaign';
import type { CampaignId } from '../../domain/ids';
import { ApiError } from '../problem';
import { defineRoute, type Call, type Route } from '../route';
import { campaignSchema, runRef, triggeredSchema } from '../schemas/campaigns';
import { idParams } from '../schemas/common';

const shared = { tag: 'Campaigns', permission: 'campaigns:control', method: 'post', params: idParams } as const;

/** What is done with a campaign that exists: pause, unpause, run now. */
export function campaignActionRoutes(deps: ApiDeps, checker: CampaignChecker): Route[] {
  return [
    defineRoute({
      ...shared,
      path: '/v1/campaigns/:id/pause',
      summary: 'Pause a campaign',
      description:
        'It does not fire by its schedule until it is unpaused; a run that is going is not touched. Repeating is harmless.',
      problems: ['not_found'],
      audit: { action: 'campaign.pause' },
      response: campaignSchema,
      handler: ({ params, ...call }) => setPaused(deps, call, params.id, true),
    }),
    defineRoute({
      ...shared,
      path: '/v1/campaigns/:id/unpause',
      summary: 'Unpause a campaign',
      description: 'Firings that came meanwhile are not made up for. Repeating is harmless.',
      problems: ['not_found', 'campaign_not_ready'],
      audit: { action: 'campaign.unpause' },
      response: campaignSchema,
      handler: ({ params, ...call }) =>
        setPaused(deps, call, params.id, false, async (inside, campaign) => {
          refuseMissed(campaign);
          refuseNotReady(await checker(inside, toCheck(campaign)));
        }),
    }),
    triggerRoute(deps, checker),
  ];
}

async function setPaused(
  { syncCampaign }: ApiDeps,
  { stores, caller, edit }: Pick<Call<unknown, unknown, unknown>, 'stores' | 'caller' | 'edit'>,
  id: string,
  paused: boolean,
  check: (inside: Stores, campaign: Campaign) => Promise<void> = async () => undefined,
) {
  const changed = await edit(async (inside): Promise<CampaignId> => {
    const campaign = await findCampaign(inside, caller, id, { hold: true });
    if (campaign.paused === paused) return campaign.id;
    await check(inside, campaign);
    await inside.campaigns.change(campaign.id, campaign.revision, { paused });
    return campaign.id;
  });
  await syncCampaign(changed);
  return viewOne(stores, changed);
}

function triggerRoute(deps: ApiDeps, checker: CampaignChecker): Route {
  return defineRoute({
    ...shared,
    path: '/v1/campaigns/:id/trigger',
    summary: 'Run a campaign now',
    description:
      'Also when it is paused, and whatever its schedule says; every recipient gets it as soon as possible. While a run is going another ' +
      'one is refused, unless `overlap` is `allow_all`.',
    status: 201,
    idempotent: true,
    audit: { action: 'campaign.trigger' },
    problems: ['not_found', 'campaign_not_ready', 'campaign_not_approved', 'run_in_progress'],
    response: triggeredSchema,
    location: ({ run }) => run.url,
    async handler({ params, caller, stores, onEnd, note }) {
      // Held to the end of the transaction: of two at once the second finds the run of the first.
      const campaign = await findCampaign(stores, caller, params.id, { hold: true });
      refuseUnapproved(campaign);
      const [open] = campaign.overlap === 'allow_all' ? [] : await stores.runs.openOf(campaign.id);
      if (open) {
        const detail = `The run ${open.id} of this campaign is going (${open.state}): wait for its end, or cancel it.`;
        throw new ApiError('run_in_progress', detail);
      }
      const result = await checker(stores, toCheck(campaign));
      const { template, audience } = refuseNotReady(result);
      const run = await startRunOf(deps, { stores, onEnd }, campaign, template, audience);
      note({ after: { run: run.id } });
      return { run: runRef(run), check: result.check };
    },
  });
}
