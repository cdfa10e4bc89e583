import type { z } from 'zod';
import type { StatisticsGroup } from '../db/stores/statistics-reader';
import type { MessageStatus } from '../domain/message-status';
import { sumPrices } from '../domain/price';
import { addMeasures, countOf, latencyOf, STOPPED, type Measures } from '../domain/statistics';
import type { StatisticsNames, StatisticsPlan } from './read-statistics';
import type { figuresSchema, statisticsItemSchema } from './schemas/statistics';

type Figures = z.input<typeof figuresSchema>;
type Counted = Pick<StatisticsGroup, 'measures' | 'cost' | 'unpriced'>;

/** What was counted, in the words of the API. */
export function viewFigures({ measures, cost, unpriced }: Counted): Figures {
  const n = (...statuses: readonly MessageStatus[]): number =>
    statuses.reduce((sum, status) => sum + (measures[countOf(status)] ?? 0), 0);
  const waiting = n('accepted', 'deferred');
  const inFlight = n('sending');
  const ended = {
    ...{ sent: n('sent'), delivered: n('delivered'), bounced: n('bounced'), undelivered: n('undelivered') },
    ...{ complained: n('complained'), failed: n('failed'), unknown: n('unknown'), stopped: n(...STOPPED) },
  };
  return {
    messages: Object.values(ended).reduce((sum, count) => sum + count, waiting + inFlight),
    waiting,
    inFlight,
    ...ended,
    stoppedBy: Object.fromEntries(STOPPED.map((status) => [status, n(status)])),
    acceptToProvider: viewLatency(measures, 'accept'),
    providerToDelivered: viewLatency(measures, 'deliver'),
    emails: measures['emails'] ?? 0,
    smsSegments: measures['segments'] ?? 0,
    smsOfUnknownSize: measures['unsized'] ?? 0,
    cost: [...cost],
    unpriced,
  };
}

function viewLatency(measures: Readonly<Measures>, latency: 'accept' | 'deliver') {
  const { buckets, ...figures } = latencyOf(measures, latency);
  return { ...figures, buckets: [...buckets] };
}

/** The sum of groups. */
export function sumOfGroups(groups: readonly Counted[]): Counted {
  const measures: Measures = {};
  let unpriced = 0;
  for (const group of groups) {
    addMeasures(measures, group.measures);
    unpriced += group.unpriced;
  }
  return { measures, unpriced, cost: sumPrices(groups.flatMap(({ cost }) => cost)) };
}

type Item = z.input<typeof statisticsItemSchema>;
type Place = Pick<Item, 'hour' | 'day' | 'template' | 'lane' | 'account' | 'campaign' | 'app'>;

/** What a group is told apart by. */
export function placeOf(group: StatisticsGroup, { localDays }: StatisticsPlan, names: StatisticsNames): Place {
  const { hour, template, lane, account, campaign, app } = group;
  const day = group.day === undefined ? undefined : localDays[group.day];
  const iso = (at: number): string => new Date(at).toISOString();
  const named = (what: 'account' | 'campaign' | 'app', id: string) => ({ id, name: names[what]?.get(id) ?? null });
  return {
    ...(hour ? { hour: hour.toISOString() } : {}),
    ...(day ? { day: { date: day.day, from: iso(day.from), until: iso(day.until) } } : {}),
    ...(template === undefined
      ? {}
      : { template: { id: template, key: names.template?.get(String(template)) ?? null } }),
    ...(lane ? { lane } : {}),
    ...(account === undefined ? {} : { account: account === '' ? null : named('account', account) }),
    ...(campaign === undefined ? {} : { campaign: campaign === '' ? null : named('campaign', campaign) }),
    ...(app === undefined ? {} : { app: named('app', app) }),
  };
}
