import { z } from 'zod';
import type { ProviderAdapter } from '../../channels/channel';
import type { Account } from '../../db/stores/account-store';
import type { AccountHealth } from '../../domain/account-health';
import { HAND_OVER_CLASSES, type HandOverClass } from '../../domain/hand-over';
import { accountHealthSchema, viewHealth } from './account-health';
import { channelSchema, nameSchema, timeSchema } from './common';

const rateSchema = z
  .strictObject({
    messages: z.int().min(1).max(1_000_000),
    perSeconds: z.int().min(1).max(86_400),
  })
  .nullable()
  .describe('At most `messages` in any `perSeconds` seconds, over all workers; null: no limit.')
  .meta({ example: { messages: 10, perSeconds: 1 } });
const priceSchema = z
  .strictObject({
    amount: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,8})?$/, 'must be a number such as 0.0075, with up to eight digits after the point')
      .describe('Of one email, or of one SMS segment.'),
    currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as EUR'),
  })
  .nullable()
  .describe('What statistics estimate costs by; null: they tell none for this account.')
  .meta({ example: { amount: '0.0075', currency: 'EUR' } });
const name = nameSchema(100).describe('Unique among the accounts.');

export const accountSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    channel: channelSchema,
    provider: z.string().meta({ example: 'smtp' }),
    config: z.record(z.string(), z.unknown()),
    rate: rateSchema,
    price: priceSchema,
    parked: z
      .strictObject({ at: timeSchema, reason: z.string() })
      .nullable()
      .describe(
        'Set when the provider told us that the account is broken, until a probe is answered well, it is verified or changed.',
      ),
    health: accountHealthSchema,
    revision: z.int(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Account', description: 'Credentials of one provider. Secrets are never told.' });

export const accountWithSecretNamesSchema = accountSchema
  .extend({
    secrets: z
      .array(z.string())
      .nullable()
      .describe(
        'Names of the secrets that are set; null when LUMINATE_SECRET_KEY no longer opens them: enter them again.',
      ),
  })
  .meta({ id: 'AccountWithSecretNames' });

/** The body of a new account, by provider: each brings its own schemas for `config` and `secrets`. */
export function newAccountSchemaOf(providers: readonly ProviderAdapter[]) {
  const kinds = providers.map(({ provider, configSchema, secretsSchema }) =>
    z
      .strictObject({
        provider: z.literal(provider),
        name,
        config: configSchema,
        secrets: secretsSchema,
        rate: rateSchema.default(null),
        price: priceSchema.default(null),
      })
      .meta({ id: `NewAccount_${provider}` }),
  );
  type Kind = (typeof kinds)[number];
  return z.discriminatedUnion('provider', kinds as [Kind, ...Kind[]]);
}

/** `config` and `secrets` are replaced as a whole; their provider's schemas check them. */
export const accountChangeSchema = z.strictObject({
  name: name.optional(),
  config: z.unknown().optional().describe('Replaces the config as a whole.'),
  secrets: z.unknown().optional().describe('Replaces the secrets as a whole.'),
  rate: rateSchema.optional(),
  price: priceSchema.optional(),
});

const classes = Object.keys(HAND_OVER_CLASSES) as [HandOverClass, ...HandOverClass[]];

export const verificationSchema = z
  .strictObject({
    ok: z.boolean(),
    detail: z.string(),
    class: z.enum(classes).optional().describe('What a send would meet; only when not ok.'),
    code: z.string().optional().describe("The provider's code; only when not ok."),
  })
  .meta({ id: 'Verification' });

export function viewAccount(account: Account, health: AccountHealth): z.input<typeof accountSchema> {
  const { id, name: title, channel, provider, config, rate, price, parked, revision, createdAt, updatedAt } = account;
  return {
    id,
    name: title,
    channel,
    provider,
    config: config as Record<string, unknown>,
    rate,
    price,
    parked: parked && { at: parked.at.toISOString(), reason: parked.reason },
    health: viewHealth(account, health),
    revision,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
