import { isSupportedCountry } from 'libphonenumber-js/max';
import isFQDN from 'validator/lib/isFQDN';
import { z } from 'zod';
import { isTimezone } from '../domain/day';
import { isId, type AppId } from '../domain/ids';
import { LANES, MESSAGE_TYPE_NAMES, type Lane, type MessageType } from '../domain/lane';
import type { RouteEntry } from '../domain/route';
import { isQuietTime } from '../domain/quiet-hours';
import { MAX_ROUTE_ENTRIES, MAX_ROUTE_WEIGHT, routeFaults } from '../domain/route-rule';
import { QUIET_MODES, type RuleName, type Rules } from '../domain/rules';

/*
 * Values that were stored years ago are read by these schemas as well: a new field needs a default, and a bound may only be
 * widened, since a stored value that does not fit is not gone by.
 */

const DAY_SECONDS = 86_400;
const MAX_NAMED = 1_000;
const TEMPLATE_REF = /^(?:[1-9]\d{0,14}|(?!\d+$)[a-z0-9][a-z0-9._-]{0,99})$/;

const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];
const perType = <T extends z.ZodType>(of: (type: MessageType) => T) =>
  Object.fromEntries(MESSAGE_TYPE_NAMES.map((type) => [type, of(type)])) as Record<MessageType, T>;
/** Leaves out what was not given, as the types of the domain have it. */
const given = <T extends object>(value: object): T =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;

const templatesSchema = z
  .array(
    z
      .union([z.int(), z.string()], { error: 'must be the number or the key of a template' })
      .transform(String)
      .refine((ref) => TEMPLATE_REF.test(ref), 'must be the number or the key of a template'),
  )
  .max(MAX_NAMED)
  .transform(unique)
  .meta({ example: ['order-shipped', 17] });
const idSchema = <P extends 'acc' | 'app'>(prefix: P, what: string) =>
  z.string().refine((text) => isId(prefix, text), `must be the id of ${what}`);

const rateSchema = z
  .strictObject({ messages: z.int().min(1).max(1_000_000), perSeconds: z.int().min(1).max(DAY_SECONDS) })
  .meta({ id: 'Rate', description: 'At most `messages` in any `perSeconds` seconds, over all workers.' });
const windowSchema = z
  .strictObject({
    max: z.int().min(1).max(1_000).describe('Equal messages to one address within the window.'),
    windowSeconds: z
      .int()
      .min(1)
      .max(7 * DAY_SECONDS),
  })
  .nullable();

const dedup = z
  .strictObject({
    ...perType((type) => windowSchema.describe(`Content window of ${type} messages; null: none.`)),
    exempt: templatesSchema.describe('Templates, by number or key, whose messages are not deduplicated at all.'),
  })
  .meta({ id: 'RuleDedup', description: 'Value of the rule `dedup`: content deduplication. Templates may narrow it.' });

const caps = z
  .strictObject({
    ...perType((type) =>
      z.int().min(1).max(10_000).nullable().describe(`Most ${type} messages a day; null: no limit.`),
    ),
    exempt: templatesSchema.describe('Templates, by number or key, whose messages are not limited at all.'),
  })
  .meta({
    id: 'RuleCaps',
    description: 'Value of the rule `caps`: messages per address, channel and local day. Templates may narrow it.',
  });

const discard = z
  .strictObject({
    templates: templatesSchema.describe('Templates by number or key.'),
    apps: z
      .array(idSchema('app', 'an app'))
      .max(MAX_NAMED)
      .transform((ids) => unique(ids as AppId[]))
      .describe('Ids of apps.'),
  })
  .meta({
    id: 'RuleDiscard',
    description: 'Value of the rule `discard`: messages of what is named end `discarded`, those that wait as well.',
  });

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a local time such as 08:00');

const quietHours = z
  .strictObject({
    from: clock.describe('Local time at which the quiet hours begin.'),
    until: clock.describe('Local time at which they end; before `from`: on the next day.'),
    resumeAt: clock.describe('Local time at which waiting messages go out; at `until` or later.'),
    ...perType((type) => z.enum(QUIET_MODES).describe(`What happens to ${type} messages in quiet hours.`)),
  })
  .superRefine(({ from, until, resumeAt }, context) => {
    const refuse = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [field], message, params: { code: 'contradiction' } });
    };
    if (from === until) refuse('until', 'must differ from `from`');
    else if (isQuietTime(resumeAt, { from, until })) refuse('resumeAt', 'must not lie in the quiet hours');
  })
  .meta({
    id: 'RuleQuietHours',
    description:
      'Value of the rule `quiet-hours`. In them a message goes out all the same (`send`), ends `shielded` (`drop`) or waits (`wait`).',
  });

const flow = z
  .strictObject({
    accounts: z
      .record(idSchema('acc', 'an account'), rateSchema.nullable())
      .transform((rates) => rates as Rules['flow']['accounts'])
      .describe("By account id: wins over the account's own rate; null lifts it."),
    channels: z
      .strictObject({ email: rateSchema.optional(), sms: rateSchema.optional() })
      .transform((rates) => given<Rules['flow']['channels']>(rates))
      .describe('All messages of a channel together.'),
    apps: z
      .record(idSchema('app', 'an app'), rateSchema)
      .transform((rates) => rates as Rules['flow']['apps'])
      .describe('By app id: all messages of an app together.'),
  })
  .meta({
    id: 'RuleFlow',
    description: 'Value of the rule `flow`: rates beyond those of accounts; all of them count.',
  });

