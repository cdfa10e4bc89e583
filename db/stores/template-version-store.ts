import type { Knex } from 'knex';
import type { ApprovalStatus } from '../../domain/approval';
import type { StoredContent } from '../../domain/content';
import type { ApiKeyId, ApprovalId, TemplateId, UserId } from '../../domain/ids';
import { readJson } from '../json';

/** Whether a version may be sent, and who said so. */
export interface VersionAudit {
  readonly status: ApprovalStatus;
  /** `null`: it needed no approval. */
  readonly approvalId: ApprovalId | null;
  readonly reason: string | null;
  readonly decidedBy: ApiKeyId | UserId | null;
  readonly decidedAt: Date | null;
}

/** Immutable: a send names its version, and what it said can be read for ever. */
export interface TemplateVersion {
  readonly templateId: TemplateId;
  readonly version: number;
  readonly content: StoredContent;
  readonly variables: readonly { readonly name: string; readonly required: boolean }[];
  readonly createdAt: Date;
  /** The API key that made it. */
  readonly createdBy: string;
  readonly audit: VersionAudit;
}
export type NewVersion = Pick<TemplateVersion, 'content' | 'variables' | 'createdBy'> & {
  /** The approval that it waits for; absent: it is the current version at once. */
  readonly approvalId?: ApprovalId | undefined;
};

export interface TemplateVersionStore {
  get(id: TemplateId, version: number): Promise<TemplateVersion | undefined>;
  /** The one that was added last, approved or not. */
  newest(id: TemplateId): Promise<TemplateVersion | undefined>;
  /** At most `limit`, newest first, those below `before`; default: all. */
  list(id: TemplateId, limit?: number, before?: number): Promise<Omit<TemplateVersion, 'content'>[]>;
  /** Adds the next version and makes it the current one, unless it waits for approval; returns its number. */
  add(id: TemplateId, version: NewVersion): Promise<number>;
  /** Makes a version that was approved the current one. */
  makeCurrent(id: TemplateId, version: number): Promise<void>;
}

interface VersionRow {
  template_id: number;
  version: number;
  content: unknown;
  variables: unknown;
  created_at: Date;
  created_by: string;
  approval_id: ApprovalId | null;
}
type AuditedRow = Omit<VersionRow, 'content'> & {
  audit_status: ApprovalStatus | null;
  audit_reason: string | null;
  decided_by: ApiKeyId | UserId | null;
  decided_at: Date | null;
};

export const versionRow = (id: TemplateId, version: number, added: NewVersion): VersionRow => ({
  template_id: id,
  version,
  content: JSON.stringify(added.content),
  variables: JSON.stringify(added.variables),
  created_at: new Date(),
  created_by: added.createdBy,
  approval_id: added.approvalId ?? null,
});

const SUMMARY = [
  'v.template_id',
  'v.version',
  'v.variables',
  'v.created_at',
  'v.created_by',
  'v.approval_id',
  'a.status as audit_status',
  'a.reason as audit_reason',
  'a.decided_by',
  'a.decided_at',
];

const toSummary = (row: AuditedRow): Omit<TemplateVersion, 'content'> => ({
  templateId: row.template_id as TemplateId,
  version: row.version,
  variables: readJson(row.variables),
  createdAt: row.created_at,
  createdBy: row.created_by,
  audit: {
    status: row.audit_status ?? 'approved',
    approvalId: row.approval_id,
    reason: row.audit_reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  },
});

export function createTemplateVersionStore(knex: Knex): TemplateVersionStore {
  const audited = (id: TemplateId): Knex.QueryBuilder =>
    knex('template_versions as v')
      .leftJoin('approvals as a', 'a.id', 'v.approval_id')
      .select(SUMMARY)
      .where({ 'v.template_id': id });
  const one = async (query: Knex.QueryBuilder): Promise<TemplateVersion | undefined> => {
    const row = (await query.select('v.content').first()) as (AuditedRow & { content: unknown }) | undefined;
    return row && { ...toSummary(row), content: readJson(row.content) };
  };
  return {
    get: (id, version) => one(audited(id).where({ 'v.version': version })),
    newest: (id) => one(audited(id).orderBy('v.version', 'desc')),
    async list(id, limit, before) {
      const query = audited(id).orderBy('v.version', 'desc');
      if (limit !== undefined) void query.limit(limit);
      if (before !== undefined) void query.where('v.version', '<', before);
      return ((await query) as AuditedRow[]).map(toSummary);
    },
    add: (id, version) =>
      knex.transaction(async (trx) => {
        // Whoever else adds one waits here.
        await trx('templates').where({ id }).forUpdate().first('id');
        const last = await trx<VersionRow>('template_versions')
          .where({ template_id: id })
          .orderBy('version', 'desc')
          .first('version');
        const next = (last?.version ?? 0) + 1;
        await trx('template_versions').insert(versionRow(id, next, version));
        if (version.approvalId === undefined) await createTemplateVersionStore(trx).makeCurrent(id, next);
        return next;
      }),
    async makeCurrent(id, version) {
      await knex('templates').where({ id }).update({ current_version: version, updated_at: new Date() });
    },
  };
}
