import type { Knex } from 'knex';
import type { UserId } from '../../domain/ids';
import { hashOfToken, newSecretToken } from '../secret-token';

/** What is known of somebody who is signed in. */
export interface Session {
  readonly userId: UserId;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** It ends then, however much it is used. */
  readonly endsAt: Date;
}

export interface NewSession {
  readonly userId: UserId;
  /** In milliseconds from now. */
  readonly ttlMs: number;
  readonly ip: string;
  readonly userAgent: string;
}

export interface SessionStore {
  /** Begins a session: its token of 256 random bits is returned here and never again; the database keeps its SHA-256. */
  create(session: NewSession): Promise<Session & { readonly token: string }>;
  /** Clears some sessions away that have ended. Not within a transaction: it would hold those of others. */
  clearEnded(): Promise<void>;
  /** The session with this token; `undefined` when it is unknown, has ended, or was not used for `idleMs`. */
  find(token: string, idleMs: number): Promise<Session | undefined>;
  /** Notes that it is in use. */
  touch(token: string): Promise<void>;
  /** Ends one session; harmless when it has ended. */
  end(token: string): Promise<void>;
  /** Ends all sessions of a user, save the one with the token `except`. */
  endAll(userId: UserId, except?: string): Promise<void>;
}

/** How many ended sessions are cleared away at once. */
const CLEARED = 100;

interface Row {
  id: string;
  user_id: UserId;
  created_at: Date;
  last_seen_at: Date;
  ends_at: Date;
}

const toSession = (row: Row): Session => ({
  userId: row.user_id,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  endsAt: row.ends_at,
});

export function createSessionStore(knex: Knex): SessionStore {
  return {
    async create({ userId, ttlMs, ip, userAgent }) {
      const token = newSecretToken();
      const now = new Date();
      const ends_at = new Date(now.getTime() + ttlMs);
      const row: Row = { id: hashOfToken(token), user_id: userId, created_at: now, last_seen_at: now, ends_at };
      await knex('sessions').insert({ ...row, ip: ip.slice(0, 45), user_agent: userAgent.slice(0, 255) });
      return { ...toSession(row), token };
    },
    async clearEnded() {
      await knex('sessions').where('ends_at', '<', new Date()).orderBy('ends_at').limit(CLEARED).delete();
    },
    async find(token, idleMs) {
      const now = Date.now();
      const row = await knex<Row>('sessions')
        .where({ id: hashOfToken(token) })
        .where('ends_at', '>', new Date(now))
        .where('last_seen_at', '>', new Date(now - idleMs))
        .first();
      return row && toSession(row);
    },
    async touch(token) {
      await knex('sessions')
        .where({ id: hashOfToken(token) })
        .update({ last_seen_at: new Date() });
    },
    async end(token) {
      await knex('sessions')
        .where({ id: hashOfToken(token) })
        .delete();
    },
    async endAll(userId, except) {
      const ended = knex('sessions').where({ user_id: userId });
      if (except !== undefined) ended.whereNot({ id: hashOfToken(except) });
      await ended.delete();
    },
  };
}
