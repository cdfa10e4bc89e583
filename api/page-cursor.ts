import { isId, type Id, type Prefix } from '../domain/ids';
import { invalidRequest } from './problem';

/** An id that a query names, of what has this prefix. Throws 422. */
export function idOfQuery<P extends Prefix>(prefix: P, parameter: string, text: string | undefined): Id<P> | undefined {
  if (text === undefined || isId(prefix, text)) return text;
  const detail = `must be an id that begins with ${prefix}_`;
  throw invalidRequest([{ parameter, code: 'invalid_format', detail }]);
}

/** The id in `after`, in a list of what has this prefix. Throws 422. */
export function idCursor<P extends Prefix>(prefix: P, after: string | undefined): Id<P> | undefined {
  if (after === undefined || isId(prefix, after)) return after;
  const detail = `must be pageInfo.after of a page: an id that begins with ${prefix}_`;
  throw invalidRequest([{ parameter: 'after', code: 'invalid_format', detail }]);
}
