import type { Stores } from '../db/database';
import type { Variables } from '../domain/content';
import type { Lane } from '../domain/lane';
import type { CompiledTemplate } from '../templates/compile';
import { createBoundedCache } from '../domain/bounded-cache';
import type { TemplateEngine } from './deps';
import type { AcceptedSend } from './schemas/sends';

type Warning = AcceptedSend['warnings'][number];

/** What the sender of an accepted send should know: values nobody uses, a lane nobody serves. */
export type SendWarnings = (
  stores: Stores,
  lane: Lane,
  compiled: CompiledTemplate,
  given: Variables,
) => Promise<Warning[]>;

/** For how long a lane that had a route is taken to still have one, in milliseconds. */
const ROUTE_CACHE_MS = 5000;
const MAX_NAMES = 20;

export function createSendWarnings(templates: TemplateEngine): SendWarnings {
  const routed = createBoundedCache<true>({ max: 100, ttlMs: ROUTE_CACHE_MS });

  async function hasRoute(stores: Stores, lane: Lane): Promise<boolean> {
    if (routed.get(lane)) return true;
    const entries = await stores.routes.get(lane);
    if (entries.length > 0) routed.set(lane, true);
    return entries.length > 0;
  }
  return async (stores, lane, compiled, given) => {
    const warnings: Warning[] = [];
    const unused = templates.unused(compiled, given);
    if (unused.length > 0) {
      const more = unused.length > MAX_NAMES ? ` and ${unused.length - MAX_NAMES} more` : '';
      const detail = `The template does not use these variables: ${unused.slice(0, MAX_NAMES).join(', ')}${more}.`;
      warnings.push({ code: 'unused_variables', detail });
    }
    if (!(await hasRoute(stores, lane))) {
      const detail = `No account serves ${lane} yet: the messages wait until its route is set.`;
      warnings.push({ code: 'no_route', detail });
    }
    return warnings;
  };
}
