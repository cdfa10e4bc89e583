import type { Stores } from '../../db/database';
import type { AuditFields, AuditSubject } from '../../domain/audit';
import { isId, runOfSend, type AppId, type TemplateId } from '../../domain/ids';
import { isLane } from '../../domain/lane';
import { isRoutesRule } from '../../domain/route-rule';
import { maskAddress, maskText } from '../../domain/mask';
import { RULE_NAMES, type RuleName } from '../../domain/rules';

/** A subject as the audit log sees it: what edits may change, without secrets, recipients and contents. */
export interface Seen {
  readonly id: string;
  readonly name: string | null;
  /** Whose it is; `null`: nobody's or everybody's. */
  readonly appId?: AppId | null;
  readonly fields: AuditFields;
}

type Look = (stores: Stores, ref: string) => Promise<Seen | undefined>;

const noteOf = (note: string | null): string | null => note && maskText(note);

const seeAccount: Look = async (stores, ref) => {
  const account = isId('acc', ref) ? await stores.accounts.get(ref) : undefined;
  if (!account) return undefined;
  const { id, name, channel, provider, config, rate, price, parked, override } = account;
  const health = { mode: override.mode, note: noteOf(override.note) };
  return { id, name, fields: { name, channel, provider, config, rate, price, parked: parked !== null, health } };
};

const seeApp: Look = async (stores, ref) => {
  const app = isId('app', ref) ? await stores.apps.get(ref) : undefined;
  return app && { id: app.id, name: app.name, appId: app.id, fields: { name: app.name } };
};

const seeApproval: Look = async (stores, ref) => {
  const approval = isId('apv', ref) ? await stores.approvals.get(ref) : undefined;
  if (!approval) return undefined;
  const { id, kind, subject, appId, status, author, reason } = approval;
  return { id, name: `${kind} ${subject}`, appId, fields: { kind, subject, status, author, reason: noteOf(reason) } };
};

const seeAudience: Look = async (stores, ref) => {
  const audience = isId('aud', ref) ? await stores.audiences.get(ref) : undefined;
  if (!audience) return undefined;
  const { id, name, appId, channel, status, rows, accepted, duplicates, invalid, checksum } = audience;
  return { id, name, appId, fields: { name, channel, status, rows, accepted, duplicates, invalid, checksum } };
};

const seeCampaign: Look = async (stores, ref) => {
  const campaign = isId('cmp', ref) ? await stores.campaigns.get(ref) : undefined;
  if (!campaign || campaign.deletedAt) return undefined;
  const { id, name, appId, templateId, templateVersion, audienceId, schedule, settings, overlap } = campaign;
  // Values may be personal: the names, and a new revision, must do.
  const variables = Object.keys(campaign.variables ?? {});
  const own = { name, templateId, templateVersion, audienceId, schedule, ...settings, overlap, variables };
  const { paused, approved, revision } = campaign;
  return { id, name, appId, fields: { ...own, paused, approved, revision } };
};

const seeKey: Look = async (stores, ref) => {
  const key = isId('key', ref) ? await stores.apps.getKey(ref) : undefined;
  if (!key) return undefined;
  const { id, name, appId, role, scopes, expiresAt, revokedAt } = key;
  return { id, name, appId, fields: { name, role, scopes, expiresAt, revokedAt } };
};

const seeMessage: Look = async (stores, ref) => {
  const [message] = isId('msg', ref) ? await stores.messages.getMany([ref]) : [];
  if (!message) return undefined;
  const { id, address, appId, status, reason } = message;
  return { id, name: maskAddress(address), appId, fields: { status, reason } };
};

const ruleNamed = (ref: string): RuleName | undefined => RULE_NAMES.find((name) => name === ref);

async function seeRuleVersion(stores: Stores, name: RuleName, number: number): Promise<Seen | undefined> {
  const version = number > 0 ? await stores.rules.get(name, number) : undefined;
  if (!version) return undefined;
  return { id: name, name, fields: { version: number, value: version.value, note: noteOf(version.note) } };
}

const seeRule: Look = async (stores, ref) => {
  const name = ruleNamed(ref);
  const newest = name && (await stores.rules.newest(name));
  return newest && seeRuleVersion(stores, newest.name, newest.version);
};

async function seeRouteVersion(stores: Stores, lane: string, number: number): Promise<Seen | undefined> {
  const version = number > 0 ? await stores.rules.get('routes', number) : undefined;
  const routes: Readonly<Record<string, unknown>> = version && isRoutesRule(version.value) ? version.value : {};
  return { id: lane, name: lane, fields: { version: number, accounts: routes[lane] ?? [] } };
}

