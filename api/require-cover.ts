import type { Permission } from '../domain/permissions';
import type { Caller } from './context';
import { ApiError } from './problem';

/** Throws `forbidden` unless the caller may do all of this: nobody makes a key or a person that may do more than they. */
export function requireCover({ permissions }: Caller, given: readonly Permission[]): void {
  const missing = given.filter((permission) => !permissions.has(permission));
  if (missing.length === 0) return;
  throw new ApiError('forbidden', `You cannot give, or take over, what you do not have: ${missing.join(', ')}.`);
}
