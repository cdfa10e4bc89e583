import { z } from 'zod';
import type { ApiKey, App } from '../../db/stores/app-store';
import { nameSchema, timeSchema } from './common';

export const appSchema = z
  .strictObject({ id: z.string(), name: z.string(), createdAt: timeSchema })
  .meta({ id: 'App', description: 'A calling business: it owns API keys, sends and messages.' });

export const newAppSchema = z.strictObject({ name: nameSchema(100).meta({ example: 'shop' }) });

const roleSchema = z
  .enum(['app', 'admin'])
  .describe('`app`: send, and read what the app sent. `admin`: everything, also of other apps.');

export const apiKeySchema = z
  .strictObject({
    id: z.string(),
    appId: z.string(),
    name: z.string(),
    role: roleSchema,
    hint: z.string().describe('The first characters of the key.'),
    createdAt: timeSchema,
    revokedAt: timeSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const newApiKeySchema = z.strictObject({
  name: nameSchema(100).describe('For people to tell keys apart.').meta({ example: 'shop production' }),
  role: roleSchema.default('app'),
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
  createdAt,
  revokedAt,
}: ApiKey): z.input<typeof apiKeySchema> {
  const times = { createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
  return { id, appId, name, role, hint, ...times };
}
