import { Router } from 'express';
import { createRefusalRecorder } from '../audit/record-refusals';
import { nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { createErrorHandler } from '../middleware/errors';
import { limitBodyTime } from '../middleware/limit-body-time';
import { mountRoute, type RouteServices } from '../mount-route';
import type { Route } from '../route';
import { createCallV1, type CallV1 } from './call-v1';
import { createCompatAuth } from './compat-auth';
import { UPLOAD_PATH } from './endpoints';
import { answerInEnvelope, CODES } from './envelope';
import { recallRoutes } from './recall-routes';
import { sendRoutes } from './send-routes';
import { startRoutes } from './start-routes';
import { templateRoutes } from './template-routes';
import { traceRoutes } from './trace-routes';
import { takeUpload, type Uploads } from './upload-route';

/** The ancestor's endpoints that take and give JSON. */
export const createLuminateRoutes = (deps: ApiDeps, callV1: CallV1): Route[] => [
  ...sendRoutes(deps, callV1),
  ...templateRoutes(deps, callV1),
  ...startRoutes(callV1),
  ...recallRoutes(deps, callV1),
  ...traceRoutes(deps),
];

/**
 * The ancestor's endpoints below /luminate, over the endpoints below /v1 that `routes` declares. Answers are in the ancestor's envelope,
 * errors too. Uploads may take long; everything else has the time of all bodies.
 */
export function createLuminateRouter(
  deps: ApiDeps,
  routes: readonly Route[],
  services: RouteServices,
  uploads: Uploads,
): Router {
  const callV1 = createCallV1(routes);
  const auth = createCompatAuth(services.auth, deps.config.LUMINATE_COMPAT_KEY);
  const router = Router();
  router.post(
    UPLOAD_PATH,
    nameRoute(UPLOAD_PATH, 'audience.upload'),
    auth.require('audiences:write'),
    async (req, res) => {
      await takeUpload(uploads, req, res);
    },
  );
  router.use('/luminate', limitBodyTime());
  for (const route of createLuminateRoutes(deps, callV1)) mountRoute(router, route, { ...services, auth });
  router.use('/luminate', (req, res) => {
    const { method, baseUrl, path } = req;
    const msg = `There is no ${method} ${baseUrl}${path}. See /docs.`;
    res.status(404).json({ code: CODES.resourceNotFound, msg, data: null });
  });
  router.use('/luminate', createRefusalRecorder(deps));
  router.use(
    '/luminate',
    createErrorHandler(deps.logger, (error) => deps.database.isAway(error), answerInEnvelope),
  );
  return router;
}
