import type { RequestHandler, Response } from 'express';
import type { ApiKeyRole } from '../db/stores/app-store';
import type { AuditAction } from '../domain/audit';
import type { ApiKeyId, AppId, UserId } from '../domain/ids';
import type { Permission } from '../domain/permissions';

/** Who asks: a key, which is one app's, or a person who is signed in and works on the app they name. */
export interface Caller {
  /** The app of the key, or the one a person named, or the only one. Throws `app_required` for a person who named none of several. */
  readonly appId: AppId;
  /** The same, `undefined` instead of throwing. */
  readonly app: AppId | undefined;
  /** The id of the key, or of the person. */
  readonly keyId: ApiKeyId | UserId;
  /** The person who asks, or who made the key; `null`: nobody knows. */
  readonly person: UserId | null;
  /** The name of the key, or of the person. */
  readonly name: string;
  /** `admin` sees what belongs to any app, `app` what belongs to `appId`. What may be done is in `permissions`. */
  readonly role: ApiKeyRole;
  readonly permissions: ReadonlySet<Permission>;
  /** When the key ends; `null`: never, as nobody's power does who is a person. */
  readonly expiresAt: Date | null;
  /** Whose `Idempotency-Key`s these are. */
  readonly owner: AppId | UserId;
}

/** What the parts of the pipeline know of one request. */
export interface RequestContext {
  requestId: string;
  /** The pattern of the route, e.g. `/v1/sends/:id`; absent until one has matched. */
  route?: string;
  caller?: Caller;
  /** Counts apart from other requests with the same key: where the key was not theirs, but assumed. */
  countedAs?: string;
  /** As what the request is put down in the audit log when it is refused. */
  action?: AuditAction;
  /** What it was about. */
  subject?: { readonly id: string | null; readonly name: string | null };
}

export function contextOf(res: Response): RequestContext {
  return res.locals as unknown as RequestContext;
}

/** Middleware that tells logs and metrics which route has matched, and the audit log what was asked for, should it be refused. */
export function nameRoute(pattern: string, action?: AuditAction): RequestHandler {
  return (req, res, next) => {
    const context = contextOf(res);
    context.route = pattern;
    if (action !== undefined) {
      const [id = null] = Object.values(req.params).flat();
      context.action = action;
      context.subject = { id, name: null };
    }
    next();
  };
}

/** Whether what belongs to this app is there for the caller: it is the caller's own, or the caller administers. */
export const seesApp = (caller: Caller, appId: AppId | null): boolean =>
  appId === caller.appId || caller.role === 'admin';

/** The caller of a request behind `auth.require`. */
export function callerOf(res: Response): Caller {
  const { caller } = contextOf(res);
  if (!caller) throw new Error('reached without a caller');
  return caller;
}
