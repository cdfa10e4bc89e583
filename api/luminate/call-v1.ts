import type { z } from 'zod';
import { outcomeOf } from '../approvals/awaits-approval';
import { handleAudited } from '../audit/handle-audited';
import type { Call, Route } from '../route';
import { parsePart } from '../validate';

/** Whose request it is, and within what. */
export type Scope = Pick<
  Call<unknown, unknown, unknown>,
  'caller' | 'stores' | 'edit' | 'onEnd' | 'origin' | 'note' | 'isPartOfAudited'
>;

interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: unknown;
  readonly body?: unknown;
}

/**
 * Does what the endpoint of that name (`post /v1/sends`) does, as part of another request: the same checks, the same writes, within its
 * transaction where it has one; a change that waits is answered with its approval. Throws what that endpoint throws. Roles are for the
 * caller to check. Has its own entry in the audit log, unless that of the request tells it all.
 */
export type CallV1 = <T extends z.ZodType>(
  scope: Scope,
  name: string,
  answer: T,
  input?: Input,
) => Promise<z.output<T>>;

/** Over the routes that the app serves, so that both share their caches. */
export function createCallV1(routes: readonly Route[]): CallV1 {
  const byName = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  return async (scope, name, answer, { params = {}, query = {}, body = {} } = {}) => {
    const route = byName.get(name);
    if (!route) throw new Error(`there is no endpoint ${name}`);
    const parts = {
      params,
      query: route.query ? parsePart(route.query, query, 'query') : {},
      body: route.body ? parsePart(route.body, body, 'body') : {},
    };
    const result = await handleAudited(route, { ...scope, ...parts, found: await route.beforehand?.(parts) });
    return answer.parse(outcomeOf(result, 0).answer);
  };
}
