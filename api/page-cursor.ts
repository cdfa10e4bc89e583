import { isId, type Id, type Prefix } from '../domain/ids';
import { invalidRequest } from './problem';

/** The id in `after`, in a list of what has this prefix. Throws 422. */
export function idCursor<P extends Prefix>(prefix: P, after: string | undefined): Id<P> | undefined {
  if (after === undefined || isId(prefix, after)) return after;
  const detail = `must be pageInfo.after of a page: an id that begins with ${prefix}_`;
  throw invalidRequest([{ parameter: 'after', code: 'invalid_format', detail }]);
}
