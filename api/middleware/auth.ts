import type { Request, RequestHandler, Response } from 'express';
import type { ApiKey, AppStore } from '../../db/stores/app-store';
import type { User } from '../../db/stores/user-store';
import { createBoundedCache } from '../../domain/bounded-cache';
import { isId, type AppId } from '../../domain/ids';
import { PERMISSIONS, permissionsOfKey, permissionsOfUser, type Permission } from '../../domain/permissions';
import { contextOf, type Caller } from '../context';
import type { Sessions } from '../people/sessions';
import { ApiError } from '../problem';

/** For how long a key that was good is not looked up again, in milliseconds: a revoked key works no longer than this. */
export const KEY_CACHE_MS = 1000;

/** The header in which people name the app they work on. */
export const APP_HEADER = 'X-Luminate-App';

export interface Authenticator {
  /** Lets keys and people through who have this permission. Sets the caller of the request. */
  require(needed: Permission): RequestHandler;
  /** Looks every key up again: call it after revoking one. */
  forget(): void;
}

const UNKNOWN_KEY = 'The API key is unknown or revoked.';
/** Keys have 47 characters or so; what is far longer is not worth the memory. */
const LONGEST_KEPT = 100;

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

function callerOfKey({ id, appId, name, role, scopes, person, expiresAt }: ApiKey): Caller {
  const permissions = new Set(permissionsOfKey(role, scopes));
  return { appId, app: appId, keyId: id, person, name, role, permissions, expiresAt, owner: appId };
}

const NAME_IT = `must name the app you work on: ${APP_HEADER}: app_… (GET /v1/apps lists them)`;

function appRequired(detail: string): ApiError {
  return new ApiError('app_required', detail, [{ parameter: APP_HEADER, code: 'app_required', detail }]);
}

/** A person as a caller, who works on this app. */
export function callerOfUser({ id, name, role }: User, app: AppId | undefined): Caller {
  return {
    get appId() {
      if (app === undefined) throw appRequired(NAME_IT);
      return app;
    },
    app,
    keyId: id,
    person: id,
    name,
    role: role === 'admin' ? 'admin' : 'app',
    permissions: new Set(permissionsOfUser(role)),
    expiresAt: null,
    owner: id,
  };
}

/** What a person names: in the header, or, where a browser sets none (downloads, event streams), as the query parameter `app`. */
function namedApp(req: Request): string | undefined {
  const { app } = req.query;
  return req.get(APP_HEADER) ?? (typeof app === 'string' && isId('app', app) ? app : undefined);
}

function unlessExpired(caller: Caller): Caller {
  const { expiresAt } = caller;
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    throw new ApiError('key_expired', `The API key expired at ${expiresAt.toISOString()}: create another one.`);
  }
  return caller;
}

/** Throws 403, or 422 for a person who has to name an app. */
function requirePermission(caller: Caller, needed: Permission): void {
  const { byApp, what } = PERMISSIONS[needed];
  if (!caller.permissions.has(needed)) throw new ApiError('forbidden', `This needs the permission ${needed}: ${what}.`);
  if (byApp && caller.app === undefined) throw appRequired(NAME_IT);
}

/** On which app a person works: the one they name, or the only one where the permission is about one. */
function createAppNaming(apps: Pick<AppStore, 'get' | 'page'>) {
  const known = createBoundedCache<true>({ max: 10_000 });
  /** Never remembered: once there is another app, nobody may be taken to work on the first. */
  async function onlyApp(): Promise<AppId | undefined> {
    const [one, another] = await apps.page(2);
    return another ? undefined : one?.id;
  }
  return async (req: Request, needed: Permission): Promise<AppId | undefined> => {
    const named = namedApp(req);
    if (named === undefined) return PERMISSIONS[needed].byApp ? onlyApp() : undefined;
    if (isId('app', named) && (known.get(named) ?? (await apps.get(named)))) {
      known.set(named, true);
      return named;
    }
    throw appRequired(`names no app: ${named} (GET /v1/apps lists them)`);
  };
}

/** Keys come in `Authorization: Bearer lum_…`, people with the cookie of their session. */
export function createAuthenticator(
  apps: Pick<AppStore, 'findKey' | 'get' | 'page'>,
  sessions: Sessions,
): Authenticator {
  const known = createBoundedCache<Caller>({ max: 10_000, ttlMs: KEY_CACHE_MS });
  // A revoked key in somebody's loop must not cost a query each time. Keys are random: what was unknown once is no key later.
  const unknown = createBoundedCache<true>({ max: 1_000, ttlMs: KEY_CACHE_MS });
  const appOf = createAppNaming(apps);

  async function lookUp(text: string): Promise<Caller> {
    const found = await apps.findKey(text);
    if (!found) {
      if (text.length <= LONGEST_KEPT) unknown.set(text, true);
      throw new ApiError('unauthorized', UNKNOWN_KEY);
    }
    const caller = callerOfKey(found);
    known.set(text, caller);
    return unlessExpired(caller);
  }
  /** At once for a key that was good a moment ago, as most are. */
  function byKey(header: string): Caller | Promise<Caller> {
    const text = BEARER.exec(header)?.[1];
    if (text === undefined) throw new ApiError('unauthorized', 'The Authorization header must be: Bearer lum_….');
    const caller = known.get(text);
    if (caller) return unlessExpired(caller);
    if (unknown.get(text)) throw new ApiError('unauthorized', UNKNOWN_KEY);
    return lookUp(text);
  }
  async function bySession(req: Request, res: Response, needed: Permission): Promise<Caller> {
    const signedIn = await sessions.read(req);
    if (!signedIn) {
      const ended = sessions.has(req) ? 'Your session has ended: sign in again. ' : '';
      throw new ApiError('unauthorized', `${ended}Send your API key: Authorization: Bearer lum_….`);
    }
    // A refusal tells whose session it was.
    contextOf(res).caller = callerOfUser(signedIn.user, undefined);
    sessions.checkOrigin(req, signedIn);
    return callerOfUser(signedIn.user, await appOf(req, needed));
  }

  return {
    require: (needed) => (req, res, next) => {
      const letIn = (caller: Caller): void => {
        contextOf(res).caller = caller;
        requirePermission(caller, needed);
        next();
      };
      const header = req.get('authorization');
      const caller = header === undefined ? bySession(req, res, needed) : byKey(header);
      if (!(caller instanceof Promise)) {
        letIn(caller);
        return undefined;
      }
      return caller.then(letIn);
    },
    forget: () => {
      known.clear();
    },
  };
}
