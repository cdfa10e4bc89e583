import type { Knex } from 'knex';
import type { HealthOverride } from '../../domain/account-health';
import { newId, type AccountId } from '../../domain/ids';
import type { Channel, Lane } from '../../domain/lane';
import { plainAmount, type Price } from '../../domain/price';
import type { Rate } from '../../domain/rules';
import { readJson } from '../json';
import type { SecretBox } from '../secret-box';
import { lanesNaming } from './route-store';

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly channel: Channel;
  readonly provider: string;
  readonly config: unknown;
  /** Of hand-overs, over all workers; `null`: no limit. */
  readonly rate: Rate | null;
  /** Of one email or SMS segment, for the estimates of statistics; `null`: not known. */
  readonly price: Price | null;
  /** Set when the provider told us that the account is broken, until it works again; see domain/account-health.ts. */
  readonly parked: { readonly at: Date; readonly reason: string } | null;
  /** What an operator has decided; `author` is the id of an API key. At first `auto`, by nobody. */
  readonly override: {
    readonly mode: HealthOverride;
    readonly note: string | null;
    readonly author: string | null;
    readonly at: Date | null;
  };
  /** Rises with every change of settings, and with every new start of the account's health. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type NewAccount = Pick<Account, 'name' | 'channel' | 'provider' | 'config' | 'rate'> & {
  /** Default: a new one. */
  readonly id?: AccountId;
  readonly secrets: unknown;
  /** Default: none. */
  readonly price?: Price | null | undefined;
};

export interface AccountStore {
  /** Throws a duplicate-key error when a live account has this name. */
  create(account: NewAccount): Promise<AccountId>;
  get(id: AccountId): Promise<Account | undefined>;
  /** Within a transaction: the same, held so that whoever else holds or changes it waits for the end. */
  hold(id: AccountId): Promise<Account | undefined>;
  getMany(ids: readonly AccountId[]): Promise<Account[]>;
  list(): Promise<Account[]>;
  /** At most `limit`, newest first, those older than `after`. */
  page(limit: number, after?: AccountId): Promise<Account[]>;
  /** The decrypted secrets, for opening a connection; never for an answer. */
  secretsOf(id: AccountId): Promise<unknown>;
  /** Secrets as they are kept, for this account alone, which need not exist yet. */
  seal(id: AccountId, secrets: unknown): string;
  /** What `seal` sealed, never for an answer. Throws when the key or the account is another one. */
  unseal(id: AccountId, sealed: string): unknown;
  /** Changes what is given and clears `parked`; an empty change only clears it. */
  update(
    id: AccountId,
    change: {
      name?: string | undefined;
      config?: unknown;
      secrets?: unknown;
      rate?: Rate | null | undefined;
      price?: Price | null | undefined;
    },
  ): Promise<void>;
  /**
   * Parks the account, or keeps it parked from now on; true when it was not parked before. With `revision`, only while that is
   * the current one: what a provider said to older settings no longer counts.
   */
  park(id: AccountId, reason: string, revision?: number): Promise<boolean>;
  /** The account works again: it is parked no more, if it was parked before that was known. */
  unpark(id: AccountId, worksSince: Date): Promise<boolean>;
  /** Decides about the account's health; `auto` begins it anew, not parked and with a new revision. */
  setOverride(id: AccountId, override: { mode: HealthOverride; note: string | null; author: string }): Promise<void>;
  /** Returns the lanes whose route still names the account, in which case nothing is deleted. */
  softDelete(id: AccountId): Promise<Lane[]>;
}

interface AccountRow {
  id: AccountId;
  name: string;
  channel: Channel;
  provider: string;
  config: unknown;
  secrets: string;
  rate_messages: number | null;
  rate_per_seconds: number | null;
  price_amount: string | null;
  price_currency: string | null;
  parked_at: Date | null;
  parked_reason: string | null;
  health_override: HealthOverride;
  health_note: string | null;
  health_author: string | null;
  health_at: Date | null;
  revision: number;
  created_at: Date;
  updated_at: Date;
}