const seeRoute: Look = async (stores, ref) =>
  isLane(ref) ? seeRouteVersion(stores, ref, (await stores.rules.newest('routes'))?.version ?? 0) : undefined;

const seeRun: Look = async (stores, ref) => {
  const run = isId('run', ref) ? await stores.runs.get(ref) : undefined;
  if (!run) return undefined;
  const { id, appId, campaignId, state, settings } = run;
  return { id, name: campaignId, appId, fields: { state, rate: settings.rate } };
};

const seeSend: Look = async (stores, ref) => {
  const send = isId('snd', ref) ? await stores.sends.get(ref) : undefined;
  if (!send) return undefined;
  // That of a run is known by the run.
  const run = await stores.runs.get(runOfSend(send.id));
  return { id: send.id, name: run?.id ?? null, appId: send.appId, fields: {} };
};

const seeSuppression: Look = async (stores, ref) => {
  const entry = isId('sup', ref) ? await stores.suppressions.get(ref) : undefined;
  if (!entry) return undefined;
  const { id, channel, address, appId, reason, appliesTo, source, liftedAt } = entry;
  const to = maskAddress(address);
  return { id, name: to, appId, fields: { channel, to, app: appId, reason, appliesTo, source, liftedAt } };
};

/** What the ancestor's endpoints keep of a template besides. */
async function seeLuminate(stores: Stores, id: TemplateId): Promise<AuditFields> {
  const [saved] = await stores.luminateTemplates.getMany([id]);
  if (!saved) return {};
  const { templateType, status, expectPushTime, audienceId, campaignId, creator } = saved;
  const campaign = campaignId && (await stores.campaigns.get(campaignId));
  const kept = { templateType, status, expectPushTime, audienceId, campaignId, creator };
  return { luminate: { ...kept, campaignPaused: campaign ? campaign.paused : null } };
}

const seeTemplate: Look = async (stores, ref) => {
  const possible = /^[\x21-\x7e]{1,64}$/.test(ref);
  const template = possible ? await stores.templates.find(ref) : undefined;
  if (!template) return undefined;
  const { id, key, name, channel, messageType, state, currentVersion, policy } = template;
  const own = { key, name, channel, messageType, state, currentVersion, policy };
  return { id: String(id), name: key, fields: { ...own, ...(await seeLuminate(stores, id)) } };
};

const seeUser: Look = async (stores, ref) => {
  const user = isId('usr', ref) ? await stores.users.get(ref) : undefined;
  if (!user) return undefined;
  const { id, name, email, role, state, oidc } = user;
  return { id, name, fields: { email, name, role, state, openId: oidc && oidc.issuer } };
};

const seeWebhook: Look = async (stores, ref) => {
  const endpoint = isId('whe', ref) ? await stores.webhooks.get(ref) : undefined;
  if (!endpoint) return undefined;
  const { id, appId, url, description, types, state, reason, previousUntil } = endpoint;
  const own = { url, description, events: types, state, reason };
  return { id, name: new URL(url).hostname, appId, fields: { ...own, secretBeforeHoldsUntil: previousUntil } };
};

const nothing: Look = async (_stores, ref) => ({ id: ref, name: null, fields: {} });

/** How each kind of subject is seen; `undefined`: there is none. */
const LOOKS: Readonly<Record<AuditSubject, Look>> = {
  account: seeAccount,
  app: seeApp,
  approval: seeApproval,
  audience: seeAudience,
  audit: nothing,
  campaign: seeCampaign,
  job: nothing,
  key: seeKey,
  message: seeMessage,
  route: seeRoute,
  rule: seeRule,
  run: seeRun,
  send: seeSend,
  suppression: seeSuppression,
  template: seeTemplate,
  user: seeUser,
  webhook: seeWebhook,
  webhook_delivery: nothing,
};

/** The subject as it is now. */
export const lookAt = (stores: Stores, kind: AuditSubject, ref: string): Promise<Seen | undefined> =>
  LOOKS[kind](stores, ref);

/** For a subject whose versions are numbered: what the version that is there now has replaced. */
export async function lookBehind(stores: Stores, kind: 'rule' | 'route', now: Seen): Promise<Seen | undefined> {
  const before = Number(now.fields['version']) - 1;
  if (kind === 'route') return seeRouteVersion(stores, now.id, before);
  const name = ruleNamed(now.id);
  return name && seeRuleVersion(stores, name, before);
}
