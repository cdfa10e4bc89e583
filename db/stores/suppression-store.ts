import type { Knex } from 'knex';
import { newId, type AppId, type MessageId, type SuppressionId } from '../../domain/ids';
import type { Channel } from '../../domain/lane';
import type { AppliesTo, SuppressionReason } from '../../domain/suppression';
import { readOptionalJson, writeJson } from '../json';

/** One reason why an address must not be contacted: by one app, or by none. */
export interface SuppressionKey {
  readonly channel: Channel;
  /** In the form of domain/address.ts. */
  readonly address: string;
  /** `null`: for all apps. */
  readonly appId: AppId | null;
  readonly reason: SuppressionReason;
}

export interface NewSuppression extends SuppressionKey {
  readonly appliesTo: AppliesTo;
  /** Where it comes from: `receipt:<source>`, `reply:<code>`, `api:<key id>`, `import:<key id>`, `inbound`, `unsubscribe`. */
  readonly source: string;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  /** The message that led to it. */
  readonly messageId?: MessageId | undefined;
}

export interface Suppression extends NewSuppression {
  readonly id: SuppressionId;
  readonly createdAt: Date;
  /** Set when it holds no more; entries are kept as history. */
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
}

export interface SuppressionFilter {
  /** One app's entries, `null` those of all apps; default: every entry. */
  readonly appId?: AppId | null | undefined;
  readonly channel?: Channel | undefined;
  readonly address?: string | undefined;
  readonly reason?: SuppressionReason | undefined;
  /** Lifted entries too; default: live ones only. */
  readonly lifted?: boolean | undefined;
  /** The last id of the previous page. */
  readonly after?: SuppressionId | undefined;
  readonly limit: number;
}

export interface SuppressionStore {
  /** Adds what is not there; an entry that is live already stays as it is. Returns the ids of the new ones. */
  add(entries: readonly NewSuppression[]): Promise<Set<SuppressionId>>;
  get(id: SuppressionId): Promise<Suppression | undefined>;
  find(key: SuppressionKey): Promise<Suppression | undefined>;
  /** Newest first. */
  list(filter: SuppressionFilter): Promise<Suppression[]>;
  /** The live entries of these addresses that concern one of the apps, oldest first: one query. */
  matching(channel: Channel, addresses: readonly string[], appIds: readonly AppId[]): Promise<Suppression[]>;
  /** Ends an entry; false when it is unknown or was lifted before. */
  lift(id: SuppressionId, by: string): Promise<boolean>;
  /** Ends the live entry with this key; returns how many there were. */
  liftKey(key: SuppressionKey, by: string): Promise<number>;
}

interface SuppressionRow {
  id: SuppressionId;
  channel: Channel;
  address: string;
  app_id: AppId | '';
  reason: SuppressionReason;
  applies_to: AppliesTo;
  source: string;
  detail: unknown;
  message_id: MessageId | null;
  created_at: Date;
  lifted_at: Date | null;
  lifted_by: string | null;
}

const toSuppression = (row: SuppressionRow): Suppression => ({
  id: row.id,
  channel: row.channel,
  address: row.address,
  appId: row.app_id === '' ? null : row.app_id,
  reason: row.reason,
  appliesTo: row.applies_to,
  source: row.source,
  detail: readOptionalJson(row.detail),
  messageId: row.message_id ?? undefined,
  createdAt: row.created_at,
  liftedAt: row.lifted_at,
  liftedBy: row.lifted_by,
});

const keyColumns = ({ channel, address, appId, reason }: SuppressionKey) => ({
  channel,
  address,
  app_id: appId ?? '',
  reason,
});

const byAddress = (a: NewSuppression, b: NewSuppression): number =>
  a.address < b.address ? -1 : Number(a.address > b.address);

function filtered(knex: Knex, filter: SuppressionFilter): Knex.QueryBuilder {
  const query = knex('suppressions').orderBy('id', 'desc').limit(filter.limit);
  if (filter.appId !== undefined) void query.where({ app_id: filter.appId ?? '' });
  if (filter.channel !== undefined) void query.where({ channel: filter.channel });
  if (filter.address !== undefined) void query.where({ address: filter.address });
  if (filter.reason !== undefined) void query.where({ reason: filter.reason });
  if (!filter.lifted) void query.where({ lifted_id: '' });
  if (filter.after) void query.where('id', '<', filter.after);
  return query;
}

export function createSuppressionStore(knex: Knex): SuppressionStore {
  const live = (): Knex.QueryBuilder => knex('suppressions').where({ lifted_id: '' });
  const end = (query: Knex.QueryBuilder, by: string): Promise<number> =>
    query.update({ lifted_at: new Date(), lifted_by: by, lifted_id: knex.raw('id') });
  return {
    async add(entries) {
      if (entries.length === 0) return new Set();
      const now = new Date();
      // In one order, so that two who add the same addresses wait for each other instead of deadlocking.
      const rows = [...entries].sort(byAddress).map((entry) => ({
        id: newId('sup'),
        ...keyColumns(entry),
        applies_to: entry.appliesTo,
        source: entry.source,
        detail: writeJson(entry.detail),
        message_id: entry.messageId ?? null,
        created_at: now,
      }));
      await knex('suppressions')
        .insert(rows)
        .onConflict()
        .merge({ id: knex.raw('id') });
      const ids = rows.map(({ id }) => id);
      return new Set((await knex<SuppressionRow>('suppressions').whereIn('id', ids).select('id')).map(({ id }) => id));
    },
    async get(id) {
      const row = await knex<SuppressionRow>('suppressions').where({ id }).first();
      return row && toSuppression(row);
    },
    async find(key) {
      const row = (await live().where(keyColumns(key)).first()) as SuppressionRow | undefined;
      return row && toSuppression(row);
    },
    list: async (filter) => ((await filtered(knex, filter)) as SuppressionRow[]).map(toSuppression),
    async matching(channel, addresses, appIds) {
      if (addresses.length === 0) return [];
      const rows: unknown = await live()
        .where({ channel })
        .whereIn('address', [...new Set(addresses)])
        .whereIn('app_id', ['', ...appIds])
        .orderBy('id');
      return (rows as SuppressionRow[]).map(toSuppression);
    },
    lift: async (id, by) => (await end(live().where({ id }), by)) > 0,
    liftKey: (key, by) => end(live().where(keyColumns(key)), by),
  };
}
