import type { Stores } from '../../db/database';
import type { User } from '../../db/stores/user-store';
import type { AuditFields } from '../../domain/audit';
import { normalEmail } from '../../domain/password';
import type { UserRole } from '../../domain/permissions';
import type { ApiDeps, PeopleConfig } from '../deps';
import type { OidcPerson } from './oidc';

type Deps = Pick<ApiDeps, 'people' | 'isDuplicate' | 'logger'> & {
  readonly database: { readonly stores: Pick<Stores, 'users'> };
  /** Puts down what somebody's coming in changes. */
  readonly record: (
    action: 'user.join' | 'user.link' | 'user.change',
    user: User,
    change: { readonly before?: AuditFields; readonly after: AuditFields },
  ) => Promise<void>;
};

/** The role that the claim names, by the first pair that fits. */
function claimedRole({ OIDC_ROLE_MAP: map }: PeopleConfig, { roleValues }: OidcPerson): UserRole | undefined {
  return map.find(({ value }) => roleValues.includes(value))?.role;
}

/** Somebody who was invited by email, and signs in for the first time. */
async function findInvited({ database, record }: Deps, person: OidcPerson): Promise<User | undefined> {
  const { users } = database.stores;
  const invited = person.email === undefined ? undefined : await users.findByEmail(normalEmail(person.email));
  if (invited?.state !== 'active' || !(await users.linkOidc(invited.id, person))) return undefined;
  await record('user.link', invited, { before: { openId: null }, after: { openId: person.issuer } });
  return users.get(invited.id);
}

async function join(deps: Deps, person: OidcPerson, role: UserRole | undefined): Promise<User | undefined> {
  const { issuer, subject, email, name } = person;
  if (role === undefined || email === undefined) return undefined;
  const fresh = { email: normalEmail(email), name: (name ?? email).slice(0, 100), role, oidc: { issuer, subject } };
  try {
    const user = await deps.database.stores.users.create(fresh);
    await deps.record('user.join', user, { after: { email: fresh.email, name: fresh.name, role, openId: issuer } });
    return user;
  } catch (error) {
    // The email is that of somebody with another identity.
    if (deps.isDuplicate(error)) return undefined;
    throw error;
  }
}

/**
 * The user for whom an OpenID provider vouches: known by issuer and subject, or invited under a verified email, or let in by
 * OIDC_ROLE_MAP or OIDC_DEFAULT_ROLE. `undefined`: not let in. A role that the claim names is taken over at every sign-in.
 */
export async function letIn(deps: Deps, person: OidcPerson): Promise<User | undefined> {
  const { users } = deps.database.stores;
  const { issuer, subject } = person;
  const role = claimedRole(deps.people, person);
  const known = (await users.findByOidc({ issuer, subject })) ?? (await findInvited(deps, person));
  if (!known) return join(deps, person, role ?? deps.people.OIDC_DEFAULT_ROLE);
  if (known.state !== 'active') return undefined;
  if (role === undefined || role === known.role) return known;
  const changed = await users.change(known.id, { role });
  if (changed !== 'last_admin') {
    await deps.record('user.change', known, { before: { role: known.role }, after: { role } });
    return changed;
  }
  deps.logger.warn({ userId: known.id }, 'the last administrator keeps that role, whatever the OpenID provider says');
  return known;
}
