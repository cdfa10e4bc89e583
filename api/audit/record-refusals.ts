import type { ErrorRequestHandler, Request, Response } from 'express';
import { createBoundedCache } from '../../domain/bounded-cache';
import type { AuditActor } from '../../domain/audit';
import { safeError } from '../../domain/safe-error';
import { contextOf } from '../context';
import type { ApiDeps } from '../deps';
import { networkOf } from '../people/network-of';
import { ApiError, type ProblemCode } from '../problem';
import { actorOf } from './handle-audited';
import { originOf } from './origin';

/** Refusals of callers who are known: they may not do what they asked for. */
const OF_CALLERS: readonly ProblemCode[] = ['forbidden', 'csrf_failed'];
/** Refusals of people who are not known yet. */
const OF_STRANGERS: readonly ProblemCode[] = ['sign_in_failed', 'sign_in_refused', 'sign_in_paused'];
/** A client that goes on trying while it is paused is put down once in so long, in milliseconds, and process. */
const PAUSE_MS = 15 * 60_000;

const NOBODY: AuditActor = { kind: 'anonymous', id: null, name: null };

/**
 * Error middleware that puts down who was refused what, of the requests that would have been put down when done, and hands the error
 * on. A database that is away changes nothing about the refusal: the log says that an entry is missing.
 */
export function createRefusalRecorder({ database, logger }: Pick<ApiDeps, 'database' | 'logger'>): ErrorRequestHandler {
  const paused = createBoundedCache<true>({ max: 10_000, ttlMs: PAUSE_MS });

  function isWorthAnEntry(code: ProblemCode, req: Request, res: Response): boolean {
    if (!contextOf(res).caller) {
      if (!OF_STRANGERS.includes(code)) return false;
    } else if (!OF_CALLERS.includes(code) && !OF_STRANGERS.includes(code)) return false;
    if (code !== 'sign_in_paused') return true;
    const client = networkOf(req.ip ?? '');
    if (paused.get(client)) return false;
    paused.set(client, true);
    return true;
  }

  async function record(code: ProblemCode, req: Request, res: Response): Promise<void> {
    const { action, caller, subject = { id: null, name: null } } = contextOf(res);
    if (action === undefined || !isWorthAnEntry(code, req, res)) return;
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
