import type { z } from 'zod';
import type { Stores } from '../../db/database';
import type { User } from '../../db/stores/user-store';
import { isId, type UserId } from '../../domain/ids';
import { isApprovalOn } from '../../domain/approval';
import { permissionsOfUser, type Permission, type UserRole } from '../../domain/permissions';
import { recordAct } from '../audit/handle-audited';
import { fingerprintOf } from '../conditions';
import type { ApiDeps } from '../deps';
import type { Authenticator } from '../middleware/auth';
import { ApiError } from '../problem';
import { requireCover, requireNoLonger } from '../require-cover';
import { defineRoute, type Call, type Route, type VersionRequest } from '../route';
import { viewApiKey } from '../schemas/apps';
import { idParams, noQuery, onePage, pageOf } from '../schemas/common';
import { changedUserSchema, deletedUserSchema, userDeletionQuery, userEditSchema } from '../schemas/user-keys';
import { invitedUserSchema, newUserSchema, setPasswordTokenSchema, userSchema, viewUser } from '../schemas/users';

type Deps = Pick<ApiDeps, 'isDuplicate' | 'rules'>;

/**
 * What somebody of this role would be given. Where changes wait for people to approve them, that is more than any key has: it could
 * decide through a person it makes.
 */
function given(rules: Deps['rules'], role: UserRole): readonly Permission[] {
  const all = permissionsOfUser(role);
  return isApprovalOn(rules.current().approval) ? all : all.filter((name) => name !== 'approvals:decide');
}

const shared = { tag: 'People', permission: 'users:write' } as const;

const unknownUser = (id: string) => new ApiError('not_found', `There is no user ${id}.`);

async function findUser({ users }: Pick<Stores, 'users'>, id: string): Promise<User> {
  const user = isId('usr', id) ? await users.get(id) : undefined;
  if (!user) throw unknownUser(id);
  return user;
}

async function versionOf({ params, stores, hold }: VersionRequest<z.output<typeof idParams>>): Promise<string> {
  const found = await findUser(stores, params.id);
  const { id, email, name, role, state } = (hold && (await stores.users.hold(found.id))) || found;
  return fingerprintOf([id, email, name, role, state]);
}

const one = { ...shared, path: '/v1/users/:id', params: idParams, versionOf } as const;

async function invite(stores: Pick<Stores, 'users'>, { id }: User) {
  const { token, until } = await stores.users.createSetPasswordToken(id);
  return { setPasswordToken: token, setPasswordUntil: until.toISOString() };
}

/** People, for those who administer them. */
export function userRoutes({ isDuplicate, rules }: Deps, auth: Authenticator): Route[] {
  return [
    defineRoute({
      ...shared,
      method: 'post',
      path: '/v1/users',
      summary: 'Invite a person',
      description:
        'No mail is sent: the answer has a token with which the person sets a password. Whoever signs in at the OpenID provider ' +
        'with this email, verified there, needs none.',
      status: 201,
      idempotent: true,
      audit: { action: 'user.invite' },
      problems: ['name_taken'],
      body: newUserSchema,
      response: invitedUserSchema,
      forRepeats: (answer) => ({ ...answer, setPasswordToken: null }),
      async handler({ body, caller, stores }) {
        requireCover(caller, given(rules, body.role));
        requireNoLonger(caller, null);
        try {
          const user = await stores.users.create(body);
          return { ...viewUser(user), ...(await invite(stores, user)) };
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          throw new ApiError('name_taken', 'There is already a user with this email.');
        }
      },
    }),
    defineRoute({
      ...shared,
      permission: 'users:read',
      method: 'get',
      path: '/v1/users',
      summary: 'List the people',
      description: 'All of them, in one page.',
      query: noQuery,
      response: pageOf(userSchema),
      handler: async ({ stores }) => onePage((await stores.users.list()).map(viewUser)),
    }),
    ...oneUserRoutes(rules, auth),
    deleteUserRoute(auth),
    setPasswordTokenRoute(rules),
  ];
}

function lastAdmin(): ApiError {
  return new ApiError('last_admin', 'This is the last administrator who can sign in: make another one first.');
}

