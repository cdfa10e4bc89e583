import type { Knex } from 'knex';
import { newId, type ApiKeyId, type AppId, type UserId } from '../../domain/ids';
import { isPermission, type KeyRole, type Permission } from '../../domain/permissions';
import { readOptionalJson } from '../json';
import { hashOfToken, newSecretToken } from '../secret-token';

export interface App {
  readonly id: AppId;
  readonly name: string;
  readonly createdAt: Date;
}

/** `app` keys send and read; `admin` keys also administer templates, accounts, routes, apps and keys. */
export type ApiKeyRole = KeyRole;

export interface ApiKey {
  readonly id: ApiKeyId;
  readonly appId: AppId;
  readonly name: string;
  readonly role: ApiKeyRole;
  /** The first characters of the key, so that people can tell keys apart. */
  readonly hint: string;
  /** `null`: all that the role may do. */
  readonly scopes: readonly Permission[] | null;
  /** Who made it, whom it stands for in approvals; `null`: nobody knows. */
  readonly person: UserId | null;
  readonly createdAt: Date;
  /** `null`: never. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What a key may be limited to, and whom it stands for; default: nothing and nobody. */
export interface KeyLimits {
  readonly scopes?: readonly Permission[] | null;
  readonly expiresAt?: Date | null;
  readonly person?: UserId | null;
}

/** Of which app; `person`: only those that they made. */
export interface KeyFilter {
  readonly appId: AppId;
  readonly person?: string | undefined;
}

export interface AppStore {
  /** Throws a duplicate-key error when the name is taken. */
  create(name: string): Promise<App>;
  get(id: AppId): Promise<App | undefined>;
  findByName(name: string): Promise<App | undefined>;
  /** All apps, by name. */
  list(): Promise<App[]>;
  /** At most `limit`, newest first, those older than `after`. */
  page(limit: number, after?: AppId): Promise<App[]>;
  /** Makes a key of 256 random bits. The text is returned here and never again; the database keeps its SHA-256. */
  createKey(
    appId: AppId,
    role: ApiKeyRole,
    name: string,
    limits?: KeyLimits,
  ): Promise<ApiKey & { readonly key: string }>;
  /** The key with this text, which may have expired; `undefined` for unknown and revoked ones. */
  findKey(text: string): Promise<ApiKey | undefined>;
  /** Also a revoked one. */
  getKey(id: ApiKeyId): Promise<ApiKey | undefined>;
  listKeys(appId: AppId): Promise<ApiKey[]>;
  /** At most `limit`, newest first, those older than `after`. */
  pageOfKeys(filter: KeyFilter, limit: number, after?: ApiKeyId): Promise<ApiKey[]>;
  /** The keys of all apps that this person made and that are neither revoked nor expired, oldest first. */
  workingKeysOf(person: UserId): Promise<ApiKey[]>;
  /** True when the key exists; revoking twice keeps the first time. */
  revokeKey(id: ApiKeyId): Promise<boolean>;
}

interface AppRow {
  id: AppId;
  name: string;
  created_at: Date;
}
interface KeyRow {
  id: ApiKeyId;
  app_id: AppId;
  name: string;
  role: ApiKeyRole;
  hint: string;
  scopes: unknown;
  person: UserId | null;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

const toApp = (row: AppRow): App => ({ id: row.id, name: row.name, createdAt: row.created_at });
const toKey = (row: KeyRow): ApiKey => ({
  id: row.id,
  appId: row.app_id,
  name: row.name,
  role: row.role,
  hint: row.hint,
  // Some permissions that older keys were given are no more.
  scopes: readOptionalJson<string[]>(row.scopes)?.filter(isPermission) ?? null,
  person: row.person,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});

async function oneApp(knex: Knex, by: { readonly id: AppId } | { readonly name: string }): Promise<App | undefined> {
  const row = await knex<AppRow>('apps').where(by).first();
  return row && toApp(row);
}

type KeyMethods = Omit<AppStore, 'create' | 'get' | 'findByName' | 'list' | 'page'>;

function keyMethods(knex: Knex): KeyMethods {
  return {
    async createKey(appId, role, name, { scopes = null, expiresAt = null, person = null } = {}) {
      const key = newSecretToken('lum_');
      const row: KeyRow = {
        id: newId('key'),
        app_id: appId,
        name,
        role,
        hint: key.slice(0, 10),
        scopes: scopes && JSON.stringify(scopes),
        person,
        created_at: new Date(),
        expires_at: expiresAt,
        revoked_at: null,
      };
      await knex('api_keys').insert({ ...row, hash: hashOfToken(key) });
      return { ...toKey(row), key };
    },
    async findKey(text) {
      const row = await knex<KeyRow & { hash: string }>('api_keys')
        .where({ hash: hashOfToken(text), revoked_at: null })
        .first();
      return row && toKey(row);
    },
    async getKey(id) {
      const row = await knex<KeyRow>('api_keys').where({ id }).first();
      return row && toKey(row);
    },
    async listKeys(appId) {
      return (await knex<KeyRow>('api_keys').where({ app_id: appId }).orderBy('id')).map(toKey);
    },
    async pageOfKeys({ appId, person }, limit, after) {
      const query = knex<KeyRow>('api_keys').where({ app_id: appId }).orderBy('id', 'desc').limit(limit);
      if (person !== undefined) void query.where('person', person);
      if (after !== undefined) void query.where('id', '<', after);
      return (await query).map(toKey);
    },
    async workingKeysOf(person) {
      const rows = await knex<KeyRow>('api_keys')
        .where({ person, revoked_at: null })
        .where((ends) => void ends.whereNull('expires_at').orWhere('expires_at', '>', new Date()))
        .orderBy('id');
      return rows.map(toKey);
    },
    async revokeKey(id) {
      const known = await knex('api_keys')
        .where({ id })
        .update({ revoked_at: knex.raw('COALESCE(revoked_at, ?)', [new Date()]) });
      return known > 0;
    },
  };
}

export function createAppStore(knex: Knex): AppStore {
  return {
    async create(name) {
      const row: AppRow = { id: newId('app'), name, created_at: new Date() };
      await knex('apps').insert(row);
      return toApp(row);
    },
    get: (id) => oneApp(knex, { id }),
    findByName: (name) => oneApp(knex, { name }),
    async list() {
      return (await knex<AppRow>('apps').orderBy('name')).map(toApp);
    },
    async page(limit, after) {
      const query = knex<AppRow>('apps').orderBy('id', 'desc').limit(limit);
      if (after !== undefined) void query.where('id', '<', after);
      return (await query).map(toApp);
    },
    ...keyMethods(knex),
  };
}
