import { SECURITY } from '../security';
import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { Router } from 'express';
import { z } from 'zod';
import { LATENCY_BOUNDS_MS } from '../../domain/statistics';
import { callerOf, nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { FILE_EXAMPLES } from '../examples/files';
import type { Authenticator } from '../middleware/auth';
import { planStatistics, readGroups, readNames } from '../read-statistics';
import { defineRoute, type Route } from '../route';
import { statisticsQuery, statisticsSchema } from '../schemas/statistics';
import { sendFile } from '../send-file';
import { statisticsLines } from '../statistics-csv';
import { parsePart } from '../validate';
import { placeOf, sumOfGroups, viewFigures } from '../view-statistics';

const FILE = '/v1/statistics.csv';
/** Rows of one answer. */
const MOST_ROWS = 5_000;

const problem = (description: string) => ({ description });

/** For the documentation. */
export const statisticsFilePaths: readonly RouteConfig[] = [
  {
    method: 'get',
    path: FILE,
    tags: ['Statistics'],
    security: SECURITY,
    operationId: 'getStatisticsCsv',
    summary: 'Export statistics',
    description:
      'What `GET /v1/statistics` tells, as CSV: a line for each item, however many, and a column for each status. By day or hour the ' +
      'lines come a day at a time, within it in the order of `by`. `cost` has an amount for each currency. A cell that a spreadsheet ' +
      'would take for a formula begins with an apostrophe.\n\nPermission: `statistics:read`.',
    request: { query: statisticsQuery },
    responses: {
      200: {
        description: 'The file.',
        content: { 'text/csv': { schema: z.string(), example: FILE_EXAMPLES.statistics } },
      },
      401: problem('`unauthorized`'),
      403: problem('`forbidden`'),
      422: problem('`invalid_request`'),
      429: problem('`rate_limited`: try again after `Retry-After` seconds.'),
      500: problem('`internal_error`'),
      503: problem('`service_unavailable`'),
    },
  },
];

/** How many messages came to what, how fast, and what they cost. */
export function statisticsRoutes(deps: Pick<ApiDeps, 'rules'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/statistics',
      tag: 'Statistics',
      permission: 'statistics:read',
      summary: 'Read statistics',
      description:
        'Messages by the hour of their acceptance and what became of them, told apart by what `by` names, in that order. They are ' +
        'made every few minutes from the messages, and outlive them; `asOf` says how exact they are. At most ' +
        `${MOST_ROWS} items: 422 \`too_many_rows\` beyond.`,
      problems: ['forbidden'],
      query: statisticsQuery,
      response: statisticsSchema,
      async handler({ query, caller, stores }) {
        const plan = await planStatistics(deps, stores, caller, query);
        // First, so that it never promises more than is there.
        const asOf = await stores.statisticsReader.asOf(plan.from, plan.until, new Date());
        const groups = await readGroups(stores, plan, MOST_ROWS);
        const names = await readNames(stores, groups);
        return {
          from: plan.from.toISOString(),
          until: plan.until.toISOString(),
          timezone: plan.timezone,
          asOf: asOf.changes.toISOString(),
          acceptedUntil: asOf.accepted.toISOString(),
          latencyBoundsMs: [...LATENCY_BOUNDS_MS],
          items: groups.map((group) => ({ ...placeOf(group, plan, names), ...viewFigures(group) })),
          totals: viewFigures(sumOfGroups(groups)),
        };
      },
    }),
  ];
}

/** The same as a file. */
export function createStatisticsFilesRouter(deps: Pick<ApiDeps, 'rules' | 'database'>, auth: Authenticator): Router {
  const router = Router();
  const { stores } = deps.database;
  router.get(FILE, nameRoute(FILE), auth.require('statistics:read'), async (req, res) => {
    const query = parsePart(statisticsQuery, req.query, 'query');
    const plan = await planStatistics(deps, stores, callerOf(res), query);
    await sendFile(res, { name: 'statistics.csv', type: 'text/csv', pieces: statisticsLines(stores, plan) });
  });
  return router;
}
