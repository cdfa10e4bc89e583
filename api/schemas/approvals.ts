import { z } from 'zod';
import { APPROVAL_KINDS, APPROVAL_STATUSES, AUDIT_CODES, type Approval, type ShownChange } from '../../domain/approval';
import { isId } from '../../domain/ids';
import { nameSchema, pageQuery, timeSchema } from './common';

export const approvalStatusSchema = z.enum(APPROVAL_STATUSES);
export const auditCodeSchema = z
  .union([z.literal(10), z.literal(20), z.literal(30)])
  .describe('The same as a number of the ancestor: 10 waiting, 20 approved, 30 all else.');
const kindSchema = z.enum(APPROVAL_KINDS);

export const approvalSchema = z
  .strictObject({
    id: z.string(),
    kind: kindSchema,
    subject: z.string().describe('What is to be changed: its number, id or name.'),
    appId: z.string().nullable().describe('The app that it belongs to; null: to none.'),
    status: approvalStatusSchema,
    code: auditCodeSchema,
    author: z.string().describe('Id of the key, or the person, that asked.'),
    person: z.string().nullable().describe('The person behind it; null: nobody knows who made the key.'),
    requestedAt: timeSchema,
    decidedBy: z.string().nullable(),
    decidedAt: timeSchema.nullable(),
    reason: z.string().nullable().describe('Why it was rejected, or what the approver noted.'),
  })
  .meta({ id: 'Approval', description: 'A change that waits until a second person has approved it, or did.' });
export type ApprovalView = z.output<typeof approvalSchema>;

export const fullApprovalSchema = approvalSchema
  .extend({
    before: z
      .unknown()
      .describe(
        'What is in force, in the form of the kind; once it is decided: what was. Null: nothing, or not known.',
      ),
    after: z.unknown().describe('What approving makes of it.'),
  })
  .meta({ id: 'ApprovalWithChange' });

export const approvalListQuery = z.strictObject({
  status: approvalStatusSchema.optional(),
  kind: kindSchema.optional(),
  author: z
    .string()
    .refine((text) => isId('key', text) || isId('usr', text), 'must be the id of a key or of a person')
    .optional()
    .describe('Id of a key, or of a person: then with the keys they made.'),
  ...pageQuery,
});

const reasonSchema = nameSchema(500);
export const approveSchema = z.strictObject({ note: reasonSchema.optional() });
export const rejectSchema = z.strictObject({ reason: reasonSchema.describe('For whoever asked.') });

export function viewApproval(approval: Approval): ApprovalView {
  const { change: _change, shown: _shown, requestedAt, decidedAt, ...told } = approval;
  return {
    ...told,
    code: AUDIT_CODES[approval.status],
    requestedAt: requestedAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
  };
}

export function viewFullApproval(approval: Approval, { before, after }: ShownChange) {
  return { ...viewApproval(approval), before, after };
}
