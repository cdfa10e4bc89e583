import type { ApprovalRule } from '../../domain/rules';
import type { TestApi } from './test-api';

/** Puts the rule `approval` in force in the process of the test; what is not named does not wait. */
export async function requireApproval(api: TestApi, rule: Partial<ApprovalRule>): Promise<void> {
  const value: ApprovalRule = { templates: false, campaignsOver: null, rules: false, accounts: false, ...rule };
  await api.db.database.stores.rules.add({ name: 'approval', author: 'test' }, () => value);
  await api.deps.announceRules();
}

/** The id of the one change that waits for this subject. */
export async function waitingFor({ db }: TestApi, kind: string, subject: string | number): Promise<string> {
  const [row] = await db.knex('approvals').where({ kind, subject: String(subject), status: 'waiting' });
  return (row as { id: string } | undefined)?.id ?? `nothing waits for ${kind} ${subject}`;
}
