import { createCampaignChecker } from '../check-campaign';
import type { ApiDeps } from '../deps';
import type { TemplateReader } from '../template-reader';
import { accountKind } from './account-kind';
import type { KindsOfChange } from './approval-kind';
import { campaignKind } from './campaign-kind';
import { ruleKind } from './rule-kind';
import { templateSettingsKind, templateVersionKind } from './template-kinds';

/** Every kind of change that can wait for approval: how it is shown, and how it is made. */
export function createKindsOfChange(deps: ApiDeps, reader: TemplateReader): KindsOfChange {
  return {
    template_version: templateVersionKind(reader),
    template_settings: templateSettingsKind(reader),
    campaign: campaignKind(deps, createCampaignChecker(deps, reader)),
    rule: ruleKind(deps),
    account: accountKind(deps),
  };
}
