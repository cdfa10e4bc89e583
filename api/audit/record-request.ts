import type { Request, Response } from 'express';
import type { Stores } from '../../db/database';
import type { AuditAction, AuditFields } from '../../domain/audit';
import type { AppId } from '../../domain/ids';
import { callerOf } from '../context';
import { actorOf } from './handle-audited';
import { originOf } from './origin';

interface Act {
  readonly action: AuditAction;
  readonly subject?: { readonly id: string; readonly name: string | null };
  /** Default: the app of the caller. */
  readonly appId?: AppId | null;
  readonly after?: AuditFields;
}

/** Puts down what a request does that is served by a router of its own. Rejects when it cannot: then it must not be done. */
export function recordRequest({ audit }: Pick<Stores, 'audit'>, req: Request, res: Response, act: Act): Promise<void> {
  const caller = callerOf(res);
  return audit.add({
    action: act.action,
    actor: actorOf(caller),
    origin: originOf(req, res),
    appId: act.appId === undefined ? (caller.app ?? null) : act.appId,
    subject: act.subject ?? { id: null, name: null },
    before: null,
    after: act.after ?? null,
    refusedAs: null,
  });
}
