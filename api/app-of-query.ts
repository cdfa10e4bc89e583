import { isId, type AppId } from '../domain/ids';
import type { Caller } from './context';
import { ApiError, invalidRequest } from './problem';

/** The app whose things a list shows: the one that the query names, by default the caller's. Throws 403 or 422. */
export function appOfQuery(caller: Caller, app: string | undefined): AppId {
  if (app === undefined || app === caller.app) return caller.appId;
  if (caller.role !== 'admin')
    throw new ApiError('forbidden', 'Only an admin key may list what belongs to another app.');
  if (isId('app', app)) return app;
  throw invalidRequest([{ parameter: 'app', code: 'invalid_format', detail: 'must be the id of an app' }]);
}
