import express, { type Express } from 'express';
import helmet from 'helmet';
import { createSendAcceptor } from './accept-send';
import { createKindsOfChange } from './approvals/kinds-of-change';
import { createRefusalRecorder } from './audit/record-refusals';
import type { ApiDeps } from './deps';
import { luminatePaths } from './luminate/endpoints';
import { createLuminateRouter } from './luminate/luminate-router';
import { createAuthenticator, type Authenticator } from './middleware/auth';
import { answerNotFound, createErrorHandler } from './middleware/errors';
import { createRunOnce } from './middleware/idempotency';
import { forbidStoring } from './middleware/forbid-storing';
import { limitRequests } from './middleware/limit-requests';
import { limitBodyTime } from './middleware/limit-body-time';
import { assignRequestId } from './middleware/request-id';
import { createRequestLog } from './middleware/request-log';
import { mountRoute } from './mount-route';
import { createOpenApiDocument } from './openapi';
import type { Route } from './route';
import { accountRoutes } from './routes/account-routes';
import { approvalRoutes } from './routes/approval-routes';
import { appRoutes } from './routes/app-routes';
import { auditFilePaths, createAuditFilesRouter } from './routes/audit-file-routes';
import { auditRoutes } from './routes/audit-routes';
import { audienceFilePaths, createAudienceFilesRouter } from './routes/audience-file-routes';
import { audienceRoutes } from './routes/audience-routes';
import { campaignRoutes } from './routes/campaign-routes';
import { createDocsRouter } from './routes/docs-routes';
import { createHealthRouter, healthPaths } from './routes/health-routes';
import { laneRoutes } from './routes/lane-routes';
import { maintenanceRoutes } from './routes/maintenance-routes';
import { messageRoutes } from './routes/message-routes';
import { recallRoutes } from './routes/recall-routes';
import { createRunFilesRouter, runFilePaths } from './routes/run-file-routes';
import { runRoutes } from './routes/run-routes';
import { ruleRoutes } from './routes/rule-routes';
import { sendRoutes } from './routes/send-routes';
import { createStatisticsFilesRouter, statisticsFilePaths, statisticsRoutes } from './routes/statistics-routes';
import { createSuppressionFilesRouter, suppressionFilePaths } from './routes/suppression-file-routes';
import { sessionPaths } from './routes/session-paths';
import { createSessionRouter } from './routes/session-router';
import { suppressionRoutes } from './routes/suppression-routes';
import { templateRoutes } from './routes/template-routes';
import { webhookRoutes } from './routes/webhook-routes';
import { createSessions } from './people/sessions';
import { createRunProgressReader, type RunProgressReader } from './run-progress';
import { userRoutes } from './routes/user-routes';
import { createTemplateReader } from './template-reader';
import { createAudienceUploads } from './upload-audience';
import { createUnsubscribeRouter } from './webhooks/unsubscribe-router';
import { createWebhookRouter, webhookPaths } from './webhooks/webhook-router';

/** Answers are JSON and the page at /docs: no inline scripts, nothing from elsewhere. */
const secureHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // Swagger UI styles its elements in place.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
});

const SENDS = '/v1/sends';

/** What is documented besides the routes. */
export const OTHER_PATHS = [
  ...healthPaths,
  ...suppressionFilePaths,
  ...audienceFilePaths,
  ...runFilePaths,
  ...statisticsFilePaths,
  ...auditFilePaths,
  ...webhookPaths,
  ...sessionPaths,
  ...luminatePaths,
];

/** Every endpoint below /v1 that takes and gives JSON. */
export function createRoutes(
  deps: ApiDeps,
  auth: Authenticator,
  progress: RunProgressReader = createRunProgressReader(),
): Route[] {
  const reader = createTemplateReader(deps.templates);
  const acceptor = createSendAcceptor(deps, reader);
  return [
    ...sendRoutes(acceptor),
    ...messageRoutes(deps),
    ...recallRoutes(deps),
    ...campaignRoutes(deps, reader),
    ...templateRoutes(deps, reader, acceptor),
    ...accountRoutes(deps),
    ...laneRoutes(deps),
    ...runRoutes({ ...deps, progress }),
    ...ruleRoutes(deps),
    ...suppressionRoutes(deps),
    ...audienceRoutes(deps),
    ...webhookRoutes(deps),
    ...maintenanceRoutes(deps),
    ...statisticsRoutes(deps),
    ...appRoutes(deps, auth),
    ...userRoutes(deps, auth),
    ...approvalRoutes(createKindsOfChange(deps, reader)),
    ...auditRoutes(),
  ];
}

/**
 * The API over what it is given; does not listen. A forwarded address is believed of PROXY_HOPS proxies, by default of none; only
 * the limit on attempts to sign in, and the record of a session, use the address (LUMINATE_COMPAT_KEY looks at the connection itself, and
 * any forwarded header switches it off).
 */
export function createApp(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.people.PROXY_HOPS);
  // Hashing each answer for an ETag would serve no one: they are not read twice.
  app.disable('etag');
  const sessions = createSessions(deps);
  const known = createAuthenticator(deps.database.stores.apps, sessions);
  const auth = limitRequests(known, deps.requestLimiter, deps.metrics);
  const progress = createRunProgressReader();
  const routes = createRoutes(deps, auth, progress);
  app.use(assignRequestId, createRequestLog(deps.logger, deps.metrics), secureHeaders);
  app.use(['/v1', '/luminate'], forbidStoring);
  const services = { deps, auth, runOnce: createRunOnce(deps) };
  // Before all others, which it would have to be compared with: most requests are this one.
  app.post(SENDS, limitBodyTime());
  const isSend = ({ method, path }: Route): boolean => method === 'post' && path === SENDS;
  for (const route of routes.filter(isSend)) mountRoute(app, route, services);
  app.use(createRunFilesRouter({ ...deps, progress }, auth));
  app.use(createStatisticsFilesRouter(deps, auth));
  app.use(createAuditFilesRouter(deps, auth));
  // Uploads may take long, nothing else may.
  const uploads = createAudienceUploads(deps);
  app.use(createAudienceFilesRouter(deps, auth, uploads));
  app.use(createLuminateRouter(deps, routes, services, uploads), limitBodyTime());
  app.use(createSuppressionFilesRouter(deps, auth), createWebhookRouter(deps), createUnsubscribeRouter(deps));
  app.use(createSessionRouter(deps, sessions));
  for (const route of routes.filter((one) => !isSend(one))) mountRoute(app, route, services);
  app.use(createHealthRouter(deps));
  app.use(createDocsRouter(createOpenApiDocument(routes, OTHER_PATHS)));
  app.use(answerNotFound);
  app.use(createRefusalRecorder(deps));
  app.use(createErrorHandler(deps.logger, (error) => deps.database.isAway(error)));
  return app;
}
