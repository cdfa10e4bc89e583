import type { z } from 'zod';
import type { Stores } from '../db/database';
import type { Account } from '../db/stores/account-store';
import type { AccountId } from '../domain/ids';
import type { ApiDeps } from './deps';
import { ApiError } from './problem';
import type { accountChangeSchema, newAccountSchemaOf } from './schemas/accounts';
import { parsePart } from './validate';

type Deps = Pick<ApiDeps, 'isDuplicate' | 'providers'>;
export type NewAccountBody = z.output<ReturnType<typeof newAccountSchemaOf>>;
export type AccountChange = z.output<typeof accountChangeSchema>;

async function nameOnce<T>({ isDuplicate }: Deps, name: string | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new ApiError('name_taken', `There is already an account named "${name ?? ''}".`);
  }
}

/** Makes the account; `id` default: a new one. Throws 409 `name_taken`. */
export function createAccount(deps: Deps, stores: Stores, body: NewAccountBody, id?: AccountId): Promise<AccountId> {
  const { provider, name, config, secrets, rate, price } = body;
  const channel = deps.providers[provider]?.channel;
  if (!channel) throw new Error(`the schema let an unknown provider pass: ${provider}`);
  const account = { name, channel, provider, config, secrets, rate, price, ...(id === undefined ? {} : { id }) };
  return nameOnce(deps, name, () => stores.accounts.create(account));
}

/** The change with config and secrets as the account's provider has them. Throws 422 naming what is wrong in them. */
export function checkedChange(
  { providers }: Deps,
  { provider }: Pick<Account, 'provider'>,
  change: AccountChange,
): AccountChange {
  const adapter = providers[provider];
  const checked = (schema: z.ZodType | undefined, value: unknown, place: string) =>
    value === undefined || !schema ? value : parsePart(schema, value, 'body', [place]);
  const config = checked(adapter?.configSchema, change.config, 'config');
  const secrets = checked(adapter?.secretsSchema, change.secrets, 'secrets');
  return { name: change.name, rate: change.rate, price: change.price, config, secrets };
}

/** Changes what is given, which was checked. Throws 409 `name_taken`. */
export function changeAccount(deps: Deps, stores: Stores, id: AccountId, change: AccountChange): Promise<void> {
  return nameOnce(deps, change.name, () => stores.accounts.update(id, change));
}

/** Deletes the account. Throws 409 while a route names it. */
export async function deleteAccount(stores: Stores, id: AccountId): Promise<void> {
  const lanes = await stores.accounts.softDelete(id);
  if (lanes.length === 0) return;
  throw new ApiError('account_in_use', `Take the account out of the route of ${lanes.join(', ')} first.`);
}
