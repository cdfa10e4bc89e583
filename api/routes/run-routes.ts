import type { z } from 'zod';
import { appOfQuery } from '../app-of-query';
import type { Stores } from '../../db/database';
import { isId, newId } from '../../domain/ids';
import { maskText } from '../../domain/mask';
import { hasEnded, workflowOfRun, type Run } from '../../domain/run';
import { CANCEL_UPDATE, PAUSE_UPDATE, RATE_UPDATE, RESUME_UPDATE, type RunAnswer } from '../../workflows/messages';
import { seesApp, type Caller } from '../context';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { idCursor, idOfQuery } from '../page-cursor';
import { defineRoute, type Call, type Route } from '../route';
import type { RunProgressReader } from '../run-progress';
import { idParams, pageOf, toPage } from '../schemas/common';
import {
  cancelledRunSchema,
  rateRequestSchema,
  retrySchema,
  runListQuery,
  runRequestSchema,
  runSchema,
  viewRun,
} from '../schemas/runs';

type Deps = Pick<ApiDeps, 'askRun' | 'startRun' | 'workflowLink' | 'logger'> & { readonly progress: RunProgressReader };

/** A run of the caller's app; an admin key finds all. Throws 404. */
export async function findRun(stores: Pick<Stores, 'runs'>, caller: Caller, id: string): Promise<Run> {
  const run = isId('run', id) ? await stores.runs.get(id) : undefined;
  if (run && seesApp(caller, run.appId)) return run;
  throw new ApiError('not_found', `There is no run ${id}.`);
}

/** The run as it is now, with how far it is. */
export async function showRun(
  { progress, workflowLink }: Pick<Deps, 'progress' | 'workflowLink'>,
  stores: Pick<Stores, 'runMessages'>,
  run: Run,
): Promise<z.input<typeof runSchema>> {
  return viewRun(run, await progress.read(stores, run), workflowLink(run.workflowId));
}

/** Runs: how far they are, and what is asked of them. */
export function runRoutes(deps: Deps): Route[] {
  return [...readRoutes(deps), ...requestRoutes(deps), cancelRoute(deps), retryRoute(deps)];
}

