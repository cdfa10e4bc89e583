/** The REST API as a caller sees it. Every method throws with the problem the API states when it answers with an error. */
export interface RestClient {
  get<T>(path: string): Promise<T>;
  /** `undefined` when the API answers 404. */
  find<T>(path: string): Promise<T | undefined>;
  post<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail?: string }[];
}

/** What the API said when it refused. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    request: string,
    problem: Problem,
  ) {
    const errors = (problem.errors ?? []).map(({ pointer = '', detail = '' }) => ` ${pointer} ${detail}`);
    super(
      `${request} was answered with ${status}: ${problem.detail ?? problem.title ?? 'no reason given'}${errors.join(';')}`,
    );
  }
}

/** Calls the API at `baseUrl`, with an API key where one is given; each call may take 30 s. */
export function createRestClient(baseUrl: string, key?: string): RestClient {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer: unknown = await response.json().catch(() => ({}));
    if (!response.ok) throw new RestError(response.status, `${method} ${path}`, answer as Problem);
    return answer;
  };
  return {
    get: <T>(path: string) => call('GET', path) as Promise<T>,
    find: <T>(path: string) =>
      call('GET', path).catch((error: unknown) => {
        if (error instanceof RestError && error.status === 404) return undefined;
        throw error;
      }) as Promise<T | undefined>,
    post: <T>(path: string, body: unknown) => call('POST', path, body) as Promise<T>,
    put: <T>(path: string, body: unknown) => call('PUT', path, body) as Promise<T>,
  };
}
