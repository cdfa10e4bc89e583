import type { Template } from '../db/stores/template-store';
import { namesTemplate } from '../domain/policy';
import type { DiscardRule } from '../domain/rules';
import type { MessageChange } from './record-changes';
import type { Prepared } from './round';

/** Why a message is not sent any more: its template is deleted or switched off, or the rule `discard` names it or its app. */
export function discardOf(
  { message, template }: Prepared,
  current: Pick<Template, 'state' | 'deletedAt'> | undefined,
  rule: DiscardRule,
): MessageChange | undefined {
  const discard = (reason: string, detail?: MessageChange['detail']): MessageChange => ({
    message,
    event: 'discard',
    reason,
    detail,
  });
  if (!current || current.deletedAt) return discard('template_deleted');
  if (current.state === 'stopped') return discard('template_stopped');
  if (namesTemplate(rule.templates, template)) return discard('discard_rule', { template: template.key });
  if (rule.apps.includes(message.appId)) return discard('discard_rule', { app: message.appId });
  return undefined;
}
