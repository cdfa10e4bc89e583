import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { setTimeout as sleep } from 'node:timers/promises';
import { Router, type Response } from 'express';
import { z } from 'zod';
import type { RunId } from '../../domain/ids';
import { hasEnded, type Run } from '../../domain/run';
import { recordRequest } from '../audit/record-request';
import { callerOf, nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { FILE_EXAMPLES } from '../examples/files';
import type { Authenticator } from '../middleware/auth';
import type { RunProgressReader } from '../run-progress';
import { resultLines } from '../run-result';
import { SECURITY } from '../security';
import { sendFile } from '../send-file';
import { idParams } from '../schemas/common';
import { findRun, showRun } from './run-routes';

type Deps = Pick<ApiDeps, 'database' | 'workflowLink' | 'audiences' | 'logger'> & {
  readonly progress: RunProgressReader;
};

const EVENTS = '/v1/runs/{id}/events';
const RESULT = '/v1/runs/{id}/result';
const expressPath = (path: string): string => path.replace('{id}', ':id');
/** Between two looks at a run whose progress somebody watches, in milliseconds. */
const TICK_MS = 1_000;
/** A line is sent at least so often, so that nobody between takes the connection for dead. */
const ALIVE_MS = 15_000;

const problem = (description: string) => ({ description });
const shared = { tags: ['Runs'], security: SECURITY, method: 'get' as const, request: { params: idParams } };
const problems = {
  401: problem('`unauthorized`, `key_expired`'),
  403: problem('`forbidden`'),
  404: problem('`not_found`'),
  422: problem('`app_required`'),
  429: problem('`rate_limited`: try again after `Retry-After` seconds.'),
  500: problem('`internal_error`'),
  503: problem('`service_unavailable`'),
};
const text = (type: string, description: string, example: string) => ({
  200: { description, content: { [type]: { schema: z.string(), example } } },
  ...problems,
});

/** For the documentation. */
export const runFilePaths: readonly RouteConfig[] = [
  {
    ...shared,
    path: EVENTS,
    operationId: 'getRunEvents',
    summary: 'Watch a run',
    description:
      'Server-sent events: `progress` with the run as `GET /v1/runs/{id}` has it, when it changes, at most once a second; `end` with ' +
      'the same once it has ended, and then the stream ends.\n\nPermission: `campaigns:read`.',
    responses: text('text/event-stream', 'The stream.', FILE_EXAMPLES.runEvents),
  },
  {
    ...shared,
    path: RESULT,
    operationId: 'getRunResult',
    summary: 'What became of every row',
    description:
      'CSV with one line for every row of the audience, in its order: also for duplicates and invalid rows, which have no message. ' +
      'A cell that a spreadsheet would take for a formula begins with an apostrophe. May be read while the run goes.\n\nPermission: `campaigns:read`.',
    responses: text('text/csv', 'The file.', FILE_EXAMPLES.runResult),
  },
];

/** Runs as streams: their progress, and the result of every row. */
export function createRunFilesRouter(deps: Deps, auth: Authenticator): Router {
  const router = Router();
  const { stores } = deps.database;
  router.get(expressPath(EVENTS), nameRoute(expressPath(EVENTS)), auth.require('campaigns:read'), async (req, res) => {
    const run = await findRun(stores, callerOf(res), String(req.params['id']));
    await watch(deps, run, res);
  });
  const result = expressPath(RESULT);
  router.get(result, nameRoute(result, 'run.export'), auth.require('campaigns:read'), async (req, res) => {
    const run = await findRun(stores, callerOf(res), String(req.params['id']));
    const subject = { id: run.id, name: run.campaignId };
    await recordRequest(stores, req, res, { action: 'run.export', subject, appId: run.appId });
    await sendFile(res, { name: `${run.id}.csv`, type: 'text/csv', pieces: resultLines(deps, run) });
  });
  return router;
}

async function watch(deps: Deps, first: Run, res: Response): Promise<void> {
  res.type('text/event-stream').set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  res.flushHeaders();
  let [told, toldAt] = ['', Date.now()];
  const say = (event: string, data: string): void => {
    [told, toldAt] = [data, Date.now()];
    res.write(`event: ${event}\ndata: ${data}\n\n`);
  };
  const gone = new AbortController();
  res.once('close', () => {
    gone.abort();
  });
  for (let run: Run | undefined = first; run && !res.destroyed;) {
    const view = JSON.stringify(await showRun(deps, deps.database.stores, run));
    if (hasEnded(run)) {
      say('end', view);
      break;
    }
    if (view !== told) say('progress', view);
    else if (Date.now() - toldAt > ALIVE_MS) say('progress', view);
    await sleep(TICK_MS, undefined, { signal: gone.signal }).catch(() => undefined);
    run = await readAgain(deps, run.id, run);
  }
  res.end();
}

/** The run as it is now; as it was, while MySQL is away. */
async function readAgain(deps: Deps, id: RunId, known: Run): Promise<Run | undefined> {
  try {
    return await deps.database.stores.runs.get(id);
  } catch (error) {
    deps.logger.warn({ err: error, runId: id }, 'a watched run could not be read; trying again');
    return known;
  }
}
