import type { Knex } from 'knex';
import type { AppId, UserId } from '../../domain/ids';

/** For how long a key is remembered. */
export const IDEMPOTENCY_DAYS = 7;

export interface StoredAnswer {
  readonly requestHash: string;
  readonly status: number;
  readonly body: string;
}

export interface IdempotencyStore {
  /**
   * Takes the key inside the caller's transaction and returns nothing, or returns the answer it led to before.
   * While another transaction holds the key, waits for it: ten equal requests at once end as one and nine repeats. If the one
   * fails, some of the nine may be rejected as victims of a deadlock and must be tried again.
   */
  take(owner: AppId | UserId, key: string, requestHash: string): Promise<StoredAnswer | undefined>;
  /** Keeps the answer, in the same transaction that did the work. */
  keep(owner: AppId | UserId, key: string, status: number, body: string): Promise<void>;
  /** Forgets keys older than seven days, at most `limit`; returns how many. */
  prune(limit: number): Promise<number>;
}

interface KeyRow {
  /** The app, or the person, whose key it is. */
  app_id: AppId | UserId;
  idempotency_key: string;
  request_hash: string;
  status: number | null;
  response: string | null;
  created_at: Date;
}

const oldest = (): Date => new Date(Date.now() - IDEMPOTENCY_DAYS * 86_400_000);

export function createIdempotencyStore(knex: Knex): IdempotencyStore {
  return {
    async take(owner, key, requestHash) {
      const id = { app_id: owner, idempotency_key: key };
      const now = new Date();
      const limit = oldest();
      const orFresh = (kept: string, fresh: Knex.Value): Knex.Raw =>
        knex.raw(`IF(created_at < ?, ?, ${kept})`, [limit, fresh]);
      // This form locks the row exclusively at once. A plain INSERT that meets it takes a shared lock, and two of those deadlock.
      await knex('idempotency_keys')
        .insert({ ...id, request_hash: requestHash, created_at: now })
        .onConflict()
        .merge({
          request_hash: orFresh('request_hash', requestHash),
          status: orFresh('status', null),
          response: orFresh('response', null),
          created_at: orFresh('created_at', now),
        });
      const row = await knex<KeyRow>('idempotency_keys').where(id).first();
      // Without an answer the row is our own: others can only be seen when they have ended, and then they have one.
      return row?.status == null
        ? undefined
        : { requestHash: row.request_hash, status: row.status, body: row.response ?? '' };
    },
    async keep(owner, key, status, body) {
      await knex('idempotency_keys').where({ app_id: owner, idempotency_key: key }).update({ status, response: body });
    },
    async prune(limit) {
      return knex('idempotency_keys').where('created_at', '<', oldest()).limit(limit).delete();
    },
  };
}
