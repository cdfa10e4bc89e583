import type { Stores } from '../../db/database';
import type { Approval, ApprovalKind, ShownChange } from '../../domain/approval';
import type { AuditAction } from '../../domain/audit';
import type { Permission } from '../../domain/permissions';
import type { Call } from '../route';

/** The request of the person who approves, within its transaction. */
export type ApplyCall = Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'onEnd' | 'origin'>;

/** One kind of change that can wait for approval. */
export interface KindOfChange {
  /** Who may read such changes. */
  readonly reads: Permission;
  /** Who may ask for them; they withdraw their own, too. */
  readonly writes: Permission;
  /**
   * Within a transaction: keeps others from changing the subject before its end. Who asks for a change and who decides lock the
   * subject before the approval. Nothing where there is no row to hold, or none any more.
   */
  hold(stores: Stores, subject: string): Promise<void>;
  /** What is in force now, and what approving would make of it; for people, without secrets. Does not fail when the subject is gone. */
  show(stores: Stores, approval: Approval): Promise<ShownChange>;
  /** As what its change stands in the audit log. */
  audits(approval: Approval): AuditAction;
  /**
   * Makes the change, as the direct edit would have: with its checks, and in its code. Whatever it throws leaves the change waiting.
   * What may only happen after the commit is for `onEnd`.
   */
  apply(call: ApplyCall, approval: Approval): Promise<void>;
}

/** Every kind there is. */
export type KindsOfChange = Readonly<Record<ApprovalKind, KindOfChange>>;
