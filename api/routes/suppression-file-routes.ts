import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import express, { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { NewSuppression, Suppression } from '../../db/stores/suppression-store';
import { csvCell } from '../../domain/csv';
import type { SuppressionId } from '../../domain/ids';
import { maskAddress } from '../../domain/mask';
import { recordRequest } from '../audit/record-request';
import { callerOf, nameRoute, type Caller } from '../context';
import type { ApiDeps } from '../deps';
import { FILE_EXAMPLES } from '../examples/files';
import type { Authenticator } from '../middleware/auth';
import { readSuppressionFile, type RowError } from '../read-suppression-file';
import { SECURITY } from '../security';
import { sendFile } from '../send-file';
import { importQuery, importResultSchema, suppressionListQuery } from '../schemas/suppressions';
import { requireApp, scopeOf, toSuppression } from '../suppression-scope';
import { parsePart } from '../validate';
import { filterOf } from './suppression-routes';

type Deps = Pick<ApiDeps, 'database' | 'rules'>;

const IMPORT = '/v1/suppressions/import';
const EXPORT = '/v1/suppressions/export';
const CHUNK = 500;
const PAGE = 1_000;
const ERRORS_TOLD = 1_000;

const exportQuery = suppressionListQuery.omit({ limit: true, after: true });
const text = (example: string) => ({ schema: z.string(), example });
const problem = (description: string) => ({ description });
const shared = {
  tags: ['Suppressions'],
  security: SECURITY,
};
const problems = {
  401: problem('`unauthorized`, `key_expired`'),
  403: problem('`forbidden`, `csrf_failed`'),
  422: problem('`invalid_request`, `app_required`'),
  429: problem('`rate_limited`: try again after `Retry-After` seconds.'),
  500: problem('`internal_error`'),
  503: problem('`service_unavailable`'),
};

/** For the documentation. */
export const suppressionFilePaths: readonly RouteConfig[] = [
  {
    ...shared,
    method: 'post',
    path: IMPORT,
    operationId: 'postSuppressionsImport',
    summary: 'Import suppressions',
    description:
      'CSV whose first line names the columns (`to`, and `channel`, `reason`, `appliesTo` as wanted), or JSON lines with these ' +
      'fields, up to 1 MB. A bad row is named and harms no other one; the same file again adds nothing.\n\nPermission: `suppressions:write`.',
    request: {
      query: importQuery,
      body: {
        required: true,
        content: {
          'text/csv': text(FILE_EXAMPLES.suppressions),
          'application/x-ndjson': text(FILE_EXAMPLES.suppressionLines),
        },
      },
    },
    responses: {
      200: {
        description: 'Done.',
        content: { 'application/json': { schema: importResultSchema, example: FILE_EXAMPLES.imported } },
      },
      ...problems,
      413: problem('`body_too_large`'),
      415: problem('`unsupported_media_type`'),
    },
  },
  {
    ...shared,
    method: 'get',
    path: EXPORT,
    operationId: 'getSuppressionsExport',
    summary: 'Export suppressions',
    description:
      'CSV, newest first, addresses in clear. It can be imported again.\n\nPermission: `suppressions:export`.',
    request: { query: exportQuery },
    responses: { 200: { description: 'Done.', content: { 'text/csv': text(FILE_EXAMPLES.exported) } }, ...problems },
  },
];

const HEAD = [
  'id',
  'channel',
  'to',
  'app',
  'reason',
  'appliesTo',
  'source',
  'messageId',
  'createdAt',
  'liftedAt',
  'liftedBy',
];

function lineOf(entry: Suppression): string {
  const { id, channel, address, appId, reason, appliesTo, source, messageId, createdAt, liftedAt, liftedBy } = entry;
  const times = [createdAt.toISOString(), liftedAt?.toISOString()];
  const cells = [id, channel, address, appId, reason, appliesTo, source, messageId, ...times, liftedBy];
  return `${cells.map((cell) => csvCell(cell ?? '')).join(',')}\r\n`;
}

function exportFilter(deps: Deps, caller: Caller, query: unknown) {
  const given = parsePart(exportQuery, query, 'query');
  return filterOf(deps, caller, { ...given, limit: PAGE, after: undefined });
}

/** The list as CSV, a page at a time. */
async function* exportPages(deps: Deps, filter: ReturnType<typeof filterOf>): AsyncGenerator<string> {
  let text = `${HEAD.join(',')}\r\n`;
  for (let after: SuppressionId | undefined; ;) {
    const page = await deps.database.stores.suppressions.list({ ...filter, after, limit: PAGE });
    yield text + page.map(lineOf).join('');
    if (page.length < PAGE) return;
    after = page.at(-1)?.id;
    text = '';
  }
}

async function importFile(deps: Deps, req: Request, res: Response) {
  const caller = callerOf(res);
  const body: unknown = req.body;
  const text = typeof body === 'string' ? body : '';
  const { app } = parsePart(importQuery, req.query, 'query');
  const { suppressions, apps } = deps.database.stores;
  const appId = scopeOf(caller, app, { parameter: 'app' }, null);
  await requireApp({ apps }, appId, { parameter: 'app' });
  const rest = { appId, source: `import:${caller.keyId}`, detail: undefined };
  const { region } = deps.rules.current().defaults;
  const entries: NewSuppression[] = [];
  const errors: RowError[] = [];
  const rows = readSuppressionFile(req.get('content-type'), text);
  for (const row of rows) {
    if (!('input' in row)) {
      errors.push(row);
      continue;
    }
    const entry = toSuppression(row.input, rest, region);
    if ('problem' in entry) errors.push({ line: row.line, code: 'invalid_address', detail: `to ${entry.problem}` });
    else entries.push(entry);
  }
  let added = 0;
  for (let start = 0; start < entries.length; start += CHUNK) {
    added += (await suppressions.add(entries.slice(start, start + CHUNK))).size;
  }
  const already = entries.length - added;
  const counts = { total: rows.length, added, already, failed: errors.length };
  const after = { app: appId, ...counts };
  await recordRequest(deps.database.stores, req, res, { action: 'suppression.import', appId, after });
  return { ...counts, errors: errors.slice(0, ERRORS_TOLD) };
}

/** Import and export of the suppression list, as files. */
export function createSuppressionFilesRouter(deps: Deps, auth: Authenticator): Router {
  const router = Router();
  const readText = express.text({ type: () => true, limit: '1mb' });
  router.post(
    IMPORT,
    nameRoute(IMPORT, 'suppression.import'),
    auth.require('suppressions:write'),
    readText,
    async (req, res) => {
      res.json(await importFile(deps, req, res));
    },
  );
  router.get(EXPORT, nameRoute(EXPORT, 'suppression.export'), auth.require('suppressions:export'), async (req, res) => {
    const filter = exportFilter(deps, callerOf(res), req.query);
    const { appId = null, channel, reason, lifted, address } = filter;
    const after = { app: appId, channel, reason, lifted, to: address === undefined ? undefined : maskAddress(address) };
    await recordRequest(deps.database.stores, req, res, { action: 'suppression.export', appId, after });
    const pieces = exportPages(deps, filter);
    await sendFile(res, { name: 'suppressions.csv', type: 'text/csv', pieces });
  });
  return router;
}