/** The keys that somebody made and that still work; with `revoke` they do not any more, each with an entry in the audit log. */
async function keysOf(
  call: Pick<Call<unknown, unknown, unknown>, 'caller' | 'origin'>,
  stores: Stores,
  person: UserId,
  revoke: boolean,
) {
  const working = await stores.apps.workingKeysOf(person);
  if (!revoke) return working.map(viewApiKey);
  for (const { id } of working) {
    await recordAct({ ...call, stores }, 'key.revoke', id, { madeBy: person }, async () => {
      await stores.apps.revokeKey(id);
    });
  }
  return [];
}

function oneUserRoutes(rules: Deps['rules'], auth: Authenticator): Route[] {
  return [
    defineRoute({
      ...one,
      permission: 'users:read',
      method: 'get',
      summary: 'Read a person',
      problems: ['not_found'],
      response: userSchema,
      handler: async ({ params, stores }) => viewUser(await findUser(stores, params.id)),
    }),
    defineRoute({
      ...one,
      method: 'patch',
      summary: 'Change a person',
      description:
        'Takes effect with the next request of the person. `disabled` ends all sessions. The API keys that the person made work on, ' +
        'unless `revokeKeys` says otherwise; the answer names them.',
      problems: ['not_found', 'last_admin'],
      audit: { action: 'user.change' },
      body: userEditSchema,
      response: changedUserSchema,
      async handler({ params, body: { name, role, state, revokeKeys }, stores, edit, ...call }) {
        const { id, ...before } = await findUser(stores, params.id);
        // Nor does anybody re-enable what they could not make.
        requireCover(call.caller, given(rules, role ?? before.role));
        if (role !== undefined || state === 'active') requireNoLonger(call.caller, null);
        if (revokeKeys) requireCover(call.caller, ['keys:write']);
        const change = { ...(name && { name }), ...(role && { role }), ...(state && { state }) };
        const answer = await edit(async (inside) => {
          const changed = await inside.users.change(id, change);
          if (changed === 'last_admin') throw lastAdmin();
          if (!changed) throw unknownUser(id);
          return { ...viewUser(changed), keys: await keysOf(call, inside, id, revokeKeys) };
        });
        if (revokeKeys) auth.forget();
        return answer;
      },
    }),
  ];
}

function deleteUserRoute(auth: Authenticator): Route {
  return defineRoute({
    ...one,
    method: 'delete',
    summary: 'Delete a person',
    description:
      'Ends all sessions. What the person did keeps the id. The API keys that the person made work on, unless `revokeKeys` says ' +
      'otherwise; the answer names them.',
    problems: ['not_found', 'last_admin'],
    audit: { action: 'user.delete' },
    query: userDeletionQuery,
    response: deletedUserSchema,
    async handler({ params, query, stores, edit, ...call }) {
      const { id } = await findUser(stores, params.id);
      const revokeKeys = query.revokeKeys === 'true';
      if (revokeKeys) requireCover(call.caller, ['keys:write']);
      const answer = await edit(async (inside) => {
        const result = await inside.users.remove(id);
        if (result === 'last_admin') throw lastAdmin();
        if (!result) throw unknownUser(id);
        return { keys: await keysOf(call, inside, id, revokeKeys) };
      });
      if (revokeKeys) auth.forget();
      return answer;
    },
  });
}

function setPasswordTokenRoute(rules: Deps['rules']): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path: '/v1/users/:id/set-password-token',
    params: idParams,
    summary: 'Let a person set a password',
    description:
      'For a forgotten password, or an invitation that was too old. An earlier token ends; the password so far holds on.',
    status: 201,
    idempotent: true,
    audit: { action: 'user.token' },
    problems: ['not_found'],
    response: setPasswordTokenSchema,
    forRepeats: (answer) => ({ ...answer, setPasswordToken: null }),
    async handler({ params, caller, stores }) {
      const user = await findUser(stores, params.id);
      requireCover(caller, given(rules, user.role));
      requireNoLonger(caller, null);
      return invite(stores, user);
    },
  });
}
