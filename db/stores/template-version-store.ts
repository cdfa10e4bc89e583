import type { Knex } from 'knex';
import type { StoredContent } from '../../domain/content';
import type { TemplateId } from '../../domain/ids';
import { readJson } from '../json';

/** Immutable: a send names its version, and what it said can be read for ever. */
export interface TemplateVersion {
  readonly templateId: TemplateId;
  readonly version: number;
  readonly content: StoredContent;
  readonly variables: readonly { readonly name: string; readonly required: boolean }[];
  readonly createdAt: Date;
  /** The API key that made it. */
  readonly createdBy: string;
}
export type NewVersion = Pick<TemplateVersion, 'content' | 'variables' | 'createdBy'>;

export interface TemplateVersionStore {
  get(id: TemplateId, version: number): Promise<TemplateVersion | undefined>;
  /** At most `limit`, newest first, those below `before`; default: all. */
  list(id: TemplateId, limit?: number, before?: number): Promise<Omit<TemplateVersion, 'content'>[]>;
  /** Adds the next version and makes it the current one; returns its number. */
  add(id: TemplateId, version: NewVersion): Promise<number>;
}

interface VersionRow {
  template_id: number;
  version: number;
  content: unknown;
  variables: unknown;
  created_at: Date;
  created_by: string;
}

export const versionRow = (id: TemplateId, version: number, added: NewVersion): VersionRow => ({
  template_id: id,
  version,
  content: JSON.stringify(added.content),
  variables: JSON.stringify(added.variables),
  created_at: new Date(),
  created_by: added.createdBy,
});

const toSummary = (row: Omit<VersionRow, 'content'>): Omit<TemplateVersion, 'content'> => ({
  templateId: row.template_id as TemplateId,
  version: row.version,
  variables: readJson(row.variables),
  createdAt: row.created_at,
  createdBy: row.created_by,
});

export function createTemplateVersionStore(knex: Knex): TemplateVersionStore {
  return {
    async get(id, version) {
      const row = await knex<VersionRow>('template_versions').where({ template_id: id, version }).first();
      return row && { ...toSummary(row), content: readJson(row.content) };
    },
    async list(id, limit, before) {
      const query = knex<VersionRow>('template_versions')
        .select('template_id', 'version', 'variables', 'created_at', 'created_by')
        .where({ template_id: id })
        .orderBy('version', 'desc');
      if (limit !== undefined) void query.limit(limit);
      if (before !== undefined) void query.where('version', '<', before);
      return (await query).map(toSummary);
    },
    add: (id, version) =>
      knex.transaction(async (trx) => {
        const row: { current_version: number } = await trx('templates')
          .where({ id })
          .forUpdate()
          .first('current_version');
        const next = row.current_version + 1;
        await trx('template_versions').insert(versionRow(id, next, version));
        await trx('templates').where({ id }).update({ current_version: next, updated_at: new Date() });
        return next;
      }),
  };
}
