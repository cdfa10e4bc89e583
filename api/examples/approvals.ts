import type { Examples } from './example';

const ID = 'apv_01M84BZW808SY1J1GKT7KH6WJQ';
const EDITOR = 'usr_01M84BZW808SY1J1GKT7KH6WJR';
const APPROVER = 'usr_01M84BZW808SY1J1GKT7KH6WJS';
/** What is answered for a change that waits. */
export const WAITING_EXAMPLE = {
  id: ID,
  kind: 'template_version',
  subject: '7',
  appId: null,
  status: 'waiting',
  code: 10,
  author: EDITOR,
  person: EDITOR,
  requestedAt: '2026-11-24T20:00:00.000Z',
  decidedBy: null,
  decidedAt: null,
  reason: null,
};
const variables = [{ name: 'name', required: true }];
const change = {
  before: { key: 'welcome', version: 1, content: { text: 'Hello {{ name }}' }, variables },
  after: { key: 'welcome', version: 2, content: { text: 'Hi {{ name }}' }, variables },
};
const decided = { ...WAITING_EXAMPLE, decidedBy: APPROVER, decidedAt: '2026-11-24T20:05:00.000Z' };

/** Examples of the operations on approvals. */
export const approvalsExamples: Examples = {
  getApprovals: { response: { items: [WAITING_EXAMPLE], pageInfo: { after: ID, hasMore: false } } },
  getApprovalsById: { response: { ...WAITING_EXAMPLE, ...change } },
  postApprovalsByIdApprove: {
    request: { note: 'friendlier' },
    response: { ...decided, status: 'approved', code: 20, reason: 'friendlier', ...change },
  },
  postApprovalsByIdReject: {
    request: { reason: 'Too familiar for a bank.' },
    response: { ...decided, status: 'rejected', code: 30, reason: 'Too familiar for a bank.', ...change },
  },
  postApprovalsByIdWithdraw: {
    response: { ...decided, decidedBy: EDITOR, status: 'withdrawn', code: 30, ...change },
  },
};
