import type { Approval } from '../../domain/approval';
import { viewApproval, type ApprovalView } from '../schemas/approvals';

const AWAITED = Symbol('awaits approval');

/** What a handler of a route with `mayWait` returns instead of its answer: 202 with the approval. */
export interface AwaitsApproval {
  readonly [AWAITED]: ApprovalView;
}

export const awaitsApproval = (approval: Approval): AwaitsApproval => ({ [AWAITED]: viewApproval(approval) });

/** What is answered for what a handler returned, and with which status. */
export function outcomeOf(result: unknown, status: number): { readonly answer: unknown; readonly status: number } {
  const awaits = typeof result === 'object' && result !== null && AWAITED in result;
  return awaits ? { answer: (result as AwaitsApproval)[AWAITED], status: 202 } : { answer: result, status };
}
