import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { Router } from 'express';
import { z } from 'zod';
import type { Stores } from '../../db/database';
import type { AuditFilter } from '../../db/stores/audit-store';
import { subjectOfAction, type AuditEntry } from '../../domain/audit';
import { csvCell } from '../../domain/csv';
import { recordRequest } from '../audit/record-request';
import { nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { FILE_EXAMPLES } from '../examples/files';
import type { Authenticator } from '../middleware/auth';
import { auditFileQuery } from '../schemas/audit';
import { SECURITY } from '../security';
import { sendFile } from '../send-file';
import { parsePart } from '../validate';
import { auditFilterOf } from './audit-routes';

const FILE = '/v1/audit.csv';
const PAGE = 1_000;

const problem = (description: string) => ({ description });

/** For the documentation. */
export const auditFilePaths: readonly RouteConfig[] = [
  {
    method: 'get',
    path: FILE,
    tags: ['Audit log'],
    security: SECURITY,
    operationId: 'getAuditCsv',
    summary: 'Export the audit log',
    description:
      'What `GET /v1/audit` tells, as CSV, newest first; `before` and `after` are JSON. A cell that a spreadsheet would take for a ' +
      'formula begins with an apostrophe. The export is put down, too.\n\nPermission: `audit:read`.',
    request: { query: auditFileQuery },
    responses: {
      200: { description: 'The file.', content: { 'text/csv': { schema: z.string(), example: FILE_EXAMPLES.audit } } },
      401: problem('`unauthorized`, `key_expired`'),
      403: problem('`forbidden`'),
      422: problem('`invalid_request`, `app_required`'),
      429: problem('`rate_limited`: try again after `Retry-After` seconds.'),
      500: problem('`internal_error`'),
      503: problem('`service_unavailable`'),
    },
  },
];

const HEAD = [
  ...['id', 'at', 'action', 'outcome', 'code', 'actorKind', 'actorId', 'actorName', 'app'],
  ...['subjectKind', 'subjectId', 'subjectName', 'before', 'after', 'requestId', 'ip', 'userAgent', 'hash'],
];

function lineOf({ id, at, action, actor, origin, appId, subject, before, after, refusedAs, hash }: AuditEntry): string {
  const outcome = refusedAs === null ? ['done', ''] : ['refused', refusedAs];
  const json = [before, after].map((fields) => fields && JSON.stringify(fields));
  const cells = [
    ...[String(id), at.toISOString(), action, ...outcome, actor.kind, actor.id, actor.name, appId],
    ...[subjectOfAction(action), subject.id, subject.name, ...json],
    ...[origin.requestId, origin.ip, origin.userAgent, hash],
  ];
  return `${cells.map((cell) => csvCell(cell ?? '')).join(',')}\r\n`;
}

/** The log as CSV, a page at a time. */
async function* pages({ audit }: Pick<Stores, 'audit'>, filter: Omit<AuditFilter, 'limit'>): AsyncGenerator<string> {
  let text = `${HEAD.join(',')}\r\n`;
  for (let before: number | undefined; ;) {
    const page = await audit.list({ ...filter, before, limit: PAGE });
    yield text + page.map(lineOf).join('');
    if (page.length < PAGE) return;
    before = page.at(-1)?.id;
    text = '';
  }
}

/** The audit log as a file. */
export function createAuditFilesRouter(
  { database: { stores } }: Pick<ApiDeps, 'database'>,
  auth: Authenticator,
): Router {
  const router = Router();
  router.get(FILE, nameRoute(FILE, 'audit.export'), auth.require('audit:read'), async (req, res) => {
    const query = parsePart(auditFileQuery, req.query, 'query');
    const filter = auditFilterOf(query);
    await recordRequest(stores, req, res, { action: 'audit.export', appId: filter.appId ?? null, after: query });
    await sendFile(res, { name: 'audit.csv', type: 'text/csv', pieces: pages(stores, filter) });
  });
  return router;
}
