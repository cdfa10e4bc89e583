import type { z } from 'zod';
import type { AuditFilter } from '../../db/stores/audit-store';
import { AUDIT_ACTION_NAMES } from '../../domain/audit';
import { isId } from '../../domain/ids';
import { invalidRequest } from '../problem';
import { defineRoute, type Route } from '../route';
import { auditListQuery, auditListSchema, viewEntry, type auditFileQuery } from '../schemas/audit';
import { toPage } from '../schemas/common';

/** The filter of a list or an export. Throws 422. */
export function auditFilterOf(query: z.output<typeof auditFileQuery>): Omit<AuditFilter, 'limit' | 'before'> {
  const { actor, action: asked, subject: subjectKind, subjectId, app, outcome, requestId, from, until } = query;
  if (app !== undefined && !isId('app', app)) {
    throw invalidRequest([{ parameter: 'app', code: 'invalid_format', detail: 'must be the id of an app' }]);
  }
  if (subjectId !== undefined && subjectKind === undefined) {
    const detail = 'needs subject, the kind of which it is the id';
    throw invalidRequest([{ parameter: 'subjectId', code: 'incomplete', detail }]);
  }
  const action = AUDIT_ACTION_NAMES.find((name) => name === asked);
  const area = action === undefined ? asked : undefined;
  return { actor, action, area, subjectKind, subjectId, appId: app, outcome, requestId, from, until };
}

/** The audit log. */
export function auditRoutes(): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/audit',
      tag: 'Audit log',
      permission: 'audit:read',
      summary: 'List the audit log',
      description:
        'Who did what, when, from where, and how it was before and afterwards; newest first. Filters add up. `npm run audit -- verify` ' +
        'proves that no entry was changed or removed.',
      query: auditListQuery,
      response: auditListSchema,
      async handler({ query: { limit, after, ...rest }, stores }) {
        const rows = await stores.audit.list({ ...auditFilterOf(rest), before: after, limit: limit + 1 });
        return toPage(rows, limit, ({ id }) => String(id), viewEntry);
      },
    }),
  ];
}
