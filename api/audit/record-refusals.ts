import type { ErrorRequestHandler, Request, Response } from 'express';
import { createBoundedCache } from '../../domain/bounded-cache';
import type { AuditAction, AuditActor } from '../../domain/audit';
import { safeError } from '../../domain/safe-error';
import { contextOf, type RequestContext } from '../context';
import type { ApiDeps } from '../deps';
import { networkOf } from '../people/network-of';
import { ApiError, type ProblemCode } from '../problem';
import { actorOf } from './handle-audited';
import { originOf } from './origin';

/** Refusals of callers who are known: they may not do what they asked for. */
const OF_CALLERS: readonly ProblemCode[] = ['forbidden', 'csrf_failed'];
/** Refusals of people who are not known yet. */
const OF_STRANGERS: readonly ProblemCode[] = ['sign_in_failed', 'sign_in_refused', 'sign_in_paused'];
/** What goes on for long is put down so many times in so long, in milliseconds, by each process: what anybody can do for nothing must not fill the log. */
const WINDOW_MS = 15 * 60_000;
/** The same action of a caller, refused with the same code. */
const PER_CALLER = 5;
/** A client that goes on trying while it is paused. */
const PER_PAUSE = 1;

const NOBODY: AuditActor = { kind: 'anonymous', id: null, name: null };

/**
 * Error middleware that puts down who was refused what, of the requests that would have been put down when done, and hands the error
 * on. A database that is away changes nothing about the refusal: the log says that an entry is missing.
 */
export function createRefusalRecorder({ database, logger }: Pick<ApiDeps, 'database' | 'logger'>): ErrorRequestHandler {
  const counts = createBoundedCache<{ times: number }>({ max: 10_000, ttlMs: WINDOW_MS });
  function isRare(what: string, most: number): boolean {
    const count = counts.get(what) ?? { times: 0 };
    if (count.times === 0) counts.set(what, count);
    count.times += 1;
    return count.times <= most;
  }

  function isWorthAnEntry(code: ProblemCode, action: AuditAction, req: Request, { caller }: RequestContext): boolean {
    if (code === 'sign_in_paused') return isRare(networkOf(req.ip ?? ''), PER_PAUSE);
    // Attempts to sign in are limited before they come here.
    if (OF_STRANGERS.includes(code)) return true;
    return caller !== undefined && OF_CALLERS.includes(code) && isRare(`${caller.keyId} ${action} ${code}`, PER_CALLER);
  }

  async function record(code: ProblemCode, req: Request, res: Response): Promise<void> {
    const { action, caller, subject = { id: null, name: null } } = contextOf(res);
    if (action === undefined || !isWorthAnEntry(code, action, req, contextOf(res))) return;
    await database.stores.audit.add({
      action,
      actor: caller ? actorOf(caller) : NOBODY,
      origin: originOf(req, res),
      appId: caller?.app ?? null,
      subject,
      before: null,
      after: null,
      refusedAs: code,
    });
  }

  return (error: unknown, req, res, next) => {
    if (!(error instanceof ApiError)) {
      next(error);
      return;
    }
    record(error.code, req, res)
      .catch((failure: unknown) => {
        const { requestId, route } = contextOf(res);
        logger.error(
          { requestId, route, code: error.code, error: safeError(failure) },
          'a refusal is not in the audit log',
        );
      })
      .finally(() => {
        next(error);
      });
  };
}
