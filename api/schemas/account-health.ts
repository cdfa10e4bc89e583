import { z } from 'zod';
import type { Account } from '../../db/stores/account-store';
import { HEALTH_OVERRIDES, HEALTH_STATES, type AccountHealth } from '../../domain/account-health';
import { timeSchema } from './common';

const moment = (what: string) => timeSchema.nullable().describe(what);

export const accountHealthSchema = z
  .strictObject({
    state: z
      .enum(HEALTH_STATES)
      .describe(
        '`closed`: in use. `open`: not used after failures. `half_open`: one message probes. `ramping`: coming back. `held`: its provider asked to wait.',
      ),
    since: moment('When it came into this state; null when nobody knows.'),
    until: moment('When it is looked at again; null: nothing is planned.'),
    because: z.string().nullable().describe('Why, in words.'),
    attempts: z.int().describe('Answers that counted: when it opened, else within the window until now.'),
    failures: z.int().describe('The failures among them.'),
    share: z.number().min(0).max(1).describe('The part of its messages that it takes now.'),
    override: z
      .strictObject({
        mode: z.enum(HEALTH_OVERRIDES),
        note: z.string().nullable(),
        author: z.string().nullable().describe('Id of the API key.'),
        at: moment('When it was decided.'),
      })
      .describe('What an operator has decided; `auto`: the breaker decides.'),
  })
  .meta({ id: 'AccountHealth', description: 'Whether an account works, as all workers together have found out.' });

export const healthChangeSchema = z.strictObject({
  override: z
    .enum(HEALTH_OVERRIDES)
    .describe(
      '`open`: do not use the account. `closed`: use it whatever the breaker says. `auto`: the breaker decides, and begins anew.',
    ),
  note: z
    .string()
    .trim()
    .min(1)
    .max(400)
    .optional()
    .describe('Why; it is shown wherever messages wait for the account.'),
});

const timeOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function viewHealth(
  { override }: Pick<Account, 'override'>,
  health: AccountHealth,
): z.input<typeof accountHealthSchema> {
  const { mode, note, author, at } = override;
  return {
    ...health,
    since: timeOf(health.since),
    until: timeOf(health.until),
    override: { mode, note, author, at: at?.toISOString() ?? null },
  };
}
