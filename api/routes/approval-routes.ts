import { APPROVAL_KINDS } from '../../domain/approval';
import { decide, findApproval } from '../approvals/decide';
import type { KindsOfChange } from '../approvals/approval-kind';
import { idCursor } from '../page-cursor';
import { defineRoute, type Route } from '../route';
import {
  approvalListQuery,
  approvalSchema,
  approveSchema,
  fullApprovalSchema,
  rejectSchema,
  viewApproval,
  viewFullApproval,
} from '../schemas/approvals';
import { idParams, pageOf, toPage } from '../schemas/common';

/** Changes that wait for a second person: to read, to decide, to take back. */
export function approvalRoutes(kinds: KindsOfChange): Route[] {
  return [...readRoutes(kinds), ...decideRoutes(kinds)];
}

function readRoutes(kinds: KindsOfChange): Route[] {
  const shared = { tag: 'Approvals', method: 'get', permission: 'approvals:read' } as const;
  return [
    defineRoute({
      ...shared,
      path: '/v1/approvals',
      summary: 'List the changes that wait, or waited, for approval',
      description: 'Newest first, of those things that you may read. Filters add up.',
      query: approvalListQuery,
      response: pageOf(approvalSchema),
      async handler({ query: { status, kind, author, limit, after }, caller, stores }) {
        const readable = APPROVAL_KINDS.filter((one) => caller.permissions.has(kinds[one].reads));
        const rows = await stores.approvals.list({
          status,
          kinds: readable.filter((one) => kind === undefined || one === kind),
          author,
          app: caller.role === 'admin' || caller.person === caller.keyId ? undefined : caller.appId,
          after: idCursor('apv', after),
          limit: limit + 1,
        });
        return toPage(rows, limit, ({ id }) => id, viewApproval);
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/approvals/:id',
      summary: 'Read a change that waits, or waited, for approval',
      description: 'With what is in force and what it would become; once it is decided, as the approver saw it.',
      problems: ['not_found'],
      params: idParams,
      response: fullApprovalSchema,
      async handler({ params, caller, stores }) {
        const approval = await findApproval(kinds, stores, caller, params.id);
        return viewFullApproval(approval, approval.shown ?? (await kinds[approval.kind].show(stores, approval)));
      },
    }),
  ];
}

function decideRoutes(kinds: KindsOfChange): Route[] {
  const shared = {
    tag: 'Approvals',
    method: 'post',
    idempotent: true,
    status: 200,
    params: idParams,
    response: fullApprovalSchema,
  } as const;
  const decides = {
    ...shared,
    permission: 'approvals:decide',
    problems: ['not_found', 'own_change', 'approval_decided'],
  } as const;
  return [
    defineRoute({
      ...decides,
      path: '/v1/approvals/:id/approve',
      audit: { action: 'approval.approve' },
      summary: 'Approve a change',
      description:
        'It takes effect at once. Where it does not fit any more, the answer says why, and it goes on waiting. Nobody approves what ' +
        'they, or a key that they made, asked for.',
      problems: [...decides.problems, 'campaign_not_ready', 'rule_changed', 'name_taken', 'account_in_use'],
      body: approveSchema,
      async handler({ params, body: { note = null }, ...call }) {
        const { approval, shown } = await decide(kinds, call, params.id, { to: 'approved', reason: note });
        return viewFullApproval(approval, shown);
      },
    }),
    defineRoute({
      ...decides,
      path: '/v1/approvals/:id/reject',
      audit: { action: 'approval.reject' },
      summary: 'Reject a change',
      description: 'With a reason for whoever asked. Nothing changes; what is in force stays.',
      body: rejectSchema,
      async handler({ params, body: { reason }, ...call }) {
        const { approval, shown } = await decide(kinds, call, params.id, { to: 'rejected', reason });
        return viewFullApproval(approval, shown);
      },
    }),
    defineRoute({
      ...shared,
      permission: 'approvals:read',
      path: '/v1/approvals/:id/withdraw',
      audit: { action: 'approval.withdraw' },
      summary: 'Withdraw a change',
      description: 'For whoever asked for it (the person, or a key of theirs), and for administrators.',
      problems: ['not_found', 'approval_decided'],
      async handler({ params, ...call }) {
        const { approval, shown } = await decide(kinds, call, params.id, { to: 'withdrawn', reason: null });
        return viewFullApproval(approval, shown);
      },
    }),
  ];
}