function readRoutes(deps: Deps): Route[] {
  const shared = { tag: 'Runs', permission: 'campaigns:read', method: 'get' } as const;
  return [
    defineRoute({
      ...shared,
      path: '/v1/runs',
      summary: 'List runs',
      description: 'Newest first.',
      query: runListQuery,
      response: pageOf(runSchema),
      async handler({ query, caller, stores }) {
        const campaign = idOfQuery('cmp', 'campaign', query.campaign);
        const after = idCursor('run', query.after);
        const all = caller.role === 'admin' && campaign !== undefined && query.app === undefined;
        const appId = all ? undefined : appOfQuery(caller, query.app);
        const filter = { appId, campaignId: campaign, state: query.state, after, limit: query.limit + 1 };
        const runs = await stores.runs.list(filter);
        const shown = [];
        for (const run of runs) shown.push(await showRun(deps, stores, run));
        return toPage(
          shown,
          query.limit,
          ({ id }) => id,
          (run) => run,
        );
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/runs/:id',
      summary: 'Read a run',
      description: 'How far it is: at any moment, total = imported + toImport, and imported is the sum of counts.',
      problems: ['not_found'],
      params: idParams,
      response: runSchema,
      handler: async ({ params, caller, stores }) => showRun(deps, stores, await findRun(stores, caller, params.id)),
    }),
  ];
}

const unanswered = () =>
  new ApiError('service_unavailable', 'No worker or no Temporal has answered. Ask again: repeating it is harmless.');

type RunCall = Pick<
  Call<{ id: string }, unknown, { note?: string | undefined }>,
  'params' | 'body' | 'caller' | 'stores' | 'note'
>;

/**
 * Asks the workflow of a run, and tells the run after its answer. One whose workflow was lost is started again first. Throws 409
 * for a run that has ended, 503 while Temporal is away.
 */
async function ask(
  deps: Deps,
  call: RunCall,
  update: string,
  more: object = {},
): Promise<[Run, RunAnswer | undefined]> {
  const { params, body, caller, stores, note } = call;
  if (body.note !== undefined) note({ after: { note: maskText(body.note) } });
  const request = { by: caller.keyId, ...(body.note === undefined ? {} : { note: body.note }), ...more };
  for (let tries = 0; ; tries++) {
    const run = await findRun(stores, caller, params.id);
    if (hasEnded(run))
      throw new ApiError('run_ended', `The run ${run.id} is ${run.state}: nothing is left to ask of it.`);
    const answer = await deps.askRun(run, update, request).catch((error: unknown) => {
      deps.logger.warn({ err: error, runId: run.id, update }, 'Temporal did not answer a request to a run');
      throw unanswered();
    });
    // Cancelling goes on; anything else that is not in force yet must not look as if it were.
    if (answer === 'busy' && update !== CANCEL_UPDATE) throw unanswered();
    if (answer !== 'gone') {
      return [await findRun(stores, caller, params.id), answer === 'busy' ? undefined : answer];
    }
    if (tries > 2) throw new ApiError('service_unavailable', 'The workflow of the run is being started. Ask again.');
    deps.startRun(run);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function requestRoutes(deps: Deps): Route[] {
  const shared = {
    tag: 'Runs',
    permission: 'campaigns:control',
    method: 'post',
    params: idParams,
    response: runSchema,
  } as const;
  const problems = ['not_found', 'run_ended'] as const;
  const handle = (update: string) => async (call: RunCall) => {
    const [run] = await ask(deps, call, update);
    return showRun(deps, call.stores, run);
  };
  return [
    defineRoute({
      ...shared,
      problems,
      path: '/v1/runs/:id/pause',
      summary: 'Pause a run',
      description:
        'Once it is answered, no message of the run is handed over until it is resumed. Repeating it is harmless.',
      audit: { action: 'run.pause', afterwards: true },
      body: runRequestSchema,
      handler: handle(PAUSE_UPDATE),
    }),
    defineRoute({
      ...shared,
      problems,
      path: '/v1/runs/:id/resume',
      summary: 'Resume a run',
      description: 'It goes on with those that have not had it. Failures count from here anew.',
      audit: { action: 'run.resume', afterwards: true },
      body: runRequestSchema,
      handler: handle(RESUME_UPDATE),
    }),
    defineRoute({
      ...shared,
      problems,
      path: '/v1/runs/:id/rate',
      summary: 'Change the rate of a run',
      description: 'At once, and for those that were told a later time under a slower rate within a second.',
      audit: { action: 'run.rate', afterwards: true },
      body: rateRequestSchema,
      async handler(call) {
        const [run] = await ask(deps, call, RATE_UPDATE, { rate: call.body.rate });
        return showRun(deps, call.stores, run);
      },
    }),
  ];
}

function cancelRoute(deps: Deps): Route {
  return defineRoute({
    tag: 'Runs',
    permission: 'campaigns:control',
    method: 'post',
    path: '/v1/runs/:id/cancel',
    summary: 'Cancel a run',
    description:
      'Recalls every message that has not been handed over, for good. A big run takes longer than the answer may: then `state` is ' +
      '`cancelling`, nothing goes out any more, and asking again waits for the end.',
    params: idParams,
    audit: { action: 'run.cancel', afterwards: true },
    body: runRequestSchema,
    problems: ['not_found', 'run_ended'],
    response: cancelledRunSchema,
    async handler(call) {
      const [run, answer] = await ask(deps, call, CANCEL_UPDATE);
      const shown = await showRun(deps, call.stores, run);
      return { ...shown, recalled: answer?.recalled ?? null, tooLate: answer?.tooLate ?? null };
    },
  });
}

function retryRoute(deps: Deps): Route {
  return defineRoute({
    tag: 'Runs',
    permission: 'campaigns:control',
    method: 'post',
    path: '/v1/runs/:id/retry-failed',
    summary: 'Send again to those who did not get it',
    description:
      'A new run over the messages of this one that failed, and on request those of which nobody knows. Each message is retried by one ' +
      'run at most: what fails there again is retried from there.',
    status: 201,
    idempotent: true,
    audit: { action: 'run.retry' },
    params: idParams,
    body: retrySchema,
    problems: ['not_found', 'run_not_ended', 'already_retried', 'nothing_to_retry'],
    response: runSchema,
    location: ({ id }) => `/v1/runs/${id}`,
    async handler({ params, body, caller, stores, onEnd, note }) {
      const run = await findRun(stores, caller, params.id);
      if (!hasEnded(run)) throw new ApiError('run_not_ended', `The run ${run.id} is ${run.state}: wait for its end.`);
      const counts = await stores.runMessages.counts(run.id);
      const total = body.statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
      if (total === 0) {
        throw new ApiError('nothing_to_retry', `No message of the run ${run.id} is ${body.statuses.join(' or ')}.`);
      }
      const id = newId('run');
      if (!(await stores.runs.claimRetry(run.id, body.statuses, id))) {
        throw new ApiError('already_retried', `The run ${run.id} was retried before: retry what failed there.`);
      }
      const fresh = { reason: null, detail: undefined, imported: 0, chunks: 0, importCursor: 0, handed: 0, errors: 0 };
      const now = new Date();
      const retry = await stores.runs.create({
        ...run,
        ...fresh,
        ...{ id, total, workflowId: workflowOfRun(id), trigger: 'retry', state: 'pending' },
        ...{ retryOf: run.id, retryStatuses: body.statuses, recipientTime: null },
        ...{ firedAt: now, createdAt: now, startedAt: null, finishedAt: null },
      });
      note({ after: { run: id, statuses: body.statuses } });
      onEnd((kept) => {
        if (kept) deps.startRun(retry);
      });
      return showRun(deps, stores, retry);
    },
  });
}
