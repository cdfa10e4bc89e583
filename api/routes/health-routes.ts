import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { Router } from 'express';
import { z } from 'zod';
import { safeError } from '../../domain/safe-error';
import { nameRoute } from '../context';
import type { ApiDeps, Checks } from '../deps';

const checkSchema = z.strictObject({ ok: z.boolean(), detail: z.string().optional() });
const healthSchema = z.strictObject({ status: z.literal('ok') });
const readySchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'unavailable']),
    checks: z.strictObject({ mysql: checkSchema, redis: checkSchema, temporal: checkSchema }),
  })
  .meta({ id: 'Readiness' });
type Check = z.infer<typeof checkSchema>;

/** A check that takes longer has failed, in milliseconds. */
const PATIENCE_MS = 2000;

const json = (schema: z.ZodType, example: object) => ({ 'application/json': { schema, example } });

const here = { ok: true };
const away = { ok: false, detail: 'ECONNREFUSED' };
const READY = { status: 'degraded', checks: { mysql: here, redis: away, temporal: here } };
const AWAY = { status: 'unavailable', checks: { mysql: away, redis: here, temporal: here } };

/** For the documentation. */
export const healthPaths: readonly RouteConfig[] = [
  {
    method: 'get',
    path: '/healthz',
    operationId: 'getHealth',
    tags: ['Health'],
    summary: 'Is the process up?',
    responses: { 200: { description: 'It is.', content: json(healthSchema, { status: 'ok' }) } },
  },
  {
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    tags: ['Health'],
    summary: 'Can it serve?',
    description:
      'Sends are accepted as long as MySQL is there. Without Redis or Temporal the state is `degraded`, still with status 200: ' +
      'taking the process out of service would only refuse what it can keep safe, and deliver later.',
    responses: {
      200: { description: '`ok` or `degraded`.', content: json(readySchema, READY) },
      503: { description: '`unavailable`: MySQL cannot be used.', content: json(readySchema, AWAY) },
    },
  },
];

async function outcomeOf(check: () => Promise<void>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Check>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ok: false, detail: `no answer within ${PATIENCE_MS} ms` });
    }, PATIENCE_MS);
  });
  const answer = check().then(
    (): Check => ({ ok: true }),
    // A message may hold addresses and user names of our services: its code is enough.
    (error: unknown): Check => ({ ok: false, detail: safeError(error).code ?? 'cannot be used' }),
  );
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function readinessOf(checks: Checks): Promise<z.infer<typeof readySchema>> {
  const [mysql, redis, temporal] = await Promise.all([
    outcomeOf(() => checks.mysql()),
    outcomeOf(() => checks.redis()),
    outcomeOf(() => checks.temporal()),
  ]);
  const status = !mysql.ok ? 'unavailable' : redis.ok && temporal.ok ? 'ok' : 'degraded';
  return { status, checks: { mysql, redis, temporal } };
}

/** /healthz, /readyz and /metrics: open to all, so keep them from the outside where that matters. */
export function createHealthRouter({ checks, metrics }: Pick<ApiDeps, 'checks' | 'metrics'>): Router {
  const router = Router();
  router.get('/healthz', nameRoute('/healthz'), (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', nameRoute('/readyz'), async (_req, res) => {
    const readiness = await readinessOf(checks);
    res.status(readiness.status === 'unavailable' ? 503 : 200).json(readiness);
  });
  router.get('/metrics', nameRoute('/metrics'), async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}
