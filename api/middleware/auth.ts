import type { RequestHandler } from 'express';
import type { ApiKeyRole, AppStore } from '../../db/stores/app-store';
import { createBoundedCache } from '../../domain/bounded-cache';
import { contextOf, type Caller } from '../context';
import { ApiError } from '../problem';

/** For how long a key that was good is not looked up again, in milliseconds: a revoked key works no longer than this. */
export const KEY_CACHE_MS = 1000;

export interface Authenticator {
  /** Lets keys of this role through; `admin` keys pass everywhere. Sets the caller of the request. */
  require(role: ApiKeyRole): RequestHandler;
  /** Looks every key up again: call it after revoking one. */
  forget(): void;
}

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** Keys are in `Authorization: Bearer lum_…`. */
export function createAuthenticator(apps: Pick<AppStore, 'findKey'>): Authenticator {
  const known = createBoundedCache<Caller>({ max: 10_000, ttlMs: KEY_CACHE_MS });

  async function callerOf(header: string | undefined): Promise<Caller> {
    if (header === undefined) throw new ApiError('unauthorized', 'Send your API key: Authorization: Bearer lum_….');
    const text = BEARER.exec(header)?.[1];
    if (text === undefined) throw new ApiError('unauthorized', 'The Authorization header must be: Bearer lum_….');
    const cached = known.get(text);
    if (cached) return cached;
    const key = await apps.findKey(text);
    if (!key) throw new ApiError('unauthorized', 'The API key is unknown or revoked.');
    const caller = { appId: key.appId, keyId: key.id, role: key.role };
    known.set(text, caller);
    return caller;
  }
  return {
    require: (role) => async (req, res, next) => {
      const caller = await callerOf(req.get('authorization'));
      contextOf(res).caller = caller;
      if (role === 'admin' && caller.role !== 'admin') {
        throw new ApiError('forbidden', 'This needs an admin key: npm run keys -- create --app NAME --admin.');
      }
      next();
    },
    forget: () => {
      known.clear();
    },
  };
}
