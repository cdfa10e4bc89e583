import type { Schemas } from './operations';

/** One wrong place in a request: `pointer` into the body, or the name of a `parameter`. */
export type Fault = NonNullable<Schemas['Problem']['errors']>[number];

/** Codes of the API, and three of the client's own: no answer, none in time, and one that is not the API's. */
export type ProblemCode = Schemas['Problem']['code'] | 'no_answer' | 'timeout' | 'unexpected_answer';

/** What is known of a call that failed. */
export interface ProblemParts {
  /** Of HTTP; 0: there was no answer. */
  readonly status: number;
  /** Decide by this one; a newer API may know further codes. */
  readonly code: ProblemCode | (string & {});
  readonly title: string;
  /** What was wrong, where, and what to do. */
  readonly detail: string;
  readonly errors: readonly Fault[];
  /** The API's logs have it. */
  readonly requestId: string | undefined;
  /** As `Retry-After` says, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** The API refused, failed or did not answer. The message is for people: the detail, and each wrong place on a line of its own. */
export class LuminateProblem extends Error implements ProblemParts {
  readonly status: number;
  readonly code: ProblemParts['code'];
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly Fault[];
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(parts: ProblemParts, options?: ErrorOptions) {
    const places = parts.errors.map(
      ({ pointer, parameter, detail }) => `  ${[pointer ?? parameter, detail].filter(Boolean).join(' ')}`,
    );
    super([parts.detail, ...places].join('\n'), options);
    this.name = 'LuminateProblem';
    this.status = parts.status;
    this.code = parts.code;
    this.title = parts.title;
    this.detail = parts.detail;
    this.errors = parts.errors;
    this.requestId = parts.requestId;
    this.retryAfterMs = parts.retryAfterMs;
  }
}

/** Of an answer that is not a success, whoever gave it: something on the way may answer in another form than the API. */
export function problemOf(status: number, headers: Headers, body: string): LuminateProblem {
  const { title, detail, code, errors, requestId } = readProblem(body);
  const moved = status >= 300 && status < 400 ? ` and leads to ${headers.get('location') ?? 'nowhere'}` : '';
  return new LuminateProblem({
    status,
    code: code ?? 'unexpected_answer',
    title: title ?? 'Unexpected answer',
    detail: detail ?? title ?? `The API answered ${status}${moved}.`,
    errors: errors ?? [],
    requestId: requestId ?? headers.get('x-request-id') ?? undefined,
    retryAfterMs: waitOf(headers.get('retry-after')),
  });
}

/** Of a success whose body is not what it should be. */
export function unexpectedAnswer(status: number, headers: Headers, cause: unknown): LuminateProblem {
  const detail = `The API answered ${status} with something that is not JSON. Does the address lead to Luminate?`;
  const requestId = headers.get('x-request-id') ?? undefined;
  const rest = { errors: [], requestId, retryAfterMs: undefined };
  return new LuminateProblem(
    { status, code: 'unexpected_answer', title: 'Unexpected answer', detail, ...rest },
    { cause },
  );
}

/** Of a call without an answer. */
export function noAnswer(url: string, cause: unknown, timeoutMs?: number): LuminateProblem {
  const late = timeoutMs !== undefined;
  const why = late ? `nothing within ${timeoutMs} ms` : reasonOf(cause);
  return new LuminateProblem(
    {
      status: 0,
      code: late ? 'timeout' : 'no_answer',
      title: late ? 'No answer in time' : 'No answer',
      detail: `The API at ${url} does not answer (${why}).`,
      errors: [],
      requestId: undefined,
      retryAfterMs: undefined,
    },
    { cause },
  );
}

/** The error below that of fetch, by its code where it has one; it may come from another realm, with an `Error` of its own. */
export function reasonOf(error: unknown): string {
  const { code, message, cause } = Object(error) as { code?: unknown; message?: unknown; cause?: unknown };
  if (typeof cause === 'object' && cause !== null) return reasonOf(cause);
  if (typeof code === 'string' && code !== '') return code;
  return typeof message === 'string' ? message : String(error);
}

function readProblem(body: string): Partial<Schemas['Problem']> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/** `Retry-After` is seconds or a time. */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
