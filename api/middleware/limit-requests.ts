import type { NextFunction, Response } from 'express';
import type { RequestLimiter, RequestVerdict } from '../../limits/request-limiter';
import { callerOf, contextOf } from '../context';
import type { ApiMetrics } from '../metrics';
import { ApiError } from '../problem';
import type { Authenticator } from './auth';

/** Structured field of the IETF draft, e.g. `"rate";q=200;w=1, "burst";q=1000;w=10`. */
const policyField = ({ policies }: RequestLimiter): string =>
  policies.map(({ name, quota, windowSeconds }) => `"${name}";q=${quota};w=${windowSeconds}`).join(', ');
const seconds = (ms: number): number => Math.ceil(ms / 1000);

/**
 * The same authenticator, which also limits the requests of each caller, also those it refuses: 429 `rate_limited` with `Retry-After`
 * beyond it. What needs no key (health, metrics, documentation, webhooks) is not limited. Without a limiter nothing is.
 */
export function limitRequests(
  auth: Authenticator,
  limiter: RequestLimiter | undefined,
  metrics: Pick<ApiMetrics, 'requestLimits'>,
): Authenticator {
  if (!limiter) return auth;
  const policy = policyField(limiter);

  function apply(res: Response, { allowed, checked, quotas }: RequestVerdict): void {
    res.setHeader('RateLimit-Policy', policy);
    if (!checked) metrics.requestLimits.inc({ result: 'unchecked' });
    if (quotas.length > 0) {
      const field = quotas.map(({ name, remaining, resetMs }) => `"${name}";r=${remaining};t=${seconds(resetMs)}`);
      res.setHeader('RateLimit', field.join(', '));
    }
    if (allowed) return;
    metrics.requestLimits.inc({ result: 'refused' });
    const wait = seconds(Math.min(...quotas.map(({ resetMs }) => resetMs)));
    res.setHeader('Retry-After', String(wait));
    throw new ApiError('rate_limited', `This key sends too many requests: wait ${wait} s, or send less often.`);
  }
  /** Counts the request, and goes on with it, or with why it was refused. */
  const limit = (res: Response, next: NextFunction, refusal?: unknown): void => {
    const { keyId } = callerOf(res);
    const { countedAs } = contextOf(res);
    const verdict = limiter.take(countedAs === undefined ? keyId : `${keyId}/${countedAs}`);
    const pass = (told: RequestVerdict): void => {
      try {
        apply(res, told);
      } catch (error) {
        next(error);
        return;
      }
      next(refusal);
    };
    if (verdict instanceof Promise) verdict.then(pass, next);
    else pass(verdict);
  };
  return {
    ...auth,
    require(role) {
      const check = auth.require(role);
      return (req, res, next) => {
        const count = (refusal?: unknown): void => {
          if (contextOf(res).caller) limit(res, next, refusal);
          else next(refusal);
        };
        try {
          const checked = check(req, res, count);
          return checked instanceof Promise ? checked.catch(count) : undefined;
        } catch (refusal) {
          count(refusal);
          return undefined;
        }
      };
    },
  };
}
