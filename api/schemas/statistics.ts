import { z } from 'zod';
import { isTimezone } from '../../domain/day';
import { DIMENSIONS, LATENCY_BOUNDS_MS, STOPPED, type Dimension } from '../../domain/statistics';
import { givenTimeSchema, laneSchema, timeSchema } from './common';

const count = z.int().min(0);
const millis = z.int().min(0).nullable();

const latencySchema = z
  .strictObject({
    count,
    meanMs: millis,
    p50Ms: millis,
    p90Ms: millis,
    p99Ms: millis,
    buckets: z
      .array(count)
      .describe('Messages by bucket of `latencyBoundsMs`. Buckets of several answers may be added.'),
  })
  .meta({ id: 'Latency', description: 'Percentiles are interpolated within their bucket; null of no message.' });

const named = z.strictObject({ id: z.string(), name: z.string().nullable().describe('null: it is gone.') });

export const figuresSchema = z
  .strictObject({
    messages: count.describe('All of them: the sum of waiting to stopped.'),
    waiting: count.describe('Accepted or deferred.'),
    inFlight: count.describe('Being handed over.'),
    sent: count.describe('Taken by the provider, which has told no more.'),
    delivered: count,
    bounced: count,
    undelivered: count,
    complained: count,
    failed: count,
    unknown: count.describe('Handed over; the answer is lost.'),
    stopped: count.describe('Not handed over, for the reasons of `stoppedBy`.'),
    stoppedBy: z.strictObject(Object.fromEntries(STOPPED.map((name) => [name, count]))),
    acceptToProvider: latencySchema,
    providerToDelivered: latencySchema,
    emails: count.describe('Emails handed over.'),
    smsSegments: count.describe('Segments of the SMS handed over.'),
    smsOfUnknownSize: count.describe('SMS handed over before segments were kept: in no other figure of size or cost.'),
    cost: z
      .array(z.strictObject({ amount: z.string(), currency: z.string() }))
      .describe('Estimated at the prices that accounts have now, by currency.')
      .meta({ example: [{ amount: '12.345', currency: 'EUR' }] }),
    unpriced: count.describe('Emails and SMS segments of accounts without a price: not in `cost`.'),
  })
  .meta({ id: 'StatisticsFigures' });

export const statisticsItemSchema = figuresSchema
  .extend({
    hour: timeSchema.optional(),
    day: z
      .strictObject({ date: z.string().meta({ example: '2026-11-24' }), from: timeSchema, until: timeSchema })
      .optional()
      .describe('A local day and the hours that are counted to it.'),
    template: z.strictObject({ id: z.int(), key: z.string().nullable() }).optional(),
    lane: laneSchema.optional(),
    account: named.nullable().optional().describe('Of the last attempt; null: none was made.'),
    campaign: named.nullable().optional().describe('null: they belong to no run of a campaign.'),
    app: named.optional(),
  })
  .meta({ id: 'StatisticsItem', description: 'Figures of messages that are alike in what `by` names.' });

export const statisticsSchema = z
  .strictObject({
    from: timeSchema,
    until: timeSchema,
    timezone: z.string(),
    asOf: timeSchema.describe(
      'Everything that happened to these messages until then is counted; much of what came later is.',
    ),
    acceptedUntil: timeSchema.describe('All messages that were accepted until then are counted.'),
    latencyBoundsMs: z
      .array(z.int())
      .describe('The first bucket is below the first of these; the last one begins with the last.')
      .meta({ example: [...LATENCY_BOUNDS_MS] }),
    items: z.array(statisticsItemSchema),
    totals: figuresSchema.describe('The sum of all items.'),
  })
  .meta({ id: 'Statistics' });

const isDimension = (text: string): text is Dimension => (DIMENSIONS as readonly string[]).includes(text);

export const statisticsQuery = z.strictObject({
  from: givenTimeSchema
    .optional()
    .describe('Accepted at this time or later; begins with its hour. Default: seven days before `until`.'),
  until: givenTimeSchema.optional().describe('Accepted before this time; ends with its hour. Default: now.'),
  by: z
    .string()
    .max(100)
    .default('')
    .transform((text) => [...new Set(text.split(',').filter((name) => name !== ''))])
    .refine((names) => names.every(isDimension), `must be a list, with commas, of ${DIMENSIONS.join(', ')}`)
    .refine((names) => !(names.includes('hour') && names.includes('day')), 'must not have both hour and day')
    .transform((names) => names.filter(isDimension))
    .describe(`What figures are told apart by: a list, with commas, of ${DIMENSIONS.join(', ')}. Default: all in one.`)
    .meta({ example: 'day,template' }),
  timezone: z
    .string()
    .max(64)
    .refine(isTimezone, 'must be an IANA time zone such as Asia/Shanghai')
    .optional()
    .describe('Zone of days. Default: that of the rule `defaults`.'),
  template: z.string().min(1).max(100).optional().describe('Number or key.'),
  lane: laneSchema.optional(),
  account: z.string().optional().describe('Id.'),
  campaign: z.string().optional().describe('Id.'),
  app: z.string().optional().describe('Id. An app key has its own only; default of an admin key: all.'),
});
