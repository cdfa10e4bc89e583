import { z } from 'zod';
import type { Verification } from '../../channels/channel';
import type { Stores } from '../../db/database';
import type { Account } from '../../db/stores/account-store';
import { isId } from '../../domain/ids';
import { maskText } from '../../domain/mask';
import type { ApiDeps } from '../deps';
import { readHealth } from '../read-health';
import { fingerprintOf } from '../conditions';
import { ApiError } from '../problem';
import { idCursor } from '../page-cursor';
import { defineRoute, type Route, type VersionRequest } from '../route';
import {
  accountChangeSchema,
  accountSchema,
  accountWithSecretNamesSchema,
  newAccountSchemaOf,
  verificationSchema,
  viewAccount,
} from '../schemas/accounts';
import { healthChangeSchema } from '../schemas/account-health';
import { idParams, pageOf, pageQuery, toPage } from '../schemas/common';
import { parsePart } from '../validate';

type Deps = Pick<ApiDeps, 'isDuplicate' | 'providers' | 'breaker' | 'rules'>;

async function findAccount(stores: Stores, id: string, how: 'get' | 'hold' = 'get'): Promise<Account> {
  const account = isId('acc', id) ? await stores.accounts[how](id) : undefined;
  if (!account) throw new ApiError('not_found', `There is no account ${id}.`);
  return account;
}

/** Of what people decide about an account; what becomes of its health by itself is no edit. */
async function versionOf({ params, stores, hold }: VersionRequest<z.output<typeof idParams>>): Promise<string> {
  const { id, revision, override } = await findAccount(stores, params.id, hold ? 'hold' : 'get');
  return fingerprintOf([id, revision, override]);
}

async function viewWithHealth(deps: Deps, accounts: readonly Account[]) {
  const health = await readHealth(deps, accounts);
  return accounts.flatMap((account, i) => (health[i] ? [viewAccount(account, health[i])] : []));
}

async function viewWithSecretNames(deps: Deps, stores: Stores, account: Account) {
  const secrets = await stores.accounts.secretsOf(account.id).then(
    (known) => Object.keys(known as object),
    () => null,
  );
  const [view] = await viewWithHealth(deps, [account]);
  if (!view) throw new Error(`the health of account ${account.id} was not told`);
  return { ...view, secrets };
}

async function nameOnce<T>({ isDuplicate }: Deps, name: string | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new ApiError('name_taken', `There is already an account named "${name ?? ''}".`);
  }
}

async function verify({ providers }: Deps, stores: Stores, account: Account): Promise<Verification> {
  const broken = (code: string, error: unknown): Verification => {
    const detail = maskText(error instanceof Error ? error.message : String(error));
    return { ok: false, class: 'misconfigured', code, detail };
  };
  const adapter = providers[account.provider];
  if (!adapter) return broken('provider', new Error(`This version does not know the provider ${account.provider}.`));
  let sender;
  try {
    const secrets = await stores.accounts.secretsOf(account.id);
    sender = adapter.open({ id: account.id, name: account.name, config: account.config, secrets });
  } catch (error) {
    return broken('config', error);
  }
  try {
    return await sender.verify();
  } finally {
    await sender.close();
  }
}

/** Accounts of providers. */
export function accountRoutes(deps: Deps): Route[] {
  const shared = { tag: 'Accounts', permission: 'accounts:read' } as const;
  const adapters = Object.values(deps.providers);
  return [
    defineRoute({
      ...shared,
      method: 'post',
      permission: 'accounts:write',
      path: '/v1/accounts',
      summary: 'Create an account',
      description: 'Secrets are kept encrypted (AES-256-GCM) and never told. Then verify it, and name it in a route.',
      status: 201,
      idempotent: true,
      audit: { action: 'account.create' },
      problems: ['name_taken'],
      body: newAccountSchemaOf(adapters),
      response: accountWithSecretNamesSchema,
      location: ({ id }) => `/v1/accounts/${id}`,
      async handler({ body, stores }) {
        const { provider, name, config, secrets, rate, price } = body;
        const channel = adapters.find((adapter) => adapter.provider === provider)?.channel;
        if (!channel) throw new Error(`the schema let an unknown provider pass: ${provider}`);
        const id = await nameOnce(deps, name, () =>
          stores.accounts.create({ name, channel, provider, config, secrets, rate, price }),
        );
        return viewWithSecretNames(deps, stores, await findAccount(stores, id));
      },
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/accounts',
      summary: 'List the accounts',
      description: 'Newest first.',
      query: z.strictObject(pageQuery),
      response: pageOf(accountSchema),
      async handler({ query: { limit, after }, stores }) {
        const rows = await stores.accounts.page(limit + 1, idCursor('acc', after));
        const page = toPage(
          rows,
          limit,
          ({ id }) => id,
          (account) => account,
        );
        return { ...page, items: await viewWithHealth(deps, page.items) };
      },
    }),
    ...oneAccountRoutes(deps),
    verifyRoute(deps),
    healthRoute(deps),
  ];
}

