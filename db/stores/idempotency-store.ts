import type { Knex } from 'knex';
import type { AppId } from '../../domain/ids';
import { isDuplicateKey } from '../errors';

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
   * While another transaction holds the key, waits for it: ten equal requests at once end as one and nine repeats.
   */
  take(appId: AppId, key: string, requestHash: string): Promise<StoredAnswer | undefined>;
  /** Keeps the answer, in the same transaction that did the work. */
  keep(appId: AppId, key: string, status: number, body: string): Promise<void>;
  /** Forgets keys older than seven days, at most `limit`; returns how many. */
  prune(limit: number): Promise<number>;
}

interface KeyRow {
  app_id: AppId;
  idempotency_key: string;
  request_hash: string;
  status: number | null;
  response: string | null;
  created_at: Date;
}

const oldest = (): Date => new Date(Date.now() - IDEMPOTENCY_DAYS * 86_400_000);

export function createIdempotencyStore(knex: Knex): IdempotencyStore {
  return {
    async take(appId, key, requestHash) {
      const id = { app_id: appId, idempotency_key: key };
      for (;;) {
        try {
          await knex('idempotency_keys').insert({ ...id, request_hash: requestHash, created_at: new Date() });
          return undefined;
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        const row = await knex<KeyRow>('idempotency_keys').where(id).forUpdate().first();
        if (!row) continue;
        if (row.created_at >= oldest())
          return { requestHash: row.request_hash, status: row.status ?? 0, body: row.response ?? '' };
        await knex('idempotency_keys').where(id).delete();
      }
    },
    async keep(appId, key, status, body) {
      await knex('idempotency_keys').where({ app_id: appId, idempotency_key: key }).update({ status, response: body });
    },
    async prune(limit) {
      return knex('idempotency_keys').where('created_at', '<', oldest()).limit(limit).delete();
    },
  };
}
