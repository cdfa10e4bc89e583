import type { RequestHandler } from 'express';
import type { Logger } from '../../config/logger';
import { contextOf } from '../context';
import type { ApiMetrics } from '../metrics';

const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/** 503 is a warning: somebody else is away. Any other 5xx is ours. */
function levelOf(status: number): 'info' | 'warn' | 'error' {
  if (status < 500) return 'info';
  return status === 503 ? 'warn' : 'error';
}

/**
 * Logs and measures every request when it has ended, by the pattern of its route. No address, no body, no query (it may hold
 * an address), no key. An answer that its client did not wait for is `aborted`.
 */
export function createRequestLog(logger: Logger, metrics: ApiMetrics): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    res.once('close', () => {
      const { requestId, caller, route = 'unknown' } = contextOf(res);
      const { method } = req;
      const status = res.statusCode;
      const ms = performance.now() - started;
      metrics.requests.observe({ method, route, status: String(status) }, ms / 1000);
      if (QUIET.has(route)) return;
      const aborted = res.writableFinished ? {} : { aborted: true };
      const line = { requestId, method, route, status, ms: Math.round(ms), app: caller?.app, ...aborted };
      logger[levelOf(status)](line, 'request');
    });
    next();
  };
}
