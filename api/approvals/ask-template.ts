import { isDeepStrictEqual } from 'node:util';
import type { Stores } from '../../db/database';
import type { NewTemplate, Template } from '../../db/stores/template-store';
import type { NewVersion } from '../../db/stores/template-version-store';
import type { Approval } from '../../domain/approval';
import { newId, type ApprovalId, type TemplateId } from '../../domain/ids';
import type { LiveRules } from '../../domain/rules';
import type { Call } from '../route';
import type { WaitingOfTemplate } from '../schemas/templates';
import { askApproval } from './ask-approval';
import type { SettingsChange, VersionChange } from './template-kinds';

/** Edits of templates: made at once, or put before the approvers where the rule `approval` says so. */
type EditCall = Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>;
type Rules = Pick<LiveRules, 'current'>;

const waits = (rules: Rules): boolean => rules.current().approval.templates;

function askForVersion(call: EditCall, id: TemplateId, approvalId: ApprovalId, version: number): Promise<Approval> {
  const change: VersionChange = { version };
  return askApproval(call, { id: approvalId, kind: 'template_version', subject: String(id), change });
}

/** Inserts a template; under the rule its version 1 waits. Throws a duplicate-key error when the key is taken. */
export async function makeTemplate(
  rules: Rules,
  call: EditCall,
  template: NewTemplate,
  version: Omit<NewVersion, 'approvalId'>,
): Promise<TemplateId> {
  const approvalId = waits(rules) ? newId('apv') : undefined;
  const id = await call.stores.templates.create(template, { ...version, approvalId });
  if (approvalId) await askForVersion(call, id, approvalId, 1);
  return id;
}

/** Adds a version and returns its number; under the rule it waits. Either way, one that waited is replaced. */
export async function addVersion(
  rules: Rules,
  call: EditCall,
  { id }: Template,
  version: Omit<NewVersion, 'approvalId'>,
): Promise<number> {
  const { caller, stores } = call;
  const approvalId = waits(rules) ? newId('apv') : undefined;
  await stores.templates.hold(String(id));
  const number = await stores.versions.add(id, { ...version, approvalId });
  if (approvalId) await askForVersion(call, id, approvalId, number);
  else await stores.approvals.endWaiting('template_version', String(id), 'replaced', caller.keyId);
  return number;
}

/** Changes name and policy, or returns what the change waits for. Either way, a change that waited is replaced. */
export async function changeSettings(
  rules: Rules,
  call: EditCall,
  template: Template,
  change: SettingsChange,
): Promise<Approval | undefined> {
  const { caller, stores } = call;
  const subject = String(template.id);
  const current = (await stores.templates.hold(subject)) ?? template;
  const { name = current.name, policy = current.policy } = change;
  const isNew = name !== current.name || !isDeepStrictEqual(policy, current.policy);
  if (isNew && waits(rules)) return askApproval(call, { kind: 'template_settings', subject, change });
  if (isNew) await stores.approvals.endWaiting('template_settings', subject, 'replaced', caller.keyId);
  await stores.templates.update(template.id, change);
  return undefined;
}

/** Deletes a template; nothing of it waits any more. */
export async function removeTemplate({ caller, stores }: EditCall, { id }: Template): Promise<void> {
  await stores.templates.hold(String(id));
  for (const kind of ['template_version', 'template_settings'] as const) {
    await stores.approvals.endWaiting(kind, String(id), 'withdrawn', caller.keyId);
  }
  await stores.templates.softDelete(id);
}

/** What of these templates waits for approval; one answer for each, in their order. */
export async function waitingOf(stores: Stores, templates: readonly Template[]): Promise<WaitingOfTemplate[]> {
  const subjects = templates.map(({ id }) => String(id));
  const versions = await stores.approvals.waitingFor('template_version', subjects);
  const settings = await stores.approvals.waitingFor('template_settings', subjects);
  return subjects.map((subject) => ({
    waitingVersion: (versions.get(subject)?.change as VersionChange | undefined)?.version ?? null,
    waitingSettings: settings.get(subject)?.id ?? null,
  }));
}
