import type { Request, Response } from 'express';
import { z } from 'zod';
import { ApiError, type ProblemCode } from '../problem';

/** Codes of the ancestor's answers. */
export const CODES = {
  success: '00000',
  fail: '00001',
  badParameters: 'A0001',
  templateNotFound: 'A0002',
  tooManyReceivers: 'A0003',
  serviceError: 'B0001',
  resourceNotFound: 'B0404',
} as const;
export type LuminateCode = (typeof CODES)[keyof typeof CODES];

/** What every answer of the ancestor's endpoints is wrapped in. */
export interface Envelope<T> {
  readonly code: LuminateCode;
  readonly msg: string;
  readonly data: T;
}

const SUCCESS = '操作成功';

/** Success; `note` goes on from the ancestor's words. */
export function succeeded<T>(data: T, note?: string): Envelope<T> {
  return { code: CODES.success, msg: note === undefined ? SUCCESS : `${SUCCESS}: ${note}`, data };
}

/** The schema of a successful answer, for the documentation. */
export function envelopeOf<T extends z.ZodType>(data: T) {
  return z.strictObject({
    code: z.enum(CODES).describe('`00000`: done; anything else says why not, in `msg`.'),
    msg: z.string(),
    data,
  });
}

/** Thrown by an endpoint to answer with a code of the ancestor's. */
export class LuminateError extends ApiError {
  constructor(
    readonly luminateCode: LuminateCode,
    detail: string,
  ) {
    super('invalid_request', detail);
    this.name = 'LuminateError';
  }
}

/** A0001 in words that say what is wrong and where. */
export const badParameters = (detail: string): LuminateError => new LuminateError(CODES.badParameters, detail);

/** Problems whose code is not A0001 with wrong input, and 00001 with everything else. */
const BY_PROBLEM: Partial<Record<ProblemCode, LuminateCode>> = {
  template_not_found: CODES.templateNotFound,
  not_found: CODES.resourceNotFound,
  too_many_uploads: CODES.serviceError,
  service_unavailable: CODES.serviceError,
  internal_error: CODES.serviceError,
};
const WRONG_INPUT = new Set([400, 413, 415, 422]);

/** The code of the ancestor's that a problem has. */
export function codeOf(problem: ApiError): LuminateCode {
  if (problem instanceof LuminateError) return problem.luminateCode;
  return BY_PROBLEM[problem.code] ?? (WRONG_INPUT.has(problem.status) ? CODES.badParameters : CODES.fail);
}

/** Statuses that are told as such: whoever cannot sign in, or meets a service that is away, must not read on. */
const TOLD = new Set([401, 403, 429, 500, 503]);

/** Answers a problem in the envelope; with HTTP 200, as the ancestor did, unless it is about signing in or about us. */
export function answerInEnvelope(problem: ApiError, _req: Request, res: Response): void {
  const told = TOLD.has(problem.status) && problem.code !== 'too_many_uploads';
  const body: Envelope<null> = { code: codeOf(problem), msg: problem.message, data: null };
  res.status(told ? problem.status : 200).json(body);
}
