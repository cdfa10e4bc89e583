import { z } from 'zod';
import {
  ACTOR_KINDS,
  AUDIT_ACTION_NAMES,
  AUDIT_AREAS,
  AUDIT_SUBJECTS,
  subjectOfAction,
  type AuditAction,
  type AuditEntry,
} from '../../domain/audit';
import { givenTimeSchema, numberedPageQuery, pageOf, timeSchema } from './common';

const names = AUDIT_ACTION_NAMES as [AuditAction, ...AuditAction[]];
const fields = z.record(z.string(), z.unknown()).nullable();

const entrySchema = z
  .strictObject({
    id: z.int().describe('Number of the entry: from 1, without gaps.'),
    at: timeSchema,
    action: z.enum(names),
    outcome: z.enum(['done', 'refused']),
    code: z.string().nullable().describe('Of what was refused: the code of the problem.'),
    actor: z
      .strictObject({
        kind: z.enum(ACTOR_KINDS),
        id: z.string().nullable(),
        name: z.string().nullable().describe('As it was then.'),
      })
      .describe('Who did it. `command`: somebody at a shell; `system`: nobody; `anonymous`: nobody who was signed in.'),
    app: z.string().nullable().describe('Id of the app that it concerns; null: none, or all.'),
    subject: z
      .strictObject({
        kind: z.enum(AUDIT_SUBJECTS),
        id: z.string().nullable(),
        name: z.string().nullable().describe('As it was then. Addresses are masked.'),
      })
      .describe('What it was done to.'),
    before: fields.describe('Of an edit what differs, of what was deleted the whole. Secrets are masked.'),
    after: fields.describe('Of an edit what differs, of what was created the whole. Secrets are masked.'),
    requestId: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    hash: z.string().describe('SHA-256 over the entry and the hash of the one before it.'),
  })
  .meta({ id: 'AuditEntry', description: 'Something that somebody did, or was refused.' });

export const auditListSchema = pageOf(entrySchema);

const actionFilter = z
  .string()
  .refine((text) => [...AUDIT_ACTION_NAMES, ...AUDIT_AREAS].some((known) => known === text), {
    error: `must be an action such as ${names[0]}, or what stands before its dot`,
  })
  .describe(`An action, or what stands before its dot: ${AUDIT_AREAS.map((area) => `\`${area}\``).join(', ')}.`)
  .meta({ example: 'template' });

const filters = {
  actor: z.string().min(1).max(100).optional().describe('Id of the person or key, or the name at the shell.'),
  action: actionFilter.optional(),
  subject: z.enum(AUDIT_SUBJECTS).optional().describe('Kind of subject.'),
  subjectId: z.string().min(1).max(100).optional().describe('Id of the subject; with `subject`.'),
  app: z.string().optional().describe('Id of the app that it concerns.'),
  outcome: z.enum(['done', 'refused']).optional(),
  requestId: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'must be a request id: letters, digits, `.`, `_` and `-`')
    .optional(),
  from: givenTimeSchema.optional().describe('At this time or later.'),
  until: givenTimeSchema.optional().describe('Before this time.'),
};

export const auditListQuery = z.strictObject({ ...filters, ...numberedPageQuery });
export const auditFileQuery = z.strictObject(filters);

export function viewEntry(entry: AuditEntry): z.input<typeof entrySchema> {
  const { id, at, action, actor, origin, appId, subject, before, after, refusedAs, hash } = entry;
  return {
    id,
    at: at.toISOString(),
    action,
    outcome: refusedAs === null ? 'done' : 'refused',
    code: refusedAs,
    actor,
    app: appId,
    subject: { kind: subjectOfAction(action), ...subject },
    before: before && { ...before },
    after: after && { ...after },
    ...origin,
    hash,
  };
}
