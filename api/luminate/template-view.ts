import type { Stores } from '../../db/database';
import type { LuminateTemplate } from '../../db/stores/luminate-template-store';
import type { Template } from '../../db/stores/template-store';
import { AUDIT_CODES } from '../../domain/approval';
import type { Campaign } from '../../domain/campaign';
import type { StoredContent } from '../../domain/content';
import type { TemplateId } from '../../domain/ids';
import { CHANNELS, MESSAGE_TYPES } from '../../domain/lane';
import { badParameters } from './envelope';
import { idTypesOf, TEMPLATE_STATUSES, TEMPLATE_TYPES, type TemplateStatus } from './codes';
import type { TemplateView } from './schemas';

/** Who the ancestor says it was where nobody is named. */
export const DEFAULT_PERSON = 'luminate';
const DEFAULT_TEAM = 'luminate公众号';

/** What the ancestor's endpoints know of a template that was made elsewhere. */
export const unsaved = (templateId: TemplateId): LuminateTemplate => ({
  templateId,
  templateType: TEMPLATE_TYPES.realtime,
  status: TEMPLATE_STATUSES.init,
  expectPushTime: '0',
  audienceId: null,
  campaignId: null,
  creator: DEFAULT_PERSON,
  details: {},
});

/** The number in a path. Throws A0001. */
export function templateIdOf(text: string): TemplateId {
  if (/^\d{1,15}$/.test(text)) return Number(text) as TemplateId;
  throw badParameters('The id in the path must be the number of a template.');
}

/** What was kept of a template, or what one has that was made elsewhere. */
export async function luminateOf(stores: Stores, id: TemplateId): Promise<LuminateTemplate> {
  const [found] = await stores.luminateTemplates.getMany([id]);
  return found ?? unsaved(id);
}

function statusOf({ state }: Template, saved: LuminateTemplate, campaign: Campaign | undefined): TemplateStatus {
  const { stop, run } = TEMPLATE_STATUSES;
  if (saved.templateType === TEMPLATE_TYPES.realtime) {
    if (state === 'stopped') return stop;
    return saved.status === stop ? run : saved.status;
  }
  if (campaign && !campaign.paused && !campaign.deletedAt) return run;
  return saved.status === run ? stop : saved.status;
}

/** Content in the ancestor's form. */
function msgContentOf(content: StoredContent): string {
  const { subject, html, mjml, text } = content as { subject?: string; html?: string; mjml?: string; text?: string };
  return JSON.stringify(subject === undefined ? { content: text ?? '' } : { title: subject, content: html ?? mjml });
}

const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);

async function view(stores: Stores, template: Template, saved: LuminateTemplate): Promise<TemplateView> {
  const [version, campaign] = await Promise.all([
    // The ancestor tells what was saved last, whether it is sent or waits for approval.
    stores.versions.newest(template.id),
    saved.campaignId === null ? undefined : stores.campaigns.get(saved.campaignId),
  ]);
  if (!version) throw new Error(`template ${template.id} has no version`);
  const { details } = saved;
  const asSaved = details.version === version.version ? details.msgContent : undefined;
  return {
    id: template.id,
    name: template.name,
    auditStatus: AUDIT_CODES[version.audit.status],
    flowId: '',
    msgStatus: statusOf(template, saved, campaign),
    idType: details.idType ?? idTypesOf(template.channel)[0] ?? 0,
    sendChannel: CHANNELS[template.channel],
    templateType: saved.templateType,
    msgType: MESSAGE_TYPES[template.messageType],
    expectPushTime: saved.expectPushTime,
    msgContent: asSaved ?? msgContentOf(version.content),
    sendAccount: details.sendAccount ?? null,
    creator: saved.creator,
    updator: details.updator ?? DEFAULT_PERSON,
    auditor: details.auditor ?? DEFAULT_PERSON,
    team: details.team ?? DEFAULT_TEAM,
    proposer: details.proposer ?? null,
    isDeleted: template.deletedAt ? 1 : 0,
    created: secondsOf(template.createdAt),
    updated: secondsOf(template.updatedAt),
    deduplicationTime: details.deduplicationTime ?? null,
    isNightShield: details.isNightShield ?? null,
    cronTaskId: null,
    cronCrowdPath: saved.audienceId,
  };
}

/** Templates as the ancestor answers them, deleted ones too, in the order of the ids; unknown ids are left out. */
export async function viewTemplates(stores: Stores, ids: readonly TemplateId[]): Promise<TemplateView[]> {
  if (ids.length === 0) return [];
  const [templates, saved] = await Promise.all([stores.templates.getMany(ids), stores.luminateTemplates.getMany(ids)]);
  const views = ids.map(async (id) => {
    const template = templates.find((one) => one.id === id);
    if (!template) return [];
    return [await view(stores, template, saved.find(({ templateId }) => templateId === id) ?? unsaved(id))];
  });
  return (await Promise.all(views)).flat();
}