function oneAccountRoutes(deps: Deps): Route[] {
  const shared = {
    tag: 'Accounts',
    permission: 'accounts:read',
    path: '/v1/accounts/:id',
    params: idParams,
    versionOf,
  } as const;
  return [
    defineRoute({
      ...shared,
      method: 'get',
      summary: 'Read an account',
      problems: ['not_found'],
      response: accountWithSecretNamesSchema,
      handler: async ({ params, stores }) => viewWithSecretNames(deps, stores, await findAccount(stores, params.id)),
    }),
    defineRoute({
      ...shared,
      method: 'patch',
      permission: 'accounts:write',
      summary: 'Change an account',
      description: 'Changes what is given. Any change puts a parked or open account back into use.',
      problems: ['not_found', 'name_taken'],
      audit: { action: 'account.change' },
      body: accountChangeSchema,
      response: accountWithSecretNamesSchema,
      async handler({ params, body, stores, edit, note }) {
        const { id, provider } = await findAccount(stores, params.id);
        const adapter = deps.providers[provider];
        const checked = (schema: z.ZodType | undefined, value: unknown, place: string) =>
          value === undefined || !schema ? value : parsePart(schema, value, 'body', [place]);
        const config = checked(adapter?.configSchema, body.config, 'config');
        const secrets = checked(adapter?.secretsSchema, body.secrets, 'secrets');
        if (secrets) note({ after: { secretsGiven: Object.keys(secrets) } });
        const change = { name: body.name, rate: body.rate, price: body.price, config, secrets };
        await nameOnce(deps, body.name, () => edit((inside) => inside.accounts.update(id, change)));
        return viewWithSecretNames(deps, stores, await findAccount(stores, id));
      },
    }),
    defineRoute({
      ...shared,
      method: 'delete',
      permission: 'accounts:write',
      summary: 'Delete an account',
      problems: ['not_found', 'account_in_use'],
      audit: { action: 'account.delete' },
      async handler({ params, stores, edit }) {
        const { id } = await findAccount(stores, params.id);
        return edit(async (inside) => {
          const lanes = await inside.accounts.softDelete(id);
          if (lanes.length === 0) return undefined;
          throw new ApiError('account_in_use', `Take the account out of the route of ${lanes.join(', ')} first.`);
        });
      },
    }),
  ];
}

function verifyRoute(deps: Deps): Route {
  return defineRoute({
    tag: 'Accounts',
    permission: 'accounts:write',
    method: 'post',
    path: '/v1/accounts/:id/verify',
    summary: 'Verify an account',
    description:
      'Really connects and signs in; sends nothing. Success puts an account back into use that was parked or open.',
    problems: ['not_found'],
    audit: { action: 'account.verify' },
    params: idParams,
    response: verificationSchema,
    async handler({ params, stores, edit, note }) {
      const account = await findAccount(stores, params.id);
      const found = await verify(deps, stores, account);
      const [health] = found.ok && account.override.mode === 'auto' ? await readHealth(deps, [account]) : [];
      const revives = health !== undefined && (account.parked !== null || health.share < 1);
      note({ after: { verified: found.ok } });
      await edit(async (inside) => {
        if (revives) await inside.accounts.update(account.id, {});
      });
      return found;
    },
  });
}

function healthRoute(deps: Deps): Route {
  return defineRoute({
    tag: 'Accounts',
    permission: 'accounts:write',
    method: 'put',
    path: '/v1/accounts/:id/health',
    summary: "Decide about an account's health",
    description:
      'Takes an account out of use, keeps it in use, or leaves it to the breaker again, which then begins anew. In force within a second in every worker, also while Redis is away; messages that wait for the account go on by themselves.',
    problems: ['not_found'],
    audit: { action: 'account.health' },
    params: idParams,
    versionOf,
    body: healthChangeSchema,
    response: accountWithSecretNamesSchema,
    async handler({ params, body, caller, stores, edit }) {
      const { id } = await findAccount(stores, params.id);
      const decided = { mode: body.override, note: body.note ?? null, author: caller.keyId };
      await edit((inside) => inside.accounts.setOverride(id, decided));
      return viewWithSecretNames(deps, stores, await findAccount(stores, id));
    },
  });
}
