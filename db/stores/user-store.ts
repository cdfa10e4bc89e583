import type { Knex } from 'knex';
import { newId, type UserId } from '../../domain/ids';
import type { UserRole } from '../../domain/permissions';
import { hashOfToken, newSecretToken } from '../secret-token';

/** Whom an OpenID provider says somebody is. */
export interface OidcIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** A person who may sign in. */
export interface User {
  readonly id: UserId;
  /** In small letters; nobody else has it. */
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly state: 'active' | 'disabled';
  /** `null` until a password was set. */
  readonly passwordHash: string | null;
  readonly oidc: OidcIdentity | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSignInAt: Date | null;
}

export type UserChange = Partial<Pick<User, 'name' | 'role' | 'state'>>;

/** What allows somebody to set a password: the one so far, as it was compared, or a token to set it. */
export type PasswordProof = { readonly passwordHash: string } | { readonly token: string };

export interface UserStore {
  /** Throws a duplicate-key error when the email, or the identity, is taken. */
  create(user: Pick<User, 'email' | 'name' | 'role'> & { readonly oidc?: OidcIdentity }): Promise<User>;
  get(id: UserId): Promise<User | undefined>;
  /** Within a transaction: the user, whom nobody else changes before its end; nor any other, because each change looks at all administrators. */
  hold(id: UserId): Promise<User | undefined>;
  /** Within a transaction: the user, whom nobody else changes before its end. */
  holdOne(id: UserId): Promise<User | undefined>;
  findByEmail(email: string): Promise<User | undefined>;
  findByOidc(identity: OidcIdentity): Promise<User | undefined>;
  /** All users, by email. */
  list(): Promise<User[]>;
  /** Changes a user; disabling ends the sessions. `last_admin`: nobody else could administer after it, and nothing was changed. */
  change(id: UserId, change: UserChange): Promise<User | 'last_admin' | undefined>;
  /** Deletes a user and the sessions; as `change`. */
  remove(id: UserId): Promise<'removed' | 'last_admin' | undefined>;
  /** A token with which a password may be set once, within 24 hours; an earlier one ends. Its SHA-256 is kept. */
  createSetPasswordToken(id: UserId): Promise<{ readonly token: string; readonly until: Date }>;
  /** The user to whom such a token belongs; `undefined` when it is unknown, used or too old. */
  findBySetPasswordToken(token: string): Promise<User | undefined>;
  /** Sets the password of an active user; a token to set it ends. False when the proof holds no more: then nothing was changed. */
  setPassword(id: UserId, passwordHash: string, proof: PasswordProof): Promise<boolean>;
  /** Puts the same password down in another form; false when it was changed meanwhile. */
  rehash(id: UserId, from: string, to: string): Promise<boolean>;
  /** True when the user had no identity yet and has this one now. */
  linkOidc(id: UserId, identity: OidcIdentity): Promise<boolean>;
  noteSignIn(id: UserId): Promise<void>;
}

/** For how long a token to set a password holds, in milliseconds. */
const SET_PASSWORD_MS = 86_400_000;

interface Row {
  id: UserId;
  email: string;
  name: string;
  role: UserRole;
  state: User['state'];
  password_hash: string | null;
  oidc_issuer: string | null;
  oidc_subject: string | null;
  created_at: Date;
  updated_at: Date;
  last_sign_in_at: Date | null;
}

const toUser = (row: Row): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  state: row.state,
  passwordHash: row.password_hash,
  oidc: row.oidc_issuer !== null && row.oidc_subject !== null ? identityOf(row.oidc_issuer, row.oidc_subject) : null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  lastSignInAt: row.last_sign_in_at,
});
const identityOf = (issuer: string, subject: string): OidcIdentity => ({ issuer, subject });

/** Within a transaction: nobody else changes a user before its end. All in one order, or two who each hold one would wait for each other. */
export async function holdUsers(knex: Knex): Promise<void> {
  await knex('users').orderBy('id').forUpdate().select('id');
}

