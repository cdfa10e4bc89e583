import { z } from 'zod';
import type { Verification } from '../../channels/channel';
import type { Stores } from '../../db/database';
import type { Account } from '../../db/stores/account-store';
import type { Approval } from '../../domain/approval';
import { isId } from '../../domain/ids';
import { maskText } from '../../domain/mask';
import { askForAccount, askForAccountChange, askForAccountDeletion } from '../approvals/account-kind';
import { awaitsApproval } from '../approvals/awaits-approval';
import type { ApiDeps } from '../deps';
import { readHealth } from '../read-health';
import { fingerprintOf } from '../conditions';
import { ApiError } from '../problem';
import { idCursor } from '../page-cursor';
import { defineRoute, type Call, type Route, type VersionRequest } from '../route';
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
import { changeAccount, checkedChange, createAccount, deleteAccount, type AccountChange } from '../write-account';

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
      mayWait: true,
      async handler({ body, caller, stores, note }) {
        if (deps.rules.current().approval.accounts)
          return awaitsApproval(await askForAccount({ caller, stores, note }, body));
        const id = await createAccount(deps, stores, body);
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

/** Changes the account, or returns what the change waits for. */
async function change(
  deps: Deps,
  call: Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>,
  id: string,
  body: AccountChange,
): Promise<Approval | undefined> {
  const { caller, stores } = call;
  const account = await findAccount(stores, id, 'hold');
  const wanted = checkedChange(deps, account, body);
  if (wanted.secrets) call.note({ after: { secretsGiven: Object.keys(wanted.secrets) } });
  // An empty change only puts the account back into use.
  if (Object.values(wanted).some((value) => value !== undefined)) {
    if (deps.rules.current().approval.accounts) return askForAccountChange(call, account.id, wanted);
    await stores.approvals.endWaiting('account', account.id, 'replaced', caller.keyId);
  }
  await changeAccount(deps, stores, account.id, wanted);
  return undefined;
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
      mayWait: true,
      async handler({ params, body, caller, stores, edit, note }) {
        const waits = await edit((inside) => change(deps, { caller, stores: inside, note }, params.id, body));
        if (waits) return awaitsApproval(waits);
        return viewWithSecretNames(deps, stores, await findAccount(stores, params.id));
      },
    }),
    defineRoute({
      ...shared,
      method: 'delete',
      permission: 'accounts:write',
      summary: 'Delete an account',
      problems: ['not_found', 'account_in_use'],
      mayWait: true,
      audit: { action: 'account.delete' },
      handler: ({ params, caller, edit, note }) =>
        edit(async (inside) => {
          const { id } = await findAccount(inside, params.id, 'hold');
          if (deps.rules.current().approval.accounts) {
            return awaitsApproval(await askForAccountDeletion({ caller, stores: inside, note }, id));
          }
          await deleteAccount(inside, id);
          await inside.approvals.endWaiting('account', id, 'withdrawn', caller.keyId);
          return undefined;
        }),
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
