import type { CampaignChange } from '../db/stores/campaign-store';
import type { Campaign, CampaignSchedule, RunSettings, SendWindow } from '../domain/campaign';
import { newId, type AppId, type AudienceId, type TemplateId } from '../domain/ids';
import type { CheckedCampaign } from './check-campaign';
import { CAMPAIGN_DEFAULTS, type GivenChange, type NewCampaign } from './schemas/campaigns';

type GivenSettings = Pick<GivenChange, 'rate' | 'sendWindow' | 'pauseOn'>;

/** The settings after a request: what it does not name stays, or is the default. */
export function settingsOf(given: GivenSettings, timezone: string, current?: RunSettings): RunSettings {
  const { rate, sendWindow, pauseOn } = given;
  const window = (value: NonNullable<typeof sendWindow>): SendWindow => ({
    ...value,
    timezone: value.timezone ?? timezone,
  });
  return {
    rate: rate === undefined ? (current?.rate ?? null) : rate,
    sendWindow: sendWindow === undefined ? (current?.sendWindow ?? null) : sendWindow && window(sendWindow),
    pauseOn: pauseOn === undefined ? (current ? current.pauseOn : CAMPAIGN_DEFAULTS.pauseOn) : pauseOn,
  };
}

/** What is checked of a campaign that was asked for. */
export function askedFor(
  body: NewCampaign,
  appId: AppId,
  schedule: CampaignSchedule,
  timezone: string,
): CheckedCampaign {
  return {
    appId,
    template: body.template,
    templateVersion: body.version ?? null,
    audienceId: body.audience as AudienceId,
    variables: body.variables,
    schedule,
    settings: settingsOf(body, timezone),
  };
}

/** What is checked of a campaign that exists. */
export const toCheck = (campaign: Campaign): CheckedCampaign => ({
  ...campaign,
  template: String(campaign.templateId),
});

/** A new campaign; its Schedule is still to be made, where it has one. */
export function campaignOf(body: NewCampaign, checked: CheckedCampaign, templateId: TemplateId): Campaign {
  const now = new Date();
  const { appId, templateVersion, audienceId, variables, schedule, settings } = checked;
  return {
    id: newId('cmp'),
    appId,
    name: body.name,
    templateId,
    templateVersion,
    audienceId,
    variables: variables && Object.keys(variables).length > 0 ? variables : undefined,
    schedule,
    settings,
    overlap: body.overlap ?? CAMPAIGN_DEFAULTS.overlap,
    catchupSeconds: body.catchupSeconds ?? CAMPAIGN_DEFAULTS.catchupSeconds,
    paused: body.paused ?? false,
    approved: true,
    approvalId: null,
    revision: 1,
    syncedRevision: schedule.kind === 'now' ? 1 : 0,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

/** What a request changes, but for template and schedule, which have to be looked at first. */
export function changeOf(given: GivenChange, current: Campaign, timezone: string): CampaignChange {
  const { name, version, audience, variables, overlap, catchupSeconds, paused } = given;
  const settings = ['rate', 'sendWindow', 'pauseOn'].some((field) => field in given);
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { templateVersion: version }),
    ...(audience === undefined ? {} : { audienceId: audience as AudienceId }),
    ...(variables === undefined ? {} : { variables: Object.keys(variables).length > 0 ? variables : undefined }),
    ...(settings ? { settings: settingsOf(given, timezone, current.settings) } : {}),
    ...(overlap === undefined ? {} : { overlap }),
    ...(catchupSeconds === undefined ? {} : { catchupSeconds }),
    ...(paused === undefined ? {} : { paused }),
  };
}
