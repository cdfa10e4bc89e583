import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { LuminateDetails, LuminateTemplate } from '../../db/stores/luminate-template-store';
import type { TemplateVersion } from '../../db/stores/template-version-store';
import { AUDIT_CODES } from '../../domain/approval';
import type { Content, EmailContent } from '../../domain/content';
import { isId, type AudienceId, type TemplateId } from '../../domain/ids';
import type { Channel } from '../../domain/lane';
import type { ApiDeps } from '../deps';
import { fullTemplateSchema, viewContent } from '../schemas/templates';
import type { CallV1, Scope } from './call-v1';
import { channelOf, idTypesOf, messageTypeOf, TEMPLATE_STATUSES, TEMPLATE_TYPES } from './codes';
import { badParameters } from './envelope';
import { readQuartzCron } from './quartz-cron';
import type { SaveBody } from './schemas';
import { DEFAULT_PERSON, luminateOf, unsaved } from './template-view';

type Full = z.output<typeof fullTemplateSchema>;
const filled = (text: string | null | undefined): string | undefined => text?.trim() || undefined;

const smsContent = z.object({ content: z.string(), url: z.string().nullish() });
const emailContent = z.object({ title: z.string(), content: z.string(), url: z.string().nullish() });

/** MJML stays MJML. A text part of its own stays, too, until the content is another one. */
function emailOf(subject: string, body: string, current?: EmailContent): EmailContent {
  const kind = current?.mjml === undefined ? 'html' : 'mjml';
  const text = current?.[kind] === body ? current.text : undefined;
  return { subject, [kind]: body, ...(text === undefined ? {} : { text }) };
}

/** The ancestor's `msgContent` as our content; what else the current one has stays. Throws A0001. */
function readMsgContent(channel: Channel, msgContent: string, current?: Content): Content {
  let json: unknown;
  try {
    json = JSON.parse(msgContent);
  } catch {
    throw badParameters('msgContent must be JSON text.');
  }
  if (channel === 'sms') {
    const sms = smsContent.safeParse(json).data;
    if (!sms) throw badParameters('msgContent of an SMS must be {"content":"…","url":"…"}.');
    const text = filled(sms.url) === undefined ? sms.content : `${sms.content} ${sms.url ?? ''}`;
    return { ...current, text };
  }
  const email = emailContent.safeParse(json).data;
  if (!email) throw badParameters('msgContent of an email must be {"title":"…","content":"…"}.');
  if (filled(email.url) !== undefined) {
    throw badParameters(
      'msgContent names an attachment in url: a template has none, give it with each send (/v1/sends).',
    );
  }
  return emailOf(email.title, email.content, current as EmailContent | undefined);
}

function detailsOf(body: SaveBody, channel: Channel): LuminateDetails {
  const { idType, sendAccount, deduplicationTime, isNightShield } = body;
  const allowed = idTypesOf(channel);
  if (idType !== null && idType !== undefined && !allowed.includes(idType)) {
    throw badParameters(`idType ${idType} does not fit the channel: it must be ${allowed.join(' or ')}.`);
  }
  const [updator, auditor, team, proposer] = [body.updator, body.auditor, body.team, body.proposer].map(filled);
  const given = { idType, sendAccount, updator, auditor, team, proposer, deduplicationTime, isNightShield };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
}

function pushTimeOf(text: string): string {
  const time = text.trim();
  if (time === '0') return time;
  const read = readQuartzCron(time);
  if (!read.ok) throw badParameters(`expectPushTime ${read.reason}.`);
  return time;
}

function audienceOf(path: string): AudienceId | null {
  if (path === '') return null;
  if (isId('aud', path)) return path;
  throw badParameters('cronCrowdPath must be what /luminate/upload answered: paths on a server are not read.');
}

/** What is kept of the template after this request. */
function keptAfter(
  body: SaveBody,
  current: LuminateTemplate,
  { id, channel }: Full,
  newest: TemplateVersion,
): LuminateTemplate {
  const { templateType, expectPushTime, cronCrowdPath, msgContent } = body;
  const type = templateType ?? current.templateType;
  const time = filled(expectPushTime) ?? current.expectPushTime;
  return {
    ...current,
    templateId: id as TemplateId,
    templateType: type,
    status: TEMPLATE_STATUSES.init,
    expectPushTime: type === TEMPLATE_TYPES.clocking ? pushTimeOf(time) : time,
    audienceId: typeof cronCrowdPath === 'string' ? audienceOf(cronCrowdPath.trim()) : current.audienceId,
    creator: filled(body.creator) ?? current.creator,
    details: {
      ...current.details,
      ...detailsOf(body, channel),
      ...(typeof msgContent === 'string' ? { msgContent, version: newest.version } : {}),
    },
  };
}

