import type { Knex } from 'knex';
import type { AccountId, AppId, CampaignId, TemplateId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import { plainAmount, type Price } from '../../domain/price';
import { COMMIT_MS, HOUR_MS, MEASURES, type Dimension, type Measures } from '../../domain/statistics';
import { receiptsLookedAt } from './statistics-looks';

/** What is asked of the read model. Times are whole hours. */
export interface StatisticsQuery {
  /** Accepted at this time or later, and before this one. */
  readonly from: Date;
  readonly until: Date;
  readonly by: readonly Dimension[];
  /** When each day begins, for those by day: whole hours, in order, the first one is `from`. */
  readonly days: readonly Date[];
  readonly appId?: AppId | undefined;
  readonly templateId?: TemplateId | undefined;
  readonly lane?: Lane | undefined;
  readonly accountId?: AccountId | undefined;
  readonly campaignId?: CampaignId | undefined;
}

/** Messages that are alike in what was asked for. Of an account or a campaign '' stands for none. */
export interface StatisticsGroup {
  readonly hour?: Date;
  /** Index in the `days` of the query. */
  readonly day?: number;
  readonly template?: number;
  readonly lane?: Lane;
  readonly account?: string;
  readonly campaign?: string;
  readonly app?: string;
  readonly measures: Measures;
  /** At the prices of today, by currency; without those of accounts that have none. */
  readonly cost: readonly Price[];
  /** Emails and SMS segments of accounts that have no price. */
  readonly unpriced: number;
}

export type Named = 'template' | 'account' | 'campaign' | 'app';

/** Reads the statistics; what they are made of is read by nobody here, so the answer does not depend on how many messages there are. */
export interface StatisticsReader {
  /** At most `limit` groups, in the order of what was asked for; `after` is the last one of the previous page. */
  read(query: StatisticsQuery, limit: number, after?: StatisticsGroup): Promise<StatisticsGroup[]>;
  /** Until when everything that happened to the messages of this time is counted, and until when all that were accepted are. */
  asOf(from: Date, until: Date, now: Date): Promise<{ readonly changes: Date; readonly accepted: Date }>;
  /** What people call these, also deleted ones; whose rows are gone is absent. */
  names(what: Named, ids: readonly (string | number)[]): Promise<Map<string, string>>;
}

export function createStatisticsReader(knex: Knex): StatisticsReader {
  return {
    read: (query, limit, after) => read(knex, query, limit, after),
    asOf: (from, until, now) => asOf(knex, from, until, now),
    async names(what, ids) {
      const [table, name] = NAMES[what];
      const rows: unknown = await knex(table)
        .whereIn('id', [...new Set(ids)])
        .select('id', { name });
      return new Map((rows as { id: string | number; name: string }[]).map((row) => [String(row.id), row.name]));
    },
  };
}

const NAMES: Readonly<Record<Named, readonly [table: string, column: string]>> = {
  template: ['templates', 'template_key'],
  account: ['accounts', 'name'],
  campaign: ['campaigns', 'name'],
  app: ['apps', 'name'],
};

const COLUMNS: Readonly<Record<Exclude<Dimension, 'day'>, string>> = {
  hour: 'h.hour',
  template: 'h.template_id',
  lane: 'h.lane',
  account: 'h.account_id',
  campaign: `COALESCE(r.campaign_id, '')`,
  app: 'h.app_id',
};

/** Whole numbers below 2^53 stay exact as DOUBLE, which both databases add many times faster than DECIMAL. */
const SUMS = MEASURES.map((name) => `SUM(h.${name} * 1e0) AS ${name}`).join(', ');
const CHARGED_UNITS = '(h.emails + h.segments)';

const hourNumber = (at: Date): number => Math.round(at.getTime() / HOUR_MS);

function expressionOf(dimension: Dimension, { days }: StatisticsQuery): string {
  if (dimension !== 'day') return COLUMNS[dimension];
  const numbers = days.map(hourNumber).join(', ');
  return `INTERVAL(TIMESTAMPDIFF(HOUR, '1970-01-01', h.hour), ${numbers}) - 1`;
}

/** Rows of groups that come after this one: alike in the first things asked for, and higher in the next. */
function onlyAfter(select: Knex.QueryBuilder, query: StatisticsQuery, last: StatisticsGroup): void {
  void select.where((any) => {
    for (const [i, next] of query.by.entries()) {
      void any.orWhere((all) => {
        for (const same of query.by.slice(0, i))
          void all.whereRaw(`${expressionOf(same, query)} = ?`, valueOf(last, same));
        void all.whereRaw(`${expressionOf(next, query)} > ?`, valueOf(last, next));
      });
    }
  });
}

const valueOf = (group: StatisticsGroup, dimension: Dimension): [string | number | Date] => [group[dimension] ?? ''];

async function read(
  knex: Knex,
  query: StatisticsQuery,
  limit: number,
  after?: StatisticsGroup,
): Promise<StatisticsGroup[]> {
  const { by } = query;
  const priced = await pricesOf(knex);
  const currencies = [...new Set(priced.map(({ currency }) => currency))];
  const apps = query.appId ? [query.appId] : await knex('stat_hours').distinct('app_id').pluck<string[]>('app_id');
  const select = knex
    .from({ h: 'stat_hours' })
    .whereIn('h.app_id', apps)
    .where('h.hour', '>=', query.from)
    .where('h.hour', '<', query.until)
    .select(...by.map((dimension) => knex.raw(`${expressionOf(dimension, query)} AS ${dimension}`)))
    .select(knex.raw(SUMS), unpricedOf(knex, priced), ...currencies.map((code, i) => costOf(knex, priced, code, i)))
    .limit(limit);
  for (const dimension of by) void select.groupBy(dimension).orderBy(dimension);
  if (after) onlyAfter(select, query, after);
  if (query.templateId !== undefined) void select.where('h.template_id', query.templateId);
  if (query.lane !== undefined) void select.where('h.lane', query.lane);
  if (query.accountId !== undefined) void select.where('h.account_id', query.accountId);
  if (query.campaignId !== undefined || by.includes('campaign')) {
    void select.leftJoin({ r: 'stat_runs' }, 'r.run_id', 'h.run_id');
  }
  if (query.campaignId !== undefined) void select.where('r.campaign_id', query.campaignId);
  const rows = (await select) as Row[];
  // Without groups there is one row even of nothing, whose sums are NULL.
  return rows.filter((row) => row[MEASURES[0] ?? ''] !== null).map((row) => toGroup(row, currencies));
}

type Row = Pick<StatisticsGroup, Dimension> & Readonly<Record<string, unknown>>;

function toGroup(row: Row, currencies: readonly string[]): StatisticsGroup {
  const { hour, day, template, lane, account, campaign, app } = row;
  return {
    ...(hour === undefined ? {} : { hour }),
    ...(day === undefined ? {} : { day }),
    ...(template === undefined ? {} : { template }),
    ...(lane === undefined ? {} : { lane }),
    ...(account === undefined ? {} : { account }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(app === undefined ? {} : { app }),
    measures: Object.fromEntries(MEASURES.map((name) => [name, Number(row[name])])),
    cost: currencies
      .map((currency, i) => ({ amount: plainAmount(String(row[`cost_${i}`])), currency }))
      .filter(({ amount }) => amount !== '0'),
    unpriced: Number(row['unpriced']),
  };
}

interface PricedAccount extends Price {
  readonly id: string;
}

async function pricesOf(knex: Knex): Promise<PricedAccount[]> {
  const rows: unknown = await knex('accounts')
    .whereNotNull('price_amount')
    .orderBy('id')
    .select('id', { amount: 'price_amount', currency: 'price_currency' });
  return rows as PricedAccount[];
}

function costOf(knex: Knex, priced: readonly PricedAccount[], currency: string, i: number): Knex.Raw {
  const accounts = priced.filter((account) => account.currency === currency);
  const cases = accounts.map(() => 'WHEN ? THEN CAST(? AS DECIMAL(18, 8))').join(' ');
  const bindings = accounts.flatMap(({ id, amount }) => [id, amount]);
  return knex.raw(`SUM(${CHARGED_UNITS} * CASE h.account_id ${cases} ELSE 0 END) AS cost_${i}`, bindings);
}

function unpricedOf(knex: Knex, priced: readonly PricedAccount[]): Knex.Raw {
  if (priced.length === 0) return knex.raw(`SUM(${CHARGED_UNITS} * 1e0) AS unpriced`);
  const ids = priced.map(({ id }) => id);
  return knex.raw(`SUM(IF(h.account_id IN (${ids.map(() => '?').join(', ')}), 0, ${CHARGED_UNITS})) AS unpriced`, ids);
}

/** An hour of which not all messages are counted that may still come to be. */
interface IncompleteHour {
  readonly hour: Date;
  readonly computed_at: Date | null;
  readonly imports_from: Date | null;
}

/** All its messages that were accepted until then are counted. */
function acceptedOf({ hour, computed_at, imports_from }: IncompleteHour): number {
  const counted = Math.max(hour.getTime(), (computed_at?.getTime() ?? 0) - COMMIT_MS);
  return Math.min(counted, imports_from?.getTime() ?? counted);
}

async function asOf(knex: Knex, from: Date, until: Date, now: Date): Promise<{ changes: Date; accepted: Date }> {
  const states = (): Knex.QueryBuilder => knex('stat_states').where('hour', '>=', from).where('hour', '<', until);
  const looked = await receiptsLookedAt(knex);
  const { counted, settled } = (await states()
    .min({ counted: 'counted_until' })
    .select(knex.raw('COUNT(*) - COUNT(counted_until) AS settled'))
    .first()) as { counted: Date | null; settled: number };
  const incomplete: IncompleteHour[] = await states()
    .whereRaw('(computed_at IS NULL OR imports_from IS NOT NULL OR computed_at < hour + INTERVAL ? SECOND)', [
      (HOUR_MS + COMMIT_MS) / 1000,
    ])
    .select('hour', 'computed_at', 'imports_from');
  const { known } = (await knex('stat_states').select(knex.raw('MAX(hour) + INTERVAL 1 HOUR AS known')).first()) as {
    known: Date | null;
  };
  const [first, last] = [from.getTime(), now.getTime()];
  const end = Math.max(first, Math.min(until.getTime(), last));
  const knownUntil = Math.max(first, known?.getTime() ?? 0);
  const accepted = Math.min(end, knownUntil, ...incomplete.map(acceptedOf));
  const exact = Math.min(counted?.getTime() ?? last, settled > 0 ? (looked?.getTime() ?? 0) : last);
  const changes = Math.min(Math.max(first, exact - COMMIT_MS), end <= knownUntil ? last : knownUntil);
  return { changes: new Date(changes), accepted: new Date(accepted) };
}
