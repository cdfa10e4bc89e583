import type { Permission } from '../domain/permissions';
import type { Caller } from './context';
import { ApiError } from './problem';

/** Throws `forbidden` unless the caller may do all of this: nobody makes a key or a person that may do more than they. */
export function requireCover({ permissions }: Caller, given: readonly Permission[]): void {
  const missing = given.filter((permission) => !permissions.has(permission));
  if (missing.length === 0) return;
  throw new ApiError('forbidden', `You cannot give, or take over, what you do not have: ${missing.join(', ')}.`);
}

/** Throws `forbidden` for a key that ends before what it gives does. `until`: the end of that; `null`: it has none, as a person has none. */
export function requireNoLonger({ expiresAt }: Caller, until: Date | null): void {
  if (!expiresAt || (until && until <= expiresAt)) return;
  const detail = `Your key expires at ${expiresAt.toISOString()}, and what you give would last longer`;
  throw new ApiError('forbidden', `${detail}: give an expiresAt that is no later, or ask with a key that lasts.`);
}