/** The administrators who can sign in. Locked until the transaction ends, so that two changes cannot each count on the other's. */
async function ableAdmins(trx: Knex): Promise<UserId[]> {
  const ids: unknown = await trx('users')
    .where({ role: 'admin', state: 'active' })
    .where((can) => void can.whereNotNull('password_hash').orWhereNotNull('oidc_subject'))
    .forUpdate()
    .pluck('id');
  return ids as UserId[];
}

async function isLastAdmin(trx: Knex, id: UserId): Promise<boolean> {
  const able = await ableAdmins(trx);
  return able.includes(id) && able.length === 1;
}

type PasswordMethods = Pick<UserStore, 'createSetPasswordToken' | 'findBySetPasswordToken' | 'setPassword' | 'rehash'>;

function passwordMethods(knex: Knex): PasswordMethods {
  return {
    async createSetPasswordToken(id) {
      const token = newSecretToken('lup_');
      const until = new Date(Date.now() + SET_PASSWORD_MS);
      await knex('users')
        .where({ id })
        .update({ set_password_hash: hashOfToken(token), set_password_until: until });
      return { token, until };
    },
    async findBySetPasswordToken(token) {
      const row = await knex<Row & { set_password_hash: string | null; set_password_until: Date | null }>('users')
        .where({ set_password_hash: hashOfToken(token) })
        .where('set_password_until', '>', new Date())
        .first();
      return row && toUser(row);
    },
    async setPassword(id, passwordHash, proof) {
      const now = new Date();
      const one = knex('users').where({ id, state: 'active' });
      if ('passwordHash' in proof) void one.where('password_hash', proof.passwordHash);
      else void one.where('set_password_hash', hashOfToken(proof.token)).where('set_password_until', '>', now);
      const done = { set_password_hash: null, set_password_until: null, updated_at: now };
      return (await one.update({ password_hash: passwordHash, ...done })) > 0;
    },
    async rehash(id, from, to) {
      return (await knex('users').where({ id, password_hash: from }).update({ password_hash: to })) > 0;
    },
  };
}

export function createUserStore(knex: Knex): UserStore {
  const find = async (where: Partial<Row>): Promise<User | undefined> => {
    const row = await knex<Row>('users').where(where).first();
    return row && toUser(row);
  };
  return {
    async create({ oidc, ...user }) {
      const now = new Date();
      const id = newId('usr');
      const identity = { oidc_issuer: oidc?.issuer ?? null, oidc_subject: oidc?.subject ?? null };
      const row: Row = {
        ...{ id, ...user, ...identity },
        state: 'active',
        password_hash: null,
        created_at: now,
        updated_at: now,
        last_sign_in_at: null,
      };
      await knex('users').insert(row);
      return toUser(row);
    },
    get: (id) => find({ id }),
    async hold(id) {
      await holdUsers(knex);
      return find({ id });
    },
    async holdOne(id) {
      const row = await knex<Row>('users').where({ id }).forUpdate().first();
      return row && toUser(row);
    },
    findByEmail: (email) => find({ email }),
    findByOidc: ({ issuer, subject }) => find({ oidc_issuer: issuer, oidc_subject: subject }),
    list: async () => (await knex<Row>('users').orderBy('email')).map(toUser),
    change: (id, change) =>
      knex.transaction(async (trx) => {
        const loses = change.state === 'disabled' || (change.role !== undefined && change.role !== 'admin');
        if (loses && (await isLastAdmin(trx, id))) return 'last_admin';
        await trx('users')
          .where({ id })
          .update({ ...change, updated_at: new Date() });
        if (change.state === 'disabled') await trx('sessions').where({ user_id: id }).delete();
        return createUserStore(trx).get(id);
      }),
    remove: (id) =>
      knex.transaction(async (trx) => {
        if (await isLastAdmin(trx, id)) return 'last_admin';
        return (await trx('users').where({ id }).delete()) > 0 ? 'removed' : undefined;
      }),
    ...passwordMethods(knex),
    async linkOidc(id, { issuer, subject }) {
      const identity = { oidc_issuer: issuer, oidc_subject: subject, updated_at: new Date() };
      return (await knex('users').where({ id }).whereNull('oidc_subject').update(identity)) > 0;
    },
    async noteSignIn(id) {
      await knex('users').where({ id }).update({ last_sign_in_at: new Date() });
    },
  };
}
