import type { ApiKeyId, AppId, ApprovalId, UserId } from './ids';
import type { ApprovalRule } from './rules';

/** What can be put before an approver; `api/approvals/` says of each how it is shown and applied. */
export const APPROVAL_KINDS = ['template_version', 'template_settings', 'campaign', 'rule', 'account'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** `replaced`: a newer change of the same took its place; `withdrawn`: whoever asked wants it no more. */
export const APPROVAL_STATUSES = ['waiting', 'approved', 'rejected', 'replaced', 'withdrawn'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** The ancestor's numbers: 10 waits, 20 may be used, 30 may not. */
export const AUDIT_CODES = {
  waiting: 10,
  approved: 20,
  rejected: 30,
  replaced: 30,
  withdrawn: 30,
} as const satisfies Record<ApprovalStatus, number>;

/** What somebody decided on, as it was shown to them. */
export interface ShownChange {
  readonly before: unknown;
  readonly after: unknown;
}

/** A change that somebody asked for, and what became of it. */
export interface Approval {
  readonly id: ApprovalId;
  readonly kind: ApprovalKind;
  /** What is to be changed: its number, id or name. */
  readonly subject: string;
  /** `null`: it belongs to no app. */
  readonly appId: AppId | null;
  /** What approving applies; never a secret in clear. */
  readonly change: unknown;
  readonly status: ApprovalStatus;
  /** The key, or the person, that asked. */
  readonly author: ApiKeyId | UserId;
  /** The person behind it: themselves, or who made the key; `null`: nobody knows. */
  readonly person: UserId | null;
  readonly requestedAt: Date;
  readonly decidedBy: ApiKeyId | UserId | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
  /** `null` while it waits, and of what nobody decided. */
  readonly shown: ShownChange | null;
}

/** Whether any change waits for approval at all. */
export const isApprovalOn = ({ templates, campaignsOver, rules, accounts }: ApprovalRule): boolean =>
  templates || campaignsOver !== null || rules || accounts;
