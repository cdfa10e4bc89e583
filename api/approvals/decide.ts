import type { Stores } from '../../db/database';
import type { Approval, ShownChange } from '../../domain/approval';
import { isId } from '../../domain/ids';
import { recordAct } from '../audit/handle-audited';
import type { Caller } from '../context';
import { ApiError } from '../problem';
import type { ApplyCall, KindsOfChange } from './approval-kind';

/** What somebody wants to become of a change. */
export interface Wish {
  readonly to: 'approved' | 'rejected' | 'withdrawn';
  readonly reason: string | null;
}

/** People look after the changes of all apps, keys after those of their own. */
const seesChangeOf = ({ role, person, keyId, app }: Caller, { appId }: Approval): boolean =>
  appId === null || role === 'admin' || person === keyId || appId === app;

/** A change that the caller may read. Throws 404. */
export async function findApproval(
  kinds: KindsOfChange,
  stores: Stores,
  caller: Caller,
  id: string,
): Promise<Approval> {
  const found = isId('apv', id) ? await stores.approvals.get(id) : undefined;
  if (found && caller.permissions.has(kinds[found.kind].reads) && seesChangeOf(caller, found)) return found;
  throw new ApiError('not_found', `There is no approval ${id}.`);
}

const isOwn = ({ keyId, person }: Caller, { author, person: behind }: Approval): boolean =>
  author === keyId || (person !== null && behind === person);

function decidedAlready(approval: Approval | undefined): ApiError {
  if (!approval) return new ApiError('approval_decided');
  const { status, decidedBy, decidedAt } = approval;
  const when = `${decidedBy ?? 'somebody'} at ${decidedAt?.toISOString() ?? 'an unknown time'}`;
  const what = status === 'replaced' ? 'It was replaced by a newer change of' : `It was ${status} by`;
  return new ApiError('approval_decided', `${what} ${when}: look at what is there now.`);
}

function refuseDecider(kinds: KindsOfChange, caller: Caller, approval: Approval, { to }: Wish): void {
  if (to !== 'withdrawn') {
    if (!isOwn(caller, approval)) return;
    const detail =
      'You, or a key that you made, asked for this change: somebody else has to decide. You can withdraw it.';
    throw new ApiError('own_change', detail);
  }
  const { writes } = kinds[approval.kind];
  if (caller.permissions.has(writes) && (isOwn(caller, approval) || caller.role === 'admin')) return;
  throw new ApiError('forbidden', `Only who asked for the change, or an administrator, withdraws it, with ${writes}.`);
}

/**
 * Decides on a change in the transaction of the request: of several at once one succeeds. Approving applies it in the same transaction:
 * what does not fit any more is told, and goes on waiting. Throws 403, 404, 409, and whatever the edit itself would.
 */
export async function decide(
  kinds: KindsOfChange,
  call: ApplyCall,
  id: string,
  wish: Wish,
): Promise<{ readonly approval: Approval; readonly shown: ShownChange }> {
  const { caller, stores } = call;
  const asked = await findApproval(kinds, stores, caller, id);
  refuseDecider(kinds, caller, asked, wish);
  const kind = kinds[asked.kind];
  await kind.hold(stores, asked.subject);
  const shown = await kind.show(stores, asked);
  const decided = await stores.approvals.decide(asked.id, { ...wish, by: caller.keyId, shown });
  const approval = await stores.approvals.get(asked.id);
  if (!decided || !approval) throw decidedAlready(approval);
  // As it was asked for: what is sealed in it is forgotten now.
  const wanted = { ...approval, change: asked.change };
  if (wish.to === 'approved') {
    const noted = { approval: approval.id };
    await recordAct(call, kind.audits(wanted), wanted.subject, noted, () => kind.apply(call, wanted));
  }
  return { approval, shown };
}
