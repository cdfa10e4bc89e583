import { z } from 'zod';
import type { User } from '../../db/stores/user-store';
import { PASSWORD_MAX, PASSWORD_MIN, normalEmail } from '../../domain/password';
import { PERMISSION_NAMES, USER_ROLES, permissionsOfUser, type Permission } from '../../domain/permissions';
import type { SignedIn } from '../people/sessions';
import { nameSchema, timeSchema } from './common';

export const permissionSchema = z
  .enum(PERMISSION_NAMES as [Permission, ...Permission[]])
  .describe('What may be done; each operation names the one it needs.');

const roleSchema = z.enum(USER_ROLES).describe('What the person may do: docs/people.md has the table.');
const stateSchema = z.enum(['active', 'disabled']);

export const userSchema = z
  .strictObject({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    state: stateSchema.describe('`disabled`: cannot sign in, and has no session.'),
    signsInBy: z.array(z.enum(['password', 'oidc'])).describe('Empty: invited, and has not set a password yet.'),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    lastSignInAt: timeSchema.nullable(),
  })
  .meta({ id: 'User', description: 'A person who may sign in.' });

export const newUserSchema = z.strictObject({
  email: z.email().max(254).transform(normalEmail).meta({ example: 'ada@example.com' }),
  name: nameSchema(100).meta({ example: 'Ada' }),
  role: roleSchema,
});

export const userChangeSchema = z.strictObject({
  name: nameSchema(100).optional(),
  role: roleSchema.optional(),
  state: stateSchema.optional(),
});

const tokenSchema = z
  .string()
  .nullable()
  .describe(
    'For `POST /v1/session/set-password`, once, within 24 hours. Told here and never again; null for a repeat.',
  );

export const invitedUserSchema = userSchema
  .extend({ setPasswordToken: tokenSchema, setPasswordUntil: timeSchema })
  .meta({ id: 'InvitedUser' });

export const setPasswordTokenSchema = z
  .strictObject({ setPasswordToken: tokenSchema, setPasswordUntil: timeSchema })
  .meta({ id: 'SetPasswordToken' });

/** A password as it is given, right or wrong. */
const givenPassword = z.string().min(1).max(1000);
const newPassword = z
  .string()
  .max(1000)
  .describe(`${PASSWORD_MIN} to ${PASSWORD_MAX} characters, and not the email address.`);

export const signInSchema = z.strictObject({
  email: z.string().min(1).max(254).meta({ example: 'ada@example.com' }),
  password: givenPassword,
});
export const changePasswordSchema = z.strictObject({ currentPassword: givenPassword, newPassword });
export const setPasswordSchema = z.strictObject({ token: z.string().min(1).max(100), password: newPassword });

export const sessionSchema = z
  .strictObject({
    user: userSchema,
    permissions: z.array(permissionSchema),
    csrfToken: z.string().describe('Send it as `X-CSRF-Token` with everything that is not GET.'),
    endsAt: timeSchema.describe('Sign in again then.'),
  })
  .meta({ id: 'Session' });

export function viewUser(user: User): z.input<typeof userSchema> {
  const { id, email, name, role, state, passwordHash, oidc, createdAt, updatedAt, lastSignInAt } = user;
  return {
    ...{ id, email, name, role, state },
    signsInBy: [...(passwordHash === null ? [] : ['password' as const]), ...(oidc === null ? [] : ['oidc' as const])],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
  };
}

export function viewSession({ user, session, csrfToken }: SignedIn): z.input<typeof sessionSchema> {
  const permissions = [...permissionsOfUser(user.role)];
  return { user: viewUser(user), permissions, csrfToken, endsAt: session.endsAt.toISOString() };
}
