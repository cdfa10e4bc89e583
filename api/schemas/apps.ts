import { z } from 'zod';
import type { ApiKey, App } from '../../db/stores/app-store';
import { isId } from '../../domain/ids';
import { KEY_ROLES, permissionsOfKey } from '../../domain/permissions';
import { givenTimeSchema, nameSchema, pageQuery, timeSchema } from './common';
import { permissionSchema } from './users';

export const appSchema = z
  .strictObject({ id: z.string(), name: z.string(), createdAt: timeSchema })
  .meta({ id: 'App', description: 'A calling business: it owns API keys, sends and messages.' });

export const newAppSchema = z.strictObject({ name: nameSchema(100).meta({ example: 'shop' }) });

const roleSchema = z
  .enum(KEY_ROLES)
  .describe('`app`: send, and read what the app sent. `admin`: everything but approving, also of other apps.');

export const apiKeySchema = z
  .strictObject({
    id: z.string(),
    appId: z.string(),
    name: z.string(),
    role: roleSchema,
    hint: z.string().describe('The first characters of the key.'),
    scopes: z.array(permissionSchema).nullable().describe('What the key may do; null: all that its role may.'),
    person: z
      .string()
      .nullable()
      .describe('Id of the person who made it, by themselves or with another key of theirs; null: nobody knows.'),
    createdAt: timeSchema,
    expiresAt: timeSchema.nullable().describe('Null: never.'),
    revokedAt: timeSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const keyQuery = z.strictObject({
  ...pageQuery,
  person: z
    .string()
    .refine((text) => isId('usr', text), 'must be the id of a person')
    .optional()
    .describe('Id of a person: only the keys that they made.'),
});

export const newApiKeySchema = z
  .strictObject({
    name: nameSchema(100).describe('For people to tell keys apart.').meta({ example: 'shop production' }),
    role: roleSchema.default('app'),
    scopes: z
      .array(permissionSchema)
      .min(1)
      .nullable()
      .default(null)
      .describe('What the key may do, out of what its role may; null: all of it.'),
    expiresAt: givenTimeSchema
      .refine((time) => time.getTime() > Date.now(), 'must be in the future')
      .nullable()
      .default(null)
      .describe(
        'From then on the key is refused with `key_expired`; null: never. A key that expires makes only keys that expire no later.',
      ),
  })
  .superRefine(({ role, scopes }, context) => {
    const may = permissionsOfKey(role, null);
    for (const [index, scope] of (scopes ?? []).entries()) {
      if (may.includes(scope)) continue;
      context.addIssue({ code: 'custom', path: ['scopes', index], message: `is not for ${role} keys` });
    }
  });

export const createdApiKeySchema = apiKeySchema
  .extend({
    key: z
      .string()
      .nullable()
      .describe(
        'The key itself. Told here and never again; null when the request is repeated with its Idempotency-Key.',
      ),
  })
  .meta({ id: 'CreatedApiKey' });

export function viewApp(app: App): z.input<typeof appSchema> {
  return { ...app, createdAt: app.createdAt.toISOString() };
}

export function viewApiKey({
  id,
  appId,
  name,
  role,
  hint,
  scopes,
  person,
  createdAt,
  expiresAt,
  revokedAt,
}: ApiKey): z.input<typeof apiKeySchema> {
  const times = {
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
  return { id, appId, name, role, hint, scopes: scopes && [...scopes], person, ...times };
}
