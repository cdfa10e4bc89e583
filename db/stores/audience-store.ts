import type { Knex } from 'knex';
import { firstIdAt, newId, type AppId, type AudienceId } from '../../domain/ids';
import type { Channel } from '../../domain/lane';
import { readOptionalJson, writeJson } from '../json';

/** One of the first rows of a file, as it was understood. */
export interface SampleRow {
  readonly row: number;
  readonly address: string;
  readonly timezone: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

/** `uploading`: rows are still being read, or its process died; `removed`: its files are gone. */
export type AudienceStatus = 'uploading' | 'ready' | 'removed';

export interface NewAudience {
  readonly appId: AppId;
  /** What the caller calls the upload; once per app. */
  readonly uploadId: string | null;
  readonly name: string;
  readonly channel: Channel;
  readonly addressColumn: string;
}

/** What is known of a file once it was read. accepted + duplicates + invalid = rows. */
export interface AudienceContent {
  /** All columns of the file, in its order. */
  readonly columns: readonly string[];
  readonly timezoneColumn: string | null;
  readonly encoding: string;
  readonly delimiter: string;
  readonly bytes: number;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly invalid: number;
  /** SHA-256 of the file as it was received, in hex. */
  readonly checksum: string;
  readonly sample: readonly SampleRow[];
}

/** A file of recipients. What is only known when it was read is `null`, or 0, before. */
export interface Audience extends NewAudience {
  readonly id: AudienceId;
  readonly status: AudienceStatus;
  readonly columns: readonly string[] | null;
  readonly timezoneColumn: string | null;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly bytes: number;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly invalid: number;
  readonly checksum: string | null;
  readonly sample: readonly SampleRow[];
  readonly createdAt: Date;
  /** While it is `uploading`: the last sign of life. */
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

export interface AudienceStore {
  /** A new one, `uploading`. Rejects with a duplicate key when the app has an upload of this id. */
  begin(audience: NewAudience): Promise<Audience>;
  /** Deleted ones are not found; nor by any other method that reads, but `olderThan`. */
  get(id: AudienceId): Promise<Audience | undefined>;
  findUpload(appId: AppId, uploadId: string): Promise<Audience | undefined>;
  /** Newest first; `after` is the last id of the previous page. */
  list(appId: AppId, after: AudienceId | undefined, limit: number): Promise<Audience[]>;
  /** A sign of life of an upload, with how far it is; false when it is not `uploading` any more. */
  setProgress(id: AudienceId, progress: { readonly bytes: number; readonly rows: number }): Promise<boolean>;
  /** `uploading` → `ready`; false when it is not `uploading` any more. */
  finish(id: AudienceId, content: AudienceContent): Promise<boolean>;
  /** Forgets an upload that failed; false when it is not `uploading` any more. */
  abandon(id: AudienceId): Promise<boolean>;
  /** Forgets an upload that has given no sign of life since then; false when it did, or has ended. */
  abandonSilent(id: AudienceId, since: Date): Promise<boolean>;
  /** Deletes it for all who read, and frees its upload id; its files are removed next. False when it was deleted before. */
  remove(id: AudienceId): Promise<boolean>;
  /** Notes that the files of a deleted one are gone. */
  setRemoved(id: AudienceId): Promise<void>;
  /** Oldest first: those begun before `date` whose files may still be there, in whatever state, deleted ones too; `after` is the last of a page. */
  olderThan(date: Date, limit: number, after?: AudienceId): Promise<Audience[]>;
}

interface AudienceRow {
  id: AudienceId;
  app_id: AppId;
  upload_id: string | null;
  name: string;
  channel: Channel;
  address_column: string;
  timezone_column: string | null;
  columns: unknown;
  encoding: string | null;
  delimiter: string | null;
  status: AudienceStatus;
  bytes: number | string;
  rows_total: number;
  accepted: number;
  duplicates: number;
  invalid: number;
  checksum: string | null;
  sample: unknown;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

const toAudience = (row: AudienceRow): Audience => ({
  id: row.id,
  appId: row.app_id,
  uploadId: row.upload_id,
  name: row.name,
  channel: row.channel,
  addressColumn: row.address_column,
  status: row.status,
  columns: readOptionalJson<string[]>(row.columns) ?? null,
  timezoneColumn: row.timezone_column,
  encoding: row.encoding,
  delimiter: row.delimiter,
  bytes: Number(row.bytes),
  rows: row.rows_total,
  accepted: row.accepted,
  duplicates: row.duplicates,
  invalid: row.invalid,
  checksum: row.checksum,
  sample: readOptionalJson<SampleRow[]>(row.sample) ?? [],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

const contentColumns = (content: AudienceContent) => ({
  columns: writeJson(content.columns),
  timezone_column: content.timezoneColumn,
  encoding: content.encoding,
  delimiter: content.delimiter,
  bytes: content.bytes,
  rows_total: content.rows,
  accepted: content.accepted,
  duplicates: content.duplicates,
  invalid: content.invalid,
  checksum: content.checksum,
  sample: writeJson(content.sample),
});

type Writes = Pick<AudienceStore, 'setProgress' | 'finish' | 'abandon' | 'abandonSilent' | 'remove' | 'setRemoved'>;

/** Each is one conditional statement: what an upload does after another took its place changes nothing. */
function createWrites(knex: Knex): Writes {
  const uploading = (id: AudienceId) => knex('audiences').where({ id, status: 'uploading', deleted_at: null });
  return {
    setProgress: async (id, { bytes, rows }) =>
      (await uploading(id).update({ bytes, rows_total: rows, updated_at: new Date() })) > 0,
    finish: async (id, content) =>
      (await uploading(id).update({ ...contentColumns(content), status: 'ready', updated_at: new Date() })) > 0,
    abandon: async (id) => (await uploading(id).delete()) > 0,
    abandonSilent: async (id, since) => (await uploading(id).where('updated_at', '<', since).delete()) > 0,
    async remove(id) {
      const now = new Date();
      const left = knex('audiences').where({ id, deleted_at: null });
      return (await left.update({ deleted_at: now, updated_at: now, upload_id: null })) > 0;
    },
    async setRemoved(id) {
      await knex('audiences')
        .where({ id })
        .whereNotNull('deleted_at')
        .update({ status: 'removed', updated_at: new Date() });
    },
  };
}

export function createAudienceStore(knex: Knex): AudienceStore {
  const live = () => knex('audiences').whereNull('deleted_at');
  const get: AudienceStore['get'] = async (id) => {
    const row = (await live().where({ id }).first()) as AudienceRow | undefined;
    return row && toAudience(row);
  };
  return {
    ...createWrites(knex),
    async begin({ appId, uploadId, name, channel, addressColumn }) {
      const id = newId('aud');
      const now = new Date();
      const what = { app_id: appId, upload_id: uploadId, name, channel, address_column: addressColumn };
      await knex('audiences').insert({ id, ...what, status: 'uploading', created_at: now, updated_at: now });
      const begun = await get(id);
      if (!begun) throw new Error(`audience ${id} is not there, though it was just written`);
      return begun;
    },
    get,
    async findUpload(appId, uploadId) {
      const row = (await live().where({ app_id: appId, upload_id: uploadId }).first()) as AudienceRow | undefined;
      return row && toAudience(row);
    },
    async list(appId, after, limit) {
      const query = live().where({ app_id: appId }).orderBy('id', 'desc').limit(limit);
      if (after) void query.where('id', '<', after);
      return ((await query) as AudienceRow[]).map(toAudience);
    },
    async olderThan(date, limit, after) {
      const query = knex('audiences').whereNot({ status: 'removed' }).orderBy('id').limit(limit);
      if (after) void query.where('id', '>', after);
      return ((await query.where('id', '<', firstIdAt('aud', date.getTime()))) as AudienceRow[]).map(toAudience);
    },
  };
}
