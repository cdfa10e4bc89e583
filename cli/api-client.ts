import { randomUUID } from 'node:crypto';
import { UsageError } from './usage-error';

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly parameter?: string; readonly detail?: string }[];
}

/** The API refused, or could not be reached. The message is for people: what was wrong, and each place of it on a line. */
export class ApiProblem extends Error {
  constructor(
    message: string,
    /** 0: there was no answer. */
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiProblem';
  }

  /** Of an answer that is not a success. */
  static of(status: number, body: string): ApiProblem {
    const problem = readProblem(body);
    const first = problem.detail ?? problem.title ?? `The API answered ${status}.`;
    const places = (problem.errors ?? []).map(
      ({ pointer, parameter, detail = '' }) => `  ${pointer ?? parameter ?? ''} ${detail}`,
    );
    return new ApiProblem([first, ...places].join('\n'), status);
  }
}

function readProblem(body: string): Problem {
  try {
    return JSON.parse(body) as Problem;
  } catch {
    return {};
  }
}

/** The REST API with the key of the environment. Every method rejects with `ApiProblem`. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  /** With an Idempotency-Key of its own, where the endpoint takes one. */
  post<T>(path: string, body: unknown): Promise<T>;
  /** A stream that the caller reads; an error answer rejects. */
  open(path: string): Promise<Response>;
  /** For requests that are made otherwise. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const DEFAULT_URL = 'http://127.0.0.1:3000';
const TIMEOUT_MS = 60_000;

/** From `LUMINATE_URL` and `LUMINATE_API_KEY`. Throws `UsageError` when there is no key, or no such address. */
export function createApiClient(env: NodeJS.ProcessEnv): ApiClient {
  const url = (env['LUMINATE_URL'] ?? DEFAULT_URL).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`LUMINATE_URL "${url}" is no http address.`);
  const key = env['LUMINATE_API_KEY'];
  if (!key) throw new UsageError('LUMINATE_API_KEY is not set: put an API key there, of the role `app` or `admin`.');
  const headers = { authorization: `Bearer ${key}` };

  async function send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${url}${path}`, init).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (!response.ok) throw ApiProblem.of(response.status, await response.text());
    return response;
  }
  return {
    url,
    headers,
    get: async <T>(path: string) =>
      (await (await send(path, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })).json()) as T,
    async post<T>(path: string, body: unknown) {
      const all = { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
      const init = {
        method: 'POST',
        headers: all,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      };
      return (await (await send(path, init)).json()) as T;
    },
    open: (path) => send(path, { headers }),
  };
}

/** There was no answer. */
export function unreachable(url: string, error: unknown): ApiProblem {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? ('code' in cause && String(cause.code)) || cause.message : String(cause);
  return new ApiProblem(`The API at ${url} does not answer (${why}). Is LUMINATE_URL right?`, 0);
}
