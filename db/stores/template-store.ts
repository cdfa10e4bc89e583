import type { Knex } from 'knex';
import type { TemplateId } from '../../domain/ids';
import type { Channel, MessageType } from '../../domain/lane';
import type { TemplatePolicy } from '../../domain/policy';
import { readJson } from '../json';
import { versionRow, type NewVersion } from './template-version-store';

export type TemplateState = 'running' | 'stopped';

export interface Template {
  readonly id: TemplateId;
  readonly key: string;
  readonly name: string;
  readonly channel: Channel;
  readonly messageType: MessageType;
  readonly state: TemplateState;
  /** The version that is sent; `null`: none has been approved yet. */
  readonly currentVersion: number | null;
  readonly policy: TemplatePolicy;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

export type NewTemplate = Pick<Template, 'key' | 'name' | 'channel' | 'messageType' | 'policy'>;

export interface TemplateFilter {
  /** Part of the key or the name. */
  readonly search?: string | undefined;
  readonly channel?: Channel | undefined;
  readonly messageType?: MessageType | undefined;
  readonly state?: TemplateState | undefined;
  /** Only templates with a smaller id: newest first. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface TemplateStore {
  /** Inserts the template, running, with version 1, which is the current one unless it waits for approval. Throws a duplicate-key error when a live template has this key. */
  create(template: NewTemplate, version: NewVersion): Promise<TemplateId>;
  /** A live template by number or key; a text of digits only is a number. */
  find(idOrKey: string): Promise<Template | undefined>;
  /** Within a transaction: the same, held so that whoever else holds or changes it waits for the end. */
  hold(idOrKey: string): Promise<Template | undefined>;
  /** Those of the texts that name no live template, by number or key. */
  unknown(refs: readonly string[]): Promise<string[]>;
  /** Also deleted ones: what the worker asks before it sends. */
  getMany(ids: readonly TemplateId[]): Promise<Template[]>;
  /** Newest first. */
  list(filter: TemplateFilter): Promise<Template[]>;
  update(
    id: TemplateId,
    change: { name?: string | undefined; policy?: TemplatePolicy | undefined; state?: TemplateState | undefined },
  ): Promise<void>;
  /** The template no longer exists for callers; its key is free again. Messages still waiting end as `discarded`. */
  softDelete(id: TemplateId): Promise<void>;
}

interface TemplateRow {
  id: number;
  template_key: string;
  name: string;
  channel: Channel;
  message_type: MessageType;
  state: TemplateState;
  /** 0: none. */
  current_version: number;
  policy: unknown;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

const toTemplate = (row: TemplateRow): Template => ({
  id: row.id as TemplateId,
  key: row.template_key,
  name: row.name,
  channel: row.channel,
  messageType: row.message_type,
  state: row.state,
  currentVersion: row.current_version === 0 ? null : row.current_version,
  policy: readJson(row.policy),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});
const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, (char) => `\\${char}`)}%`;

async function unknownRefs(knex: Knex, refs: readonly string[]): Promise<string[]> {
  const isNumber = (ref: string): boolean => /^\d+$/.test(ref);
  const live = () => knex<TemplateRow>('templates').where({ deleted_id: 0 } as object);
  const ids: number[] = await live().whereIn('id', refs.filter(isNumber).map(Number)).pluck('id');
  const keys: string[] = await live()
    .whereIn(
      'template_key',
      refs.filter((ref) => !isNumber(ref)),
    )
    .pluck('template_key');
  const known = new Set([...ids.map(String), ...keys]);
  return refs.filter((ref) => !known.has(ref));
}

function named(knex: Knex, idOrKey: string): Knex.QueryBuilder {
  const by = /^\d+$/.test(idOrKey) ? { id: idOrKey } : { template_key: idOrKey };
  return knex('templates').where(by).where({ deleted_id: 0 });
}

async function one(query: Knex.QueryBuilder): Promise<Template | undefined> {
  const row = (await query.first()) as TemplateRow | undefined;
  return row && toTemplate(row);
}

export function createTemplateStore(knex: Knex): TemplateStore {
  return {
    create: (template, version) =>
      knex.transaction(async (trx) => {
        const now = new Date();
        const [id]: number[] = await trx('templates').insert({
          template_key: template.key,
          name: template.name,
          channel: template.channel,
          message_type: template.messageType,
          state: 'running',
          current_version: version.approvalId === undefined ? 1 : 0,
          policy: JSON.stringify(template.policy),
          created_at: now,
          updated_at: now,
        });
        await trx('template_versions').insert(versionRow(id as TemplateId, 1, version));
        return id as TemplateId;
      }),
    find: (idOrKey) => one(named(knex, idOrKey)),
    hold: (idOrKey) => one(named(knex, idOrKey).forUpdate()),
    unknown: (refs) => unknownRefs(knex, refs),
    async getMany(ids) {
      return ((await knex('templates').whereIn('id', ids)) as TemplateRow[]).map(toTemplate);
    },
    async list({ search, channel, messageType, state, before, limit }) {
      const query = knex('templates').where({ deleted_id: 0 }).orderBy('id', 'desc').limit(limit);
      if (search) {
        const pattern = likePattern(search);
        // Keys are ASCII: MySQL refuses to look for anything else in them.
        if (/^[\x20-\x7e]*$/.test(search))
          void query.whereRaw('(template_key LIKE ? OR name LIKE ?)', [pattern, pattern]);
        else void query.whereRaw('name LIKE ?', [pattern]);
      }
      if (channel) void query.where({ channel });
      if (messageType) void query.where({ message_type: messageType });
      if (state) void query.where({ state });
      if (before !== undefined) void query.where('id', '<', before);
      return ((await query) as TemplateRow[]).map(toTemplate);
    },
    async update(id, { name, policy, state }) {
      await knex('templates')
        .where({ id })
        .update({
          ...(name === undefined ? {} : { name }),
          ...(policy === undefined ? {} : { policy: JSON.stringify(policy) }),
          ...(state === undefined ? {} : { state }),
          updated_at: new Date(),
        });
    },
    async softDelete(id) {
      const now = new Date();
      await knex('templates')
        .where({ id, deleted_id: 0 })
        .update({ deleted_at: now, updated_at: now, deleted_id: id, state: 'stopped' });
    },
  };
}
