import type { Approval } from '../../domain/approval';
import { newId } from '../../domain/ids';
import type { Call } from '../route';

type Asked = Pick<Approval, 'kind' | 'subject' | 'change'> & Partial<Pick<Approval, 'id' | 'appId'>>;

/** Lets a change wait for approval, in the transaction of its request; one that waited for the same is replaced. */
export function askApproval(
  { caller, stores }: Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores'>,
  { id = newId('apv'), appId = null, ...asked }: Asked,
): Promise<Approval> {
  return stores.approvals.ask({ ...asked, id, appId, author: caller.keyId, person: caller.person });
}
