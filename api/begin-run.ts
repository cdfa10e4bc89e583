import type { Template } from '../db/stores/template-store';
import type { Campaign } from '../domain/campaign';
import { laneOf } from '../domain/lane';
import { runOf, type Run } from '../domain/run';
import type { CampaignAudience } from './audience-reader';
import { resolveSchedule } from './campaign-schedule';
import type { CheckResult } from './check-campaign';
import type { ApiDeps } from './deps';
import { ApiError, invalidRequest } from './problem';
import type { Call } from './route';

/** Template and audience of a campaign that can run. Throws 409 for a template that is stopped or not approved, and 422 for all else that is wrong. */
export function refuseUnfit({ errors, template, audience }: CheckResult): {
  template: Template;
  audience: CampaignAudience;
} {
  for (const code of ['template_stopped', 'template_not_approved'] as const) {
    const found = errors.find((fault) => fault.code === code);
    if (found) throw new ApiError(code, `${found.pointer ?? ''} ${found.detail}`.trim(), errors);
  }
  if (errors.length > 0 || !template || !audience) throw invalidRequest(errors);
  return { template, audience };
}

/** The same for a campaign that exists already: 409, since nothing is wrong with the request. */
export function refuseNotReady(result: CheckResult): { template: Template; audience: CampaignAudience } {
  const { errors, template, audience } = result;
  if (errors.length === 0 && template && audience) return { template, audience };
  const reasons = errors.map(({ pointer = '', detail }) => `${pointer} ${detail}`.trim());
  throw new ApiError('campaign_not_ready', `The campaign cannot run: ${reasons.join('; ')}.`, errors);
}

/** A run by hand, in the transaction of its request; its workflow is started after the answer. */
export async function startRunOf(
  deps: Pick<ApiDeps, 'startRun'>,
  { stores, onEnd }: Pick<Call<unknown, unknown, unknown>, 'stores' | 'onEnd'>,
  campaign: Campaign,
  template: Template,
  audience: CampaignAudience,
): Promise<Run> {
  const run = await stores.runs.create(
    runOf(campaign, {
      lane: laneOf(template.channel, template.messageType),
      // Its check has let only a template pass that has one.
      templateVersion: campaign.templateVersion ?? template.currentVersion ?? 0,
      total: audience.accepted,
      trigger: 'api',
      firedAt: new Date(),
    }),
  );
  onEnd((kept) => {
    if (kept) deps.startRun(run);
  });
  return run;
}

/** 409 for a campaign whose single time passed while it was paused. */
export function refuseMissed(campaign: Pick<Campaign, 'schedule'>): void {
  if (campaign.schedule.kind !== 'once') return;
  const detail = 'Its time has passed while it was paused: trigger it to run it now, or give it another schedule.';
  refusePassed(campaign, detail);
}

/** 409 for a campaign whose schedule would not be taken any more. */
export function refusePassed(
  { schedule }: Pick<Campaign, 'schedule'>,
  detail = 'Its time has passed while it waited: give it another schedule.',
): void {
  if (schedule.kind === 'now') return;
  try {
    resolveSchedule(schedule, schedule.timezone, Date.now());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError('campaign_not_ready', detail, error.errors);
  }
}
