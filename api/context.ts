import type { RequestHandler, Response } from 'express';
import type { ApiKeyRole } from '../db/stores/app-store';
import type { ApiKeyId, AppId } from '../domain/ids';

/** Whose key a request came with. */
export interface Caller {
  readonly appId: AppId;
  readonly keyId: ApiKeyId;
  readonly role: ApiKeyRole;
}

/** What the parts of the pipeline know of one request. */
export interface RequestContext {
  requestId: string;
  /** The pattern of the route, e.g. `/v1/sends/:id`; absent until one has matched. */
  route?: string;
  caller?: Caller;
}

export function contextOf(res: Response): RequestContext {
  return res.locals as unknown as RequestContext;
}

/** Middleware that tells logs and metrics which route has matched. */
export function nameRoute(pattern: string): RequestHandler {
  return (_req, res, next) => {
    contextOf(res).route = pattern;
    next();
  };
}

/** The caller of a request behind `auth.require`. */
export function callerOf(res: Response): Caller {
  const { caller } = contextOf(res);
  if (!caller) throw new Error('reached without a caller');
  return caller;
}
