import type { Stores } from '../db/database';
import type { StatisticsGroup } from '../db/stores/statistics-reader';
import { csvCell } from '../domain/csv';
import { MESSAGE_STATUS_NAMES } from '../domain/message-status';
import { countOf, type Dimension, type LatencyFigures } from '../domain/statistics';
import { readNames, type StatisticsNames, type StatisticsPlan } from './read-statistics';
import { placeOf, viewFigures } from './view-statistics';

/** Lines that are made at once: the more there are, the fewer times a day is summed up. */
const PAGE = 50_000;
const DAY_MS = 86_400_000;

type Cell = string | number | null | undefined;
type Place = ReturnType<typeof placeOf>;

const COLUMNS: Readonly<Record<Dimension, readonly [name: string, of: (place: Place) => Cell][]>> = {
  hour: [['hour', ({ hour }) => hour]],
  day: [['day', ({ day }) => day?.date]],
  template: [
    ['templateId', ({ template }) => template?.id],
    ['template', ({ template }) => template?.key],
  ],
  lane: [['lane', ({ lane }) => lane]],
  account: [
    ['accountId', ({ account }) => account?.id],
    ['account', ({ account }) => account?.name],
  ],
  campaign: [
    ['campaignId', ({ campaign }) => campaign?.id],
    ['campaign', ({ campaign }) => campaign?.name],
  ],
  app: [
    ['appId', ({ app }) => app?.id],
    ['app', ({ app }) => app?.name],
  ],
};
const LATENCY = ['Count', 'MeanMs', 'P50Ms', 'P90Ms', 'P99Ms'];
const FIGURES = [
  ...['messages', ...MESSAGE_STATUS_NAMES],
  ...['emails', 'smsSegments', 'smsOfUnknownSize', 'cost', 'unpriced'],
  ...LATENCY.map((name) => `acceptToProvider${name}`),
  ...LATENCY.map((name) => `providerToDelivered${name}`),
];

const line = (cells: readonly Cell[]): string => `${cells.map((cell) => csvCell(String(cell ?? ''))).join(',')}\r\n`;
const latencyCells = ({ count, meanMs, p50Ms, p90Ms, p99Ms }: LatencyFigures): Cell[] => [
  ...[count, meanMs, p50Ms, p90Ms, p99Ms],
];

function lineOf(group: StatisticsGroup, plan: StatisticsPlan, names: StatisticsNames): string {
  const place = placeOf(group, plan, names);
  const figures = viewFigures(group);
  return line([
    ...plan.by.flatMap((dimension) => COLUMNS[dimension].map(([, of]) => of(place))),
    ...[figures.messages, ...MESSAGE_STATUS_NAMES.map((status) => group.measures[countOf(status)] ?? 0)],
    ...[figures.emails, figures.smsSegments, figures.smsOfUnknownSize],
    ...[figures.cost.map(({ amount, currency }) => `${amount} ${currency}`).join('; '), figures.unpriced],
    ...latencyCells(figures.acceptToProvider),
    ...latencyCells(figures.providerToDelivered),
  ]);
}

/** A plan by days or hours as one for each day, so that no more than that is held at once. */
function piecesOf(plan: StatisticsPlan): StatisticsPlan[] {
  const piece = (from: number, until: number): StatisticsPlan => ({
    ...{ ...plan, from: new Date(from), until: new Date(until) },
  });
  if (plan.by.includes('day')) {
    return plan.localDays.map((day) => ({
      ...piece(day.from, day.until),
      ...{ localDays: [day], days: [new Date(day.from)] },
    }));
  }
  if (!plan.by.includes('hour')) return [plan];
  const pieces: StatisticsPlan[] = [];
  const until = plan.until.getTime();
  for (let from = plan.from.getTime(); from < until; from += DAY_MS) {
    pieces.push(piece(from, Math.min(until, from + DAY_MS)));
  }
  return pieces;
}

/** The groups of a plan, some at a time. */
async function* groupsOf(stores: Stores, plan: StatisticsPlan): AsyncGenerator<StatisticsGroup[]> {
  for (let after: StatisticsGroup | undefined; ;) {
    const groups = await stores.statisticsReader.read(plan, PAGE, after);
    yield groups;
    if (groups.length < PAGE) return;
    after = groups.at(-1);
  }
}

/** The statistics of a plan as CSV, a day at a time. Of each currency `cost` has an amount. */
export async function* statisticsLines(stores: Stores, plan: StatisticsPlan): AsyncGenerator<string> {
  let text = line([...plan.by.flatMap((dimension) => COLUMNS[dimension].map(([name]) => name)), ...FIGURES]);
  for (const piece of piecesOf(plan)) {
    for await (const groups of groupsOf(stores, piece)) {
      const names = await readNames(stores, groups);
      yield text + groups.map((group) => lineOf(group, piece, names)).join('');
      text = '';
    }
  }
}
