import type { Approval } from '../../domain/approval';
import { newId } from '../../domain/ids';
import type { Call } from '../route';

type Asked = Pick<Approval, 'kind' | 'subject' | 'change'> & Partial<Pick<Approval, 'id' | 'appId'>>;

/** The request of who asks, within its transaction. */
export type AskCall = Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>;

/** Lets a change wait for approval, in the transaction of its request; one that waited for the same is replaced. */
export async function askApproval(
  { caller, stores, note }: AskCall,
  { id = newId('apv'), appId = null, ...asked }: Asked,
): Promise<Approval> {
  const approval = await stores.approvals.ask({ ...asked, id, appId, author: caller.keyId, person: caller.person });
  note({ waitsFor: approval.id });
  return approval;
}
