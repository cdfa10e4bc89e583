import type { Stores } from '../../db/database';
import type { AttemptSubject } from '../../db/stores/sign-in-store';
import type { User } from '../../db/stores/user-store';
import { normalEmail } from '../../domain/password';
import { networkOf } from './network-of';
import { hashPassword, isOutdated, isPassword } from './passwords';

/** Somebody with the hash of the password that was right. */
export type KnownUser = User & { readonly passwordHash: string };

/** `paused`: too many attempts lately, with this email or from this address; nothing was compared. */
export type SignInOutcome =
  | { readonly outcome: 'signed_in'; readonly user: KnownUser }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'paused'; readonly until: Date };

/** Compares an email and a password, counting attempts. The outcome, and the time it takes, are the same for unknown emails. */
export type SignIn = (attempt: { email: string; password: string; address: string }) => Promise<SignInOutcome>;

const WINDOW_MS = 15 * 60_000;
/** Attempts within the window: for one account, and for all accounts from one address, which may be a whole office. */
const PER_EMAIL = 10;
const PER_ADDRESS = 100;

export function createSignIn({ users, signIns }: Pick<Stores, 'users' | 'signIns'>): SignIn {
  async function compare(email: string, password: string): Promise<KnownUser | undefined> {
    const user = await users.findByEmail(email);
    const kept = user?.state === 'active' ? user.passwordHash : null;
    const fits = await isPassword(kept, password);
    if (!fits || !user || kept === null) return undefined;
    if (!isOutdated(kept)) return { ...user, passwordHash: kept };
    const renewed = await hashPassword(password);
    // Another sign-in may have put the same password down anew, or the person has changed it.
    if (!(await users.rehash(user.id, kept, renewed))) return compare(email, password);
    return { ...user, passwordHash: renewed };
  }
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
    const user = await compare(email, password);
    if (!user) return { outcome: 'refused' };
    await signIns.forgive(byEmail);
    await signIns.forgive(byAddress);
    return { outcome: 'signed_in', user };
  };
}
