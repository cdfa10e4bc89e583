import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Reject } from '../../audiences/read-rows';
import { csvCell } from '../../domain/csv';
import { isId, type AudienceId } from '../../domain/ids';
import { recordRequest } from '../audit/record-request';
import { recordUpload } from '../audit/record-upload';
import { callerOf, nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { FILE_EXAMPLES } from '../examples/files';
import type { Authenticator } from '../middleware/auth';
import { headersNamed } from '../openapi-headers';
import { ApiError } from '../problem';
import { audienceSchema, uploadQuery, viewAudience } from '../schemas/audiences';
import { idParams } from '../schemas/common';
import { SECURITY } from '../security';
import { sendFile } from '../send-file';
import { createAudienceUploads, uploadIdOf } from '../upload-audience';
import { parsePart } from '../validate';
import { findAudience } from './audience-routes';

type Deps = Pick<ApiDeps, 'audiences' | 'database' | 'isDuplicate' | 'logger' | 'rules'>;

const UPLOAD = '/v1/audiences';
const REJECTS = '/v1/audiences/:id/rejects';
const PAGE = 500;
/** An upload that stands still for so long is cut off, in milliseconds. */
const STANDSTILL_MS = 60_000;
const RETRY_SECONDS = '10';

const problem = (description: string) => ({ description });
const shared = { tags: ['Audiences'], security: SECURITY };
const problems = {
  401: problem('`unauthorized`, `key_expired`'),
  403: problem('`forbidden`, `csrf_failed`'),
  429: problem('`rate_limited`: try again after `Retry-After` seconds.'),
  500: problem('`internal_error`'),
  503: problem('`service_unavailable`'),
};

const csv = (example: string) => ({ schema: z.string(), example });

/** For the documentation. */
export const audienceFilePaths: readonly RouteConfig[] = [
  {
    ...shared,
    method: 'post',
    path: UPLOAD,
    operationId: 'postAudiences',
    summary: 'Upload an audience',
    description:
      'The body is the file: CSV with a line of column names, up to 1 GB and 5 million rows. One column holds the addresses ' +
      '(`userId`, or as `addressColumn` names it), `timezone` an IANA zone if it is there, every other one a variable. Encoding ' +
      '(UTF-8, UTF-16, GBK) and separator (`,` `;` tab) are found out. Every row is accepted, a duplicate or invalid, and told at ' +
      '`/rejects`; a file that is wrong as a whole is refused and leaves nothing.\n\nPermission: `audiences:write`.',
    request: {
      query: uploadQuery,
      headers: z.object({
        'Idempotency-Key': z.string().max(255).optional().describe('The same as `uploadId`: give one of them.'),
      }),
      body: {
        required: true,
        content: { 'text/csv': csv(FILE_EXAMPLES.audience), 'application/octet-stream': csv(FILE_EXAMPLES.audience) },
      },
    },
    responses: {
      201: {
        description: 'Done.',
        headers: headersNamed('Location'),
        content: { 'application/json': { schema: audienceSchema, example: FILE_EXAMPLES.uploaded } },
      },
      ...problems,
      409: problem('`upload_in_progress`, `upload_cancelled`'),
      413: problem('`body_too_large`'),
      415: problem('`unsupported_media_type`'),
      422: problem('`invalid_request`, `app_required`, `invalid_idempotency_key`, `idempotency_key_reused`'),
      429: problem('`too_many_uploads`, `rate_limited`: try again after `Retry-After` seconds.'),
    },
  },
  {
    ...shared,
    method: 'get',
    path: '/v1/audiences/{id}/rejects',
    operationId: 'getAudiencesByIdRejects',
    summary: 'The rows that were not taken',
    description:
      'CSV with row number, address as written, code and reason, in the order of the file.\n\nPermission: `audiences:read`.',
    request: { params: idParams },
    responses: {
      200: { description: 'Done.', content: { 'text/csv': csv(FILE_EXAMPLES.rejects) } },
      ...problems,
      404: problem('`not_found`'),
      409: problem('`upload_in_progress`'),
    },
  },
];

const TYPES = new Set([
  'text/csv',
  'text/plain',
  'text/tab-separated-values',
  'application/csv',
  'application/octet-stream',
  // What browsers on Windows call CSV.
  'application/vnd.ms-excel',
]);

function checkHead(req: Request, { audiences: { limits } }: Deps): void {
  const [type = ''] = (req.get('content-type') ?? '').split(';');
  if (!TYPES.has(type.trim().toLowerCase())) {
    throw new ApiError('unsupported_media_type', 'Send the file itself as the body, with Content-Type: text/csv.');
  }
  if ((req.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new ApiError('unsupported_media_type', 'Send the file uncompressed: no Content-Encoding is supported here.');
  }
  if (Number(req.get('content-length') ?? 0) > limits.fileBytes) {
    throw new ApiError('body_too_large', `A file may have ${limits.fileBytes} bytes: split it.`);
  }
}

/** The body, piece by piece. What is not read stays in the connection, so that an answer can still be given. */
function bodyOf(req: Request): AsyncIterable<Buffer> {
  req.setTimeout(STANDSTILL_MS, () => {
    req.destroy();
  });
  req.once('end', () => {
    req.setTimeout(0);
  });
  return req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

async function takeUpload(deps: Deps, uploads: ReturnType<typeof createAudienceUploads>, req: Request, res: Response) {
  const caller = callerOf(res);
  const query = parsePart(uploadQuery, req.query, 'query');
  const uploadId = uploadIdOf(query, req.get('idempotency-key'));
  checkHead(req, deps);
  try {
    const record = recordUpload(req, res);
    const content = bodyOf(req);
    const { audience, replayed } = await uploads.upload({ appId: caller.appId, query, uploadId, content, record });
    if (replayed) res.setHeader('Idempotent-Replayed', 'true');
    res.status(201).location(`${UPLOAD}/${audience.id}`).json(viewAudience(audience, caller.role));
  } catch (error) {
    if (req.destroyed && !req.complete) throw new ApiError('bad_request', 'The upload broke off; nothing was kept.');
    if (error instanceof ApiError && error.code === 'too_many_uploads') res.setHeader('Retry-After', RETRY_SECONDS);
    req.resume();
    throw error;
  }
}

const HEAD = 'row,address,code,detail\r\n';
const lineOf = ({ row, address, code, detail }: Reject): string =>
  `${[String(row), address, code, detail].map(csvCell).join(',')}\r\n`;

/** The rows that were not taken as CSV, a page at a time. */
async function* rejectPages({ audiences }: Deps, id: AudienceId): AsyncGenerator<string> {
  let text = HEAD;
  let lines = 0;
  for await (const reject of audiences.readRejects(id)) {
    text += lineOf(reject);
    if (++lines % PAGE !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
}

async function sendRejects(deps: Deps, id: AudienceId, req: Request, res: Response): Promise<void> {
  const { stores } = deps.database;
  const audience = await findAudience(stores, callerOf(res), id);
  if (audience.status !== 'ready') throw new ApiError('upload_in_progress');
  const { name, appId } = audience;
  await recordRequest(stores, req, res, { action: 'audience.export', subject: { id, name }, appId });
  const pieces = rejectPages(deps, audience.id);
  await sendFile(res, { name: `${audience.id}-rejects.csv`, type: 'text/csv', pieces });
}

/** Upload of audiences, and download of the rows that were not taken. */
export function createAudienceFilesRouter(
  deps: Deps,
  auth: Authenticator,
  uploads = createAudienceUploads(deps),
): Router {
  const router = Router();
  router.post(UPLOAD, nameRoute(UPLOAD, 'audience.upload'), auth.require('audiences:write'), async (req, res) => {
    await takeUpload(deps, uploads, req, res);
  });
  router.get(REJECTS, nameRoute(REJECTS, 'audience.export'), auth.require('audiences:read'), async (req, res, next) => {
    const { id } = req.params as { id: string };
    // `uploads/rejects` asks for the progress of an upload of that name.
    if (isId('aud', id)) await sendRejects(deps, id, req, res);
    else next('router');
  });
  return router;
}
