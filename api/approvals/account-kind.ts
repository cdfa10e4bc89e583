import type { Stores } from '../../db/database';
import type { Account } from '../../db/stores/account-store';
import type { Approval } from '../../domain/approval';
import { newId, type AccountId } from '../../domain/ids';
import type { ApiDeps } from '../deps';
import { ApiError, invalidRequest } from '../problem';
import { newAccountSchemaOf } from '../schemas/accounts';
import { parsePart } from '../validate';
import {
  changeAccount,
  checkedChange,
  createAccount,
  deleteAccount,
  type AccountChange,
  type NewAccountBody,
} from '../write-account';
import type { KindOfChange } from './approval-kind';
import { askApproval, type AskCall } from './ask-approval';

type Deps = Pick<ApiDeps, 'isDuplicate' | 'providers'>;

/** What waits; `sealed` are the secrets, encrypted as those of accounts, and forgotten when it is decided. */
type AccountRequest =
  | { readonly what: 'create'; readonly account: Omit<NewAccountBody, 'secrets'>; readonly sealed: string }
  | { readonly what: 'change'; readonly change: Omit<AccountChange, 'secrets'>; readonly sealed?: string }
  | { readonly what: 'delete' };

const MASK = '********';

const ask = (call: AskCall, subject: AccountId, change: AccountRequest): Promise<Approval> =>
  askApproval(call, { kind: 'account', subject, change });

/** Lets a new account wait. Throws 409 for a name that is taken. */
export async function askForAccount(call: AskCall, { secrets, ...account }: NewAccountBody): Promise<Approval> {
  await refuseTaken(call.stores, account.name);
  const id = newId('acc');
  return ask(call, id, { what: 'create', account, sealed: call.stores.accounts.seal(id, secrets) });
}

/** Lets a change, which was checked, wait. Throws 409 for a name that is taken. */
export async function askForAccountChange(
  call: AskCall,
  id: AccountId,
  { secrets, ...change }: AccountChange,
): Promise<Approval> {
  if (change.name !== undefined) await refuseTaken(call.stores, change.name, id);
  const sealed = secrets === undefined ? {} : { sealed: call.stores.accounts.seal(id, secrets) };
  return ask(call, id, { what: 'change', change, ...sealed });
}

/** Lets the deletion of an account wait. */
export const askForAccountDeletion = (call: AskCall, id: AccountId): Promise<Approval> =>
  ask(call, id, { what: 'delete' });

async function refuseTaken({ accounts }: Stores, name: string, own?: AccountId): Promise<void> {
  const taken = (await accounts.list()).some((account) => account.name === name && account.id !== own);
  if (taken) throw new ApiError('name_taken', `There is already an account named "${name}".`);
}

/** Throws 422 where the secrets can no longer be opened. */
function unsealed(stores: Stores, id: AccountId, sealed: string): unknown {
  try {
    return stores.accounts.unseal(id, sealed);
  } catch {
    const detail = 'cannot be opened: LUMINATE_SECRET_KEY has changed; reject it, and let it be asked for anew';
    throw invalidRequest([{ pointer: '/secrets', code: 'unreadable', detail }]);
  }
}

/** The names of secrets, as far as they can be opened, each with what may be told of it. */
async function masked(open: () => unknown, word = MASK): Promise<Record<string, string> | null> {
  try {
    return Object.fromEntries(Object.keys((await open()) as object).map((name) => [name, word]));
  } catch {
    return null;
  }
}

async function shown(stores: Stores, account: Account | undefined) {
  if (!account) return null;
  const { name, channel, provider, config, rate, price } = account;
  const secrets = await masked(() => stores.accounts.secretsOf(account.id));
  return { name, channel, provider, config, secrets, rate, price };
}

/** A new account, a change of one, or its deletion. */
export function accountKind(deps: Deps): KindOfChange {
  const idIn = ({ subject }: Approval) => subject as AccountId;
  const requestIn = ({ change }: Approval) => change as AccountRequest;
  return {
    reads: 'accounts:read',
    writes: 'accounts:write',
    async hold(stores, subject) {
      await stores.accounts.hold(subject as AccountId);
    },
    async show(stores, approval) {
      const [id, request] = [idIn(approval), requestIn(approval)];
      const before = await shown(stores, await stores.accounts.get(id));
      if (request.what === 'delete') return { before, after: null };
      const { sealed } = request;
      const secrets =
        sealed === undefined
          ? {}
          : { secrets: await masked(() => stores.accounts.unseal(id, sealed), `${MASK} (new)`) };
      return {
        before,
        after: { ...before, ...(request.what === 'create' ? request.account : request.change), ...secrets },
      };
    },
    audits: (approval) => `account.${requestIn(approval).what}`,
    async apply({ stores }, approval) {
      const [id, request] = [idIn(approval), requestIn(approval)];
      if (request.what === 'create') {
        const given = { ...request.account, secrets: unsealed(stores, id, request.sealed) };
        const body = parsePart(newAccountSchemaOf(Object.values(deps.providers)), given, 'body');
        await createAccount(deps, stores, body, id);
        return;
      }
      const account = await stores.accounts.get(id);
      if (!account) throw new ApiError('not_found', `The account ${id} was deleted.`);
      if (request.what === 'delete') return deleteAccount(stores, id);
      const secrets = request.sealed === undefined ? {} : { secrets: unsealed(stores, id, request.sealed) };
      return changeAccount(deps, stores, id, checkedChange(deps, account, { ...request.change, ...secrets }));
    },
  };
}