async function insert(callV1: CallV1, scope: Scope, body: SaveBody): Promise<Full> {
  const channel = channelOf(body.sendChannel ?? 0);
  const messageType = messageTypeOf(body.msgType ?? 0);
  if (!channel) throw badParameters('sendChannel must be 30 (SMS) or 40 (email).');
  if (!messageType) throw badParameters('msgType must be 10 (notice), 20 (marketing) or 30 (verification).');
  if (typeof body.name !== 'string') throw badParameters('name is required.');
  if (typeof body.msgContent !== 'string') throw badParameters('msgContent is required.');
  if (!body.templateType) throw badParameters('templateType must be 10 (by schedule) or 20 (by call).');
  const content = readMsgContent(channel, body.msgContent);
  const template = { key: `luminate-${randomUUID()}`, name: body.name, channel, messageType, content };
  return callV1(scope, 'post /v1/templates', fullTemplateSchema, { body: template });
}

async function update(callV1: CallV1, scope: Scope, body: SaveBody, id: number): Promise<Full> {
  const params = { template: String(id) };
  const read = () => callV1(scope, 'get /v1/templates/:template', fullTemplateSchema, { params });
  const current = await read();
  if (typeof body.sendChannel === 'number' && channelOf(body.sendChannel) !== current.channel) {
    throw badParameters('sendChannel of a template cannot be changed: make a new one.');
  }
  if (typeof body.msgType === 'number' && messageTypeOf(body.msgType) !== current.messageType) {
    throw badParameters('msgType of a template cannot be changed: make a new one.');
  }
  // Also without a new name: it is the one that was changed last.
  await callV1(scope, 'patch /v1/templates/:template', z.unknown(), {
    params,
    body: { name: body.name ?? current.name },
  });
  if (typeof body.msgContent === 'string') {
    // What was saved last counts, also while it waits for approval; what was refused is put before the approvers anew.
    const { content: last, audit } = await newestOf(scope, id as TemplateId);
    const [saved, refused] = [viewContent(last), AUDIT_CODES[audit.status] === AUDIT_CODES.rejected];
    const content = readMsgContent(current.channel, body.msgContent, saved);
    if (refused || !isDeepStrictEqual(content, saved)) {
      await callV1(scope, 'post /v1/templates/:template/versions', z.unknown(), { params, body: { content } });
    }
  }
  return read();
}

async function newestOf({ stores }: Scope, id: TemplateId): Promise<TemplateVersion> {
  const newest = await stores.versions.newest(id);
  if (!newest) throw new Error(`template ${id} has no version`);
  return newest;
}

/** A campaign does not fire while its template is edited: the next start says how it goes on. */
async function pauseCampaign(
  { syncCampaign }: Pick<ApiDeps, 'syncCampaign'>,
  { stores, onEnd }: Scope,
  { campaignId }: LuminateTemplate,
): Promise<void> {
  const campaign = campaignId === null ? undefined : await stores.campaigns.hold(campaignId);
  if (!campaign || campaign.paused || campaign.deletedAt) return;
  await stores.campaigns.change(campaign.id, campaign.revision, { paused: true });
  onEnd((kept) => {
    if (kept) void syncCampaign(campaign.id);
  });
}

/** Creates the template, or changes it where the body has an id; returns its number. Within a transaction. */
export async function saveTemplate(
  deps: Pick<ApiDeps, 'syncCampaign'>,
  callV1: CallV1,
  scope: Scope,
  body: SaveBody,
): Promise<TemplateId> {
  const { id } = body;
  const isNew = id === null || id === undefined;
  const template = isNew ? await insert(callV1, scope, body) : await update(callV1, scope, body, id);
  const templateId = template.id as TemplateId;
  const current = isNew ? unsaved(templateId) : await luminateOf(scope.stores, templateId);
  const newest = await newestOf(scope, templateId);
  const kept = keptAfter(body, { ...current, creator: current.creator || DEFAULT_PERSON }, template, newest);
  await pauseCampaign(deps, scope, current);
  await scope.stores.luminateTemplates.put(kept);
  return templateId;
}
