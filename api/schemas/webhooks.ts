import { z } from 'zod';
import type { WebhookDelivery } from '../../db/stores/webhook-delivery-store';
import type { WebhookEndpoint } from '../../db/stores/webhook-store';
import {
  TEST_EVENT,
  WEBHOOK_DELIVERY_STATES,
  WEBHOOK_DISABLED_REASONS,
  WEBHOOK_EVENT_TYPES,
} from '../../domain/webhook';
import { appField, givenTimeSchema, nameSchema, pageQuery, timeSchema } from './common';

const urlSchema = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .describe('https, at a public address. Events are posted there.')
  .meta({ example: 'https://shop.example/hooks/luminate' });
const typesSchema = z
  .array(z.enum(WEBHOOK_EVENT_TYPES))
  .min(1)
  .transform((types) => [...new Set(types)])
  .nullable()
  .describe('What it is told of; null: everything, also what is added later.');
const descriptionSchema = nameSchema(300).nullable().describe('For people.');

export const newWebhookSchema = z
  .strictObject({
    url: urlSchema,
    description: descriptionSchema.default(null),
    events: typesSchema.default(null),
  })
  .meta({ id: 'NewWebhook' });

export const webhookChangeSchema = z
  .strictObject({
    url: urlSchema.optional(),
    description: descriptionSchema.optional(),
    events: typesSchema.optional(),
    enabled: z
      .boolean()
      .optional()
      .describe('false discards what waits for it; true begins anew. What happened meanwhile is not told later.'),
  })
  .meta({ id: 'WebhookChange' });

export const webhookSchema = z
  .strictObject({
    id: z.string(),
    appId: z.string(),
    url: z.string(),
    description: z.string().nullable(),
    events: z.array(z.enum(WEBHOOK_EVENT_TYPES)).nullable(),
    enabled: z.boolean(),
    disabledReason: z
      .enum(WEBHOOK_DISABLED_REASONS)
      .nullable()
      .describe('`gone`: it answered 410. `failing`: nothing but failures for five days.'),
    failingSince: timeSchema.nullable().describe('Since when it has answered nothing but failures.'),
    previousSecretUntil: timeSchema.nullable().describe('Until when the secret before the current one signs as well.'),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Webhook', description: 'Where an app is told of events. Its secret is never told again.' });

export const webhookWithSecretSchema = webhookSchema
  .extend({
    secret: z
      .string()
      .nullable()
      .describe('Verifies the signatures. Told once: null in the answer to a repeated request.')
      .meta({ example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
  })
  .meta({ id: 'WebhookWithSecret' });

export const webhookListQuery = z.strictObject({ app: appField, ...pageQuery });

export const webhookDeliverySchema = z
  .strictObject({
    id: z.string(),
    webhookId: z.string(),
    eventId: z.string().describe('The `webhook-id` of its requests.'),
    type: z.enum([...WEBHOOK_EVENT_TYPES, TEST_EVENT]),
    data: z.record(z.string(), z.unknown()).describe('As it is posted.'),
    state: z.enum(WEBHOOK_DELIVERY_STATES),
    attempts: z.int(),
    lastAttempt: z
      .strictObject({
        at: timeSchema,
        status: z.int().nullable().describe('HTTP status; null: there was no answer.'),
        words: z.string().describe('The beginning of the answer, addresses masked, or why there was none.'),
      })
      .nullable(),
    nextAttemptAt: timeSchema.nullable().describe('Not before; it also waits for earlier events of the same message.'),
    happenedAt: timeSchema,
    createdAt: timeSchema,
  })
  .meta({ id: 'WebhookDelivery', description: 'One event for one endpoint.' });

export const webhookDeliveryListQuery = z.strictObject({
  state: z.enum(WEBHOOK_DELIVERY_STATES).optional(),
  ...pageQuery,
});

export const replayLostSchema = z
  .strictObject({
    from: givenTimeSchema.describe('What failed, or was discarded, of the events given to the endpoint since then.'),
  })
  .meta({ id: 'WebhookReplay' });

export const replayedSchema = z.strictObject({ replayed: z.int() }).meta({ id: 'WebhookReplayed' });

export function viewWebhook(endpoint: WebhookEndpoint): z.input<typeof webhookSchema> {
  const { id, appId, url, description, types, state, reason, failingSince, previousUntil } = endpoint;
  const isValid = previousUntil !== null && previousUntil.getTime() > Date.now();
  return {
    id,
    appId,
    url,
    description,
    events: types && [...types],
    enabled: state === 'enabled',
    disabledReason: reason,
    failingSince: failingSince?.toISOString() ?? null,
    previousSecretUntil: isValid ? previousUntil.toISOString() : null,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}

export function viewWebhookDelivery(delivery: WebhookDelivery): z.input<typeof webhookDeliverySchema> {
  const { id, endpointId, event, state, attempts, last } = delivery;
  return {
    id,
    webhookId: endpointId,
    eventId: event.id,
    type: event.type,
    data: { ...event.data },
    state,
    attempts,
    lastAttempt: last && { at: last.at.toISOString(), status: last.status, words: last.words ?? '' },
    nextAttemptAt: state === 'pending' ? (delivery.dueAt?.toISOString() ?? null) : null,
    happenedAt: event.createdAt.toISOString(),
    createdAt: delivery.createdAt.toISOString(),
  };
}