const toAccount = (row: AccountRow): Account => ({
  id: row.id,
  name: row.name,
  channel: row.channel,
  provider: row.provider,
  config: readJson(row.config),
  rate:
    row.rate_messages && row.rate_per_seconds
      ? { messages: row.rate_messages, perSeconds: row.rate_per_seconds }
      : null,
  price:
    row.price_amount !== null && row.price_currency !== null
      ? { amount: plainAmount(row.price_amount), currency: row.price_currency }
      : null,
  parked: row.parked_at ? { at: row.parked_at, reason: row.parked_reason ?? '' } : null,
  override: { mode: row.health_override, note: row.health_note, author: row.health_author, at: row.health_at },
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
const rateColumns = (rate: Rate | null): Record<string, unknown> => ({
  rate_messages: rate?.messages ?? null,
  rate_per_seconds: rate?.perSeconds ?? null,
});
const priceColumns = (price: Price | null): Record<string, unknown> => ({
  price_amount: price?.amount ?? null,
  price_currency: price?.currency ?? null,
});

async function one(query: Knex.QueryBuilder): Promise<Account | undefined> {
  const row = (await query.first()) as AccountRow | undefined;
  return row && toAccount(row);
}

export function createAccountStore(knex: Knex, box: SecretBox): AccountStore {
  const live = () => knex('accounts').where({ deleted_id: '' });
  return {
    async create({ id = newId('acc'), name, channel, provider, config, secrets, rate, price = null }) {
      const sealed = { config: JSON.stringify(config), secrets: box.seal(secrets, id) };
      const now = new Date();
      const times = { created_at: now, updated_at: now };
      const columns = { ...rateColumns(rate), ...priceColumns(price) };
      await knex('accounts').insert({ id, name, channel, provider, ...sealed, ...columns, ...times });
      return id;
    },
    get: (id) => one(live().where({ id })),
    hold: (id) => one(live().where({ id }).forUpdate()),
    async getMany(ids) {
      return ((await live().whereIn('id', ids)) as AccountRow[]).map(toAccount);
    },
    list: async () => ((await live().orderBy('name')) as AccountRow[]).map(toAccount),
    async page(limit, after) {
      const query = live().orderBy('id', 'desc').limit(limit);
      if (after !== undefined) void query.where('id', '<', after);
      return ((await query) as AccountRow[]).map(toAccount);
    },
    async secretsOf(id) {
      const row: Pick<AccountRow, 'secrets'> | undefined = await live().where({ id }).first('secrets');
      if (!row) throw new Error(`There is no account ${id}.`);
      return box.open(row.secrets, id);
    },
    seal: (id, secrets) => box.seal(secrets, id),
    unseal: (id, sealed) => box.open(sealed, id),
    async update(id, { name, config, secrets, rate, price }) {
      await live()
        .where({ id })
        .update({
          ...(name === undefined ? {} : { name }),
          ...(config === undefined ? {} : { config: JSON.stringify(config) }),
          ...(secrets === undefined ? {} : { secrets: box.seal(secrets, id) }),
          ...(rate === undefined ? {} : rateColumns(rate)),
          ...(price === undefined ? {} : priceColumns(price)),
          parked_at: null,
          parked_reason: null,
          revision: knex.raw('revision + 1'),
          updated_at: new Date(),
        });
    },
    ...healthWrites(knex),
    softDelete: (id) =>
      knex.transaction(async (trx) => {
        // Whoever writes a route meanwhile holds its accounts (RuleStore.holdAccounts): one of the two waits for the other.
        await trx('accounts').where({ id }).forUpdate().select('id');
        const lanes = await lanesNaming(trx, id);
        if (lanes.length > 0) return lanes;
        const now = new Date();
        await trx('accounts')
          .where({ id, deleted_id: '' })
          .update({ deleted_at: now, updated_at: now, deleted_id: id, secrets: '' });
        return [];
      }),
  };
}

function healthWrites(knex: Knex): Pick<AccountStore, 'park' | 'unpark' | 'setOverride'> {
  const live = () => knex('accounts').where({ deleted_id: '' });
  return {
    async park(id, reason, revision) {
      const account = () => live().where({ id, ...(revision === undefined ? {} : { revision }) });
      const parked = { parked_at: new Date(), parked_reason: reason.slice(0, 400) };
      const fresh = await account().where({ parked_at: null }).update(parked);
      if (fresh === 0) await account().update(parked);
      return fresh > 0;
    },
    async unpark(id, worksSince) {
      const parked = live().where({ id }).where('parked_at', '<=', worksSince);
      return (await parked.update({ parked_at: null, parked_reason: null })) > 0;
    },
    async setOverride(id, { mode, note, author }) {
      const decided = { health_override: mode, health_note: note, health_author: author, health_at: new Date() };
      const anew = { parked_at: null, parked_reason: null, revision: knex.raw('revision + 1') };
      await live()
        .where({ id })
        .update({ ...decided, ...(mode === 'auto' ? anew : {}) });
    },
  };
}
