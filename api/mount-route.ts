import express, { type IRouter, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import type { Database, Stores } from '../db/database';
import type { AuditAction } from '../domain/audit';
import { outcomeOf } from './approvals/awaits-approval';
import { handleAudited } from './audit/handle-audited';
import { originOf } from './audit/origin';
import { createConditions, type Conditions } from './conditions';
import { contextOf, nameRoute } from './context';
import type { ApiDeps } from './deps';
import type { Authenticator } from './middleware/auth';
import type { OnceResult, RunOnce } from './middleware/idempotency';
import { ApiError } from './problem';
import { statusOf, type Call, type Route } from './route';
import { parsePart, type RequestPart } from './validate';

/** What all routes of an app share. */
export interface RouteServices {
  readonly deps: Pick<ApiDeps, 'database'>;
  readonly auth: Authenticator;
  readonly runOnce: RunOnce;
}

interface Outcome {
  /** Absent when the answer is empty. */
  readonly result: OnceResult | undefined;
  readonly listeners: readonly ((kept: boolean) => void)[];
  readonly etag?: string | undefined;
  /** The caller has the answer already. */
  readonly known?: boolean;
}

const requireJson: RequestHandler = (req, _res, next) => {
  if (req.is('application/json') !== false) next();
  else throw new ApiError('unsupported_media_type');
};
/** Middleware for JSON bodies. Not strict: that a body must be an object is for the schemas to say. */
export const readJson = [requireJson, express.json({ limit: '1mb', strict: false })];

/** Serves a declared endpoint: permission, body, checks, transaction, answer. */
export function mountRoute(app: IRouter, route: Route, services: RouteServices): void {
  const body = route.body ? readJson : [];
  app[route.method](
    route.path,
    nameRoute(route.path, actionOf(route)),
    services.auth.require(route.permission),
    ...body,
    async (req, res) => {
      const outcome = await perform(route, services, req, res);
      answer(route, res, outcome);
      for (const listener of outcome.listeners) listener(true);
    },
  );
}

/** As what a refusal is put down. */
function actionOf({ audit }: Route): AuditAction | undefined {
  if (!audit || 'none' in audit) return undefined;
  return 'through' in audit ? audit.through : audit.action;
}

function partOf(schema: z.ZodType | undefined, value: unknown, part: RequestPart): unknown {
  return schema ? parsePart(schema, value, part) : {};
}

async function perform(route: Route, services: RouteServices, req: Request, res: Response): Promise<Outcome> {
  const { caller } = contextOf(res);
  if (!caller) throw new Error(`${route.path} was reached without a caller`);
  const body: unknown = req.body ?? {};
  const parts = {
    params: req.params,
    query: partOf(route.query, req.query, 'query'),
    body: partOf(route.body, body, 'body'),
  };
  const found = await route.beforehand?.(parts);
  const request = { ...parts, found, caller, origin: () => originOf(req, res) };
  const conditions = createConditions(route, request, req, services.deps.database);
  if (route.idempotent) return performRepeatable(route, request, req, services.runOnce, conditions);
  return performOnce(route, request, services.deps.database, conditions);
}

type CheckedRequest = Omit<Call<unknown, unknown, unknown>, 'stores' | 'edit' | 'onEnd' | 'note'>;

async function performRepeatable(
  route: Route,
  request: CheckedRequest,
  req: Request,
  runOnce: RunOnce,
  conditions: Conditions,
): Promise<Outcome> {
  const { caller } = request;
  const { method, path } = req;
  const body: unknown = req.body ?? {};
  // A person may repeat a request for another app.
  const asked = caller.app === caller.owner ? path : `${path} ${caller.app ?? ''}`;
  const repeatable = { owner: caller.owner, header: req.get('idempotency-key'), method, path: asked, body };
  const how = {
    status: statusOf(route),
    writesOnce: route.writesOnce ?? false,
    forRepeats: (result: unknown) => route.forRepeats?.(result) ?? result,
  };
  const outcome = await runOnce(repeatable, how, (once) => attempt(route, request, once, conditions.within));
  // A repeat was not compared, and the ETag of now would be that of edits which its caller has not seen.
  return outcome.result?.replayed ? outcome : { ...outcome, etag: conditions.etagOf(outcome.result?.json) };
}

async function performOnce(
  route: Route,
  request: CheckedRequest,
  database: Database,
  conditions: Conditions,
): Promise<Outcome> {
  await conditions.look();
  const run = async (work: (stores: Stores) => Promise<unknown>): Promise<OnceResult | undefined> => {
    const success = statusOf(route);
    const { answer: body, status } = outcomeOf(await work(database.stores), success);
    const isEmpty = !route.response && status === success;
    return isEmpty ? undefined : { json: JSON.stringify(body), status, replayed: false };
  };
  const outcome = await attempt(route, request, run, () => conditions.edit);
  const etag = conditions.etagOf(outcome.result?.json);
  return { ...outcome, etag, known: etag !== undefined && conditions.isKnown(etag) };
}

/** Runs the handler once; if nothing of it is kept, those who wait for the end are told so at once. */
async function attempt(
  route: Route,
  request: CheckedRequest,
  run: (work: (stores: Stores) => Promise<unknown>) => Promise<OnceResult | undefined>,
  editOver: Conditions['within'],
): Promise<Outcome> {
  const listeners: ((kept: boolean) => void)[] = [];
  const onEnd = (listener: (kept: boolean) => void): void => {
    listeners.push(listener);
  };
  try {
    const result = await run((stores) => {
      const within = { stores, edit: editOver(stores), onEnd, note: () => undefined };
      return handleAudited(route, { ...request, ...within });
    });
    return { result, listeners };
  } catch (error) {
    for (const listener of listeners) listener(false);
    throw error;
  }
}

function answer(route: Route, res: Response, { result, etag, known = false }: Outcome): void {
  const { status = statusOf(route) } = result ?? {};
  res.status(known ? 304 : status);
  if (etag !== undefined) res.setHeader('ETag', etag).setHeader('Cache-Control', 'private, no-cache');
  if (!result || known) {
    res.end();
    return;
  }
  if (route.location && status === statusOf(route)) res.setHeader('Location', route.location(JSON.parse(result.json)));
  if (result.replayed) res.setHeader('Idempotent-Replayed', 'true');
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(result.json);
}
