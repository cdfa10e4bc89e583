import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from '../../config/logger';
import { safeError } from '../../domain/safe-error';
import { contextOf } from '../context';
import { ApiError } from '../problem';

const BODY_TROUBLE: Readonly<Record<string, () => ApiError>> = {
  'entity.parse.failed': () => new ApiError('invalid_json', 'The body is not valid JSON.'),
  'entity.too.large': () =>
    new ApiError('body_too_large', 'The body is larger than 1 MB: send fewer recipients at once.'),
  'encoding.unsupported': () => new ApiError('unsupported_media_type', 'This Content-Encoding is not supported.'),
  'charset.unsupported': () => new ApiError('unsupported_media_type', 'JSON is sent as UTF-8.'),
};

function toApiError(error: unknown, isAway: (error: unknown) => boolean): ApiError {
  if (error instanceof ApiError) return error;
  if (isAway(error)) return new ApiError('service_unavailable', undefined, undefined, { cause: error });
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  const trouble = typeof type === 'string' ? BODY_TROUBLE[type] : undefined;
  if (trouble) return trouble();
  if (typeof status === 'number' && status >= 400 && status < 500) return new ApiError('bad_request');
  return new ApiError('internal_error', undefined, undefined, { cause: error });
}

function answerProblem(problem: ApiError, req: Request, res: Response): void {
  const { requestId } = contextOf(res);
  const body = JSON.stringify(problem.toProblem({ path: req.path, requestId }));
  res.status(problem.status).type('application/problem+json').send(body);
}

/** Answers every error, as `application/problem+json` unless `answer` says otherwise; nothing of our insides gets out. */
export function createErrorHandler(
  logger: Logger,
  isAway: (error: unknown) => boolean,
  answer: (problem: ApiError, req: Request, res: Response) => void = answerProblem,
): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const { requestId, route } = contextOf(res);
    const problem = toApiError(error, isAway);
    if (problem.code === 'internal_error') {
      logger.error({ requestId, route, error: safeError(problem.cause) }, 'request failed');
    }
    if (problem.code === 'service_unavailable') {
      logger.warn({ requestId, route, error: safeError(problem.cause) }, 'database or another service away or busy');
      res.setHeader('Retry-After', '5');
    }
    if (problem.code === 'unauthorized') res.setHeader('WWW-Authenticate', 'Bearer realm="luminate"');
    answer(problem, req, res);
  };
}

/** For every address that no route knows. */
export const answerNotFound: RequestHandler = (req) => {
  throw new ApiError('not_found', `There is no ${req.method} ${req.path}. See /docs.`);
};
