import type { Stores } from '../../db/database';
import type { AttemptSubject } from '../../db/stores/sign-in-store';
import type { User } from '../../db/stores/user-store';
import { normalEmail } from '../../domain/password';
import { networkOf } from './network-of';
import { hashPassword, isOutdated, isPassword } from './passwords';

/** `paused`: too many attempts lately, with this email or from this address; nothing was compared. */
export type SignInOutcome =
  | { readonly outcome: 'signed_in'; readonly user: User }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'paused'; readonly until: Date };

/** Compares an email and a password, counting attempts. The outcome, and the time it takes, are the same for unknown emails. */
export type SignIn = (attempt: { email: string; password: string; address: string }) => Promise<SignInOutcome>;

const WINDOW_MS = 15 * 60_000;
/** Attempts within the window: for one account, and for all accounts from one address, which may be a whole office. */
const PER_EMAIL = 10;
const PER_ADDRESS = 100;

export function createSignIn({ users, signIns }: Pick<Stores, 'users' | 'signIns'>): SignIn {
  return async ({ email: given, password, address }) => {
    const email = normalEmail(given);
    const byEmail: AttemptSubject = { kind: 'email', value: email, limit: PER_EMAIL, windowMs: WINDOW_MS };
    const byAddress: AttemptSubject = {
      kind: 'address',
      value: networkOf(address),
      limit: PER_ADDRESS,
      windowMs: WINDOW_MS,
    };
    const until = (await signIns.take(byAddress)) ?? (await signIns.take(byEmail));
    if (until) return { outcome: 'paused', until };
    const user = await users.findByEmail(email);
    const kept = user?.state === 'active' ? user.passwordHash : null;
    const fits = await isPassword(kept, password);
    if (!fits || !user || kept === null) return { outcome: 'refused' };
    await signIns.forgive(byEmail);
    await signIns.forgive(byAddress);
    if (isOutdated(kept)) await users.rehash(user.id, kept, await hashPassword(password));
    return { outcome: 'signed_in', user };
  };
}