/** One account of a route. */
export const routeEntrySchema = z.strictObject({
  accountId: idSchema('acc', 'an account').transform((id) => id),
  weight: z
    .int()
    .min(0)
    .max(MAX_ROUTE_WEIGHT)
    .describe('Share of first attempts, relative to the others; 0: failover only.'),
});
const laneRoute = z
  .array(routeEntrySchema)
  .min(1)
  .max(MAX_ROUTE_ENTRIES)
  .superRefine((entries, context) => {
    for (const { index, code, detail: message } of routeFaults(entries)) {
      const path = index === undefined ? [] : [index, 'accountId'];
      context.addIssue({ code: 'custom', path, message, params: { code } });
    }
  })
  .transform((entries): readonly RouteEntry[] => entries);

const routes = z
  .strictObject(
    Object.fromEntries(LANES.map((lane) => [lane, laneRoute.optional().describe('In failover order.')])) as Record<
      Lane,
      z.ZodOptional<typeof laneRoute>
    >,
  )
  .transform((lanes) => given<Rules['routes']>(lanes))
  .meta({
    id: 'RuleRoutes',
    description: 'Value of the rule `routes`: the accounts that serve each lane. Without a route messages wait.',
  });

const seconds = (min: number, max: number) => z.int().min(min).max(max);
const breaker = z
  .strictObject({
    windowSeconds: seconds(1, 3_600).describe('Answers of this time are looked at.'),
    minAttempts: z.int().min(1).max(100_000).describe('Fewer answers than this never open it.'),
    failureShare: z.number().min(0.01).max(1).describe('Share of failures, above 0 to 1, that opens it.'),
    openSeconds: seconds(1, 3_600).describe('For how long it stays open at first; doubles with each failed probe.'),
    maxOpenSeconds: seconds(1, DAY_SECONDS).describe('For how long it stays open at most.'),
    rampSeconds: seconds(0, DAY_SECONDS).describe('Time from a good probe to the full share.'),
  })
  .superRefine(({ openSeconds, maxOpenSeconds }, context) => {
    if (maxOpenSeconds >= openSeconds) return;
    const message = 'must not be smaller than openSeconds';
    context.addIssue({ code: 'custom', path: ['maxOpenSeconds'], message, params: { code: 'contradiction' } });
  })
  .meta({ id: 'RuleBreaker', description: 'Value of the rule `breaker`: when a failing account is taken out of use.' });

/** A host as `isAllowedHost` of domain/attachment.ts reads it. */
function isFileHost(text: string): boolean {
  const [, name = '', port = '443'] = /^([^:]+)(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  return isFQDN(name, { allow_wildcard: true }) && Number(port) <= 65_535;
}

const attachments = z
  .strictObject({
    hosts: z
      .array(
        z
          .string()
          .toLowerCase()
          .refine(
            isFileHost,
            'must be the name of a host, such as files.example.com, *.example.com or a.example.com:8443',
          ),
      )
      .max(MAX_NAMED)
      .transform(unique)
      .describe(
        'Hosts that attachments may be fetched from, over https. `*.example.com`: every name below it, but not itself. Port 443, unless another is named: `files.example.com:8443`.',
      )
      .meta({ example: ['files.example.com', '*.cdn.example.com'] }),
    maxBytes: z
      .int()
      .min(1)
      .max(50 * 1024 * 1024)
      .describe('Most bytes of all attachments of one mail.'),
  })
  .meta({ id: 'RuleAttachments', description: 'Value of the rule `attachments`.' });

const defaults = z
  .strictObject({
    region: z
      .string()
      .refine(isSupportedCountry, 'must be a region with phone numbers (ISO 3166-1 alpha-2), such as CN')
      .describe('Region in which a phone number without country code is read.'),
    timezone: z
      .string()
      .max(64)
      .refine(isTimezone, 'is not an IANA time zone, e.g. Asia/Shanghai')
      .describe('Zone of days and quiet hours where neither recipient nor template names one.'),
  })
  .meta({ id: 'RuleDefaults', description: 'Value of the rule `defaults`.' });

const approval = z
  .strictObject({
    templates: z.boolean().describe('New versions of templates, and changes of their names and policies.'),
    campaignsOver: z
      .int()
      .min(0)
      .max(1_000_000_000)
      .nullable()
      .describe('Campaigns with more recipients than this; null: none.'),
    rules: z.boolean().describe('Rules and routes, this one too.'),
    accounts: z.boolean().describe('Accounts of providers.'),
  })
  .meta({
    id: 'RuleApproval',
    description: 'Value of the rule `approval`: what waits until a second person has approved it (docs/approval.md).',
  });

/** Checks a value that is to become a rule, and one that was stored. */
export type RuleSchemas = { readonly [N in RuleName]: z.ZodType<Rules[N]> };

export const RULE_SCHEMAS: RuleSchemas = {
  dedup,
  caps,
  discard,
  'quiet-hours': quietHours,
  flow,
  routes,
  breaker,
  attachments,
  defaults,
  approval,
};
