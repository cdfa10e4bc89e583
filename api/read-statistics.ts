import type { z } from 'zod';
import type { Stores } from '../db/database';
import type { Named, StatisticsGroup, StatisticsQuery } from '../db/stores/statistics-reader';
import { isId, type AppId } from '../domain/ids';
import type { LiveRules } from '../domain/rules';
import { HOUR_MS, hourOf } from '../domain/statistics';
import type { Caller } from './context';
import { idOfQuery } from './page-cursor';
import { ApiError, invalidRequest } from './problem';
import { templateOf } from './routes/message-routes';
import type { statisticsQuery } from './schemas/statistics';
import { statisticsDays, type StatisticsDay } from './statistics-days';

/** A checked query, with the local days it spans. */
export interface StatisticsPlan extends StatisticsQuery {
  readonly timezone: string;
  readonly localDays: readonly StatisticsDay[];
}

/** Names by id of everything that some groups are told apart by. */
export type StatisticsNames = Readonly<Partial<Record<Named, ReadonlyMap<string, string>>>>;

const WEEK_MS = 7 * 86_400_000;
const LONGEST_DAYS = 800;
/** What a DATETIME can hold, and an id. */
const [EARLIEST, LATEST] = [0, Date.UTC(9999, 11, 31)];

const refuse = (parameter: string, code: string, detail: string) => invalidRequest([{ parameter, code, detail }]);

function appOf(caller: Caller, app: string | undefined): AppId | undefined {
  if (app !== undefined && !isId('app', app)) throw refuse('app', 'invalid_format', 'must be the id of an app');
  if (caller.role === 'admin') return app;
  if (app === undefined || app === caller.appId) return caller.appId;
  throw new ApiError('forbidden', 'Only an admin key may read the statistics of another app.');
}

function spanOf(given: { from?: Date | undefined; until?: Date | undefined }): { from: number; until: number } {
  const end = given.until?.getTime() ?? Date.now();
  const until = Math.ceil(end / HOUR_MS) * HOUR_MS;
  const from = hourOf(given.from?.getTime() ?? until - WEEK_MS);
  const between = 'must be between 1970-01-01T00:00:00Z and 9999-12-31T00:00:00Z';
  if (until > LATEST) throw refuse('until', 'invalid_span', between);
  if (from < EARLIEST) throw refuse('from', 'invalid_span', between);
  if (from >= until) throw refuse('from', 'invalid_span', 'must be before until');
  if (until - from > LONGEST_DAYS * 86_400_000) {
    throw refuse('from', 'span_too_long', `must be at most ${LONGEST_DAYS} days before until`);
  }
  return { from, until };
}

/** What a caller may ask for, checked: 422 for what names nothing, 403 for another app. */
export async function planStatistics(
  { rules }: { readonly rules: LiveRules },
  stores: Stores,
  caller: Caller,
  query: z.output<typeof statisticsQuery>,
): Promise<StatisticsPlan> {
  const { from, until } = spanOf(query);
  const timezone = query.timezone ?? rules.current().defaults.timezone;
  const localDays = query.by.includes('day') ? statisticsDays(from, until, timezone) : [];
  return {
    from: new Date(from),
    until: new Date(until),
    by: query.by,
    timezone,
    localDays,
    days: localDays.map((day) => new Date(day.from)),
    appId: appOf(caller, query.app),
    templateId: await templateOf(stores, query.template),
    lane: query.lane,
    accountId: idOfQuery('acc', 'account', query.account),
    campaignId: idOfQuery('cmp', 'campaign', query.campaign),
  };
}

/** The groups of a plan. Throws 422 when there are more than `most`. */
export async function readGroups(stores: Stores, plan: StatisticsPlan, most: number): Promise<StatisticsGroup[]> {
  const groups = await stores.statisticsReader.read(plan, most + 1);
  if (groups.length <= most) return groups;
  throw refuse(
    'by',
    'too_many_rows',
    `leads to more than ${most} rows: ask for a shorter time, for fewer things in by, or with a filter; or read /v1/statistics.csv`,
  );
}

/** What the templates, accounts, campaigns and apps of these groups are called. */
export async function readNames(stores: Stores, groups: readonly StatisticsGroup[]): Promise<StatisticsNames> {
  const names: Partial<Record<Named, ReadonlyMap<string, string>>> = {};
  for (const what of ['template', 'account', 'campaign', 'app'] as const) {
    const ids = groups.flatMap((group) => group[what] ?? []).filter((id) => id !== '');
    if (ids.length > 0) names[what] = await stores.statisticsReader.names(what, ids);
  }
  return names;
}
