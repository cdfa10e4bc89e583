import { z } from 'zod';
import { CONTROL_CHARACTERS } from '../../domain/control-characters';
import type { Template } from '../../db/stores/template-store';
import type { TemplateVersion, VersionAudit } from '../../db/stores/template-version-store';
import { AUDIT_CODES } from '../../domain/approval';
import type { Content, StoredContent } from '../../domain/content';
import { isTimezone } from '../../domain/day';
import type { TemplatePolicy } from '../../domain/policy';
import { approvalStatusSchema, auditCodeSchema } from './approvals';
import { channelSchema, messageTypeSchema, nameSchema, pageQuery, timeSchema, variablesSchema } from './common';

/** What a key looks like; digits only would be a number. */
export const TEMPLATE_KEY = /^(?!\d+$)[a-z0-9][a-z0-9._-]{0,99}$/;

const keySchema = z
  .string()
  .regex(
    TEMPLATE_KEY,
    'must have 1 to 100 of a-z, 0-9, ".", "_" and "-", begin with a letter or digit, and not be a number',
  )
  .describe('Unique among the templates.')
  .meta({ example: 'order-shipped' });

const emailContentSchema = z
  .strictObject({
    subject: z.string(),
    html: z.string().optional(),
    mjml: z.string().optional().describe('Instead of `html`.'),
    text: z.string().optional().describe('The text part; made from the HTML when absent.'),
  })
  .refine((content) => (content.html === undefined) !== (content.mjml === undefined), {
    error: 'needs exactly one of html and mjml',
  })
  .meta({
    id: 'EmailContent',
    example: { subject: 'Order {{ order }} is on its way', html: '<p>Dear {{ name }}, …</p>' },
  });
const vendorSchema = z
  .strictObject({
    templateCode: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must have 1 to 64 letters, digits, "_" and "-"')
      .optional()
      .describe("Code of the provider's template. Default: that of the account."),
    signName: z
      .string()
      .regex(new RegExp(`^[^${CONTROL_CHARACTERS}]{1,64}$`), 'must have 1 to 64 characters')
      .optional()
      .describe('Signature the provider shows. Default: that of the account.'),
    params: z
      .record(z.string().regex(/^\w{1,64}$/, 'must have 1 to 64 letters, digits and "_"'), z.string())
      .optional()
      .describe("Values of the provider's template, as Liquid. Default: `content`, which is the whole text."),
  })
  .meta({
    id: 'VendorTemplate',
    description: 'For accounts of providers that send templates of their own (aliyun); the others send `text`.',
    example: { templateCode: 'SMS_154950909', params: { code: '{{ code }}' } },
  });
const smsContentSchema = z
  .strictObject({ text: z.string(), vendor: vendorSchema.optional() })
  .meta({ id: 'SmsContent', example: { text: 'Your code is {{ code }}.' } });

/** Content by channel: which of the two is checked against the channel of the template. */
export const contentSchemas = { email: emailContentSchema, sms: smsContentSchema } as const;
/** Content of a template whose channel is not in the body; checked by `contentSchemas` once the channel is known. */
export const anyContentSchema = z.unknown();
/** For the documentation. */
export const documentedContentSchema = z.union([emailContentSchema, smsContentSchema]);

/** Without the keys that were not given, so that defaults may change later. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const withoutAbsent = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Given<T>;

export const policySchema = z
  .strictObject({
    dedup: z
      .strictObject({
        max: z.int().min(1).max(1000),
        windowSeconds: z
          .int()
          .min(1)
          .max(7 * 86_400),
      })
      .optional()
      .describe(
        'At most `max` equal messages to one address within the window. Narrows the rule `dedup`, never widens it.',
      ),
    dailyCap: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Messages per address, channel and local day. Narrows the rule `caps`, never widens it.'),
    quietHours: z
      .enum(['drop', 'wait'])
      .optional()
      .describe(
        'What happens in quiet hours: dropped (`shielded`), or held until they are over. Default: as the rule `quiet-hours` says.',
      ),
    timezone: z
      .string()
      .max(64)
      .refine(isTimezone, 'is not an IANA time zone, e.g. Asia/Shanghai')
      .optional()
      .describe("IANA zone of calendar days and quiet hours, where the recipient's is not known."),
    onUnknown: z
      .enum(['resend', 'hold'])
      .optional()
      .describe(
        'After a hand-over whose answer was lost: send again or hold as `unknown`. Default hold; verification: resend.',
      ),
    deliverWithinSeconds: z
      .int()
      .min(10)
      .max(30 * 86_400)
      .optional()
      .describe('For how long delivery is tried. Default: verification 15 min, notice 24 h, marketing 72 h.'),
    stickyAccount: z
      .boolean()
      .optional()
      .describe('All messages of the template go by the same account, as long as it works. Default false.'),
    holdAtProvider: z
      .boolean()
      .optional()
      .describe(
        'A message with `sendAt` goes to its provider at once, which holds it until then, where the account can (docs/providers.md); windows, caps and quiet hours count at once, too. Default false: it waits here.',
      ),
  })
  .transform((policy): TemplatePolicy => withoutAbsent(policy) as TemplatePolicy)
  .meta({ id: 'TemplatePolicy' });

export const newTemplateSchema = z.strictObject({
  key: keySchema,
  name: nameSchema(200),
  channel: channelSchema,
  messageType: messageTypeSchema,
  content: anyContentSchema,
  policy: policySchema.default({}),
});
export const documentedNewTemplateSchema = newTemplateSchema.extend({ content: documentedContentSchema });

export const templateChangeSchema = z.strictObject({
  name: nameSchema(200).optional(),
  policy: policySchema.optional().describe('Replaces the policy as a whole.'),
});
export const templateCopySchema = z.strictObject({ key: keySchema, name: nameSchema(200) });
export const newVersionSchema = z.strictObject({ content: anyContentSchema });
export const documentedNewVersionSchema = z.strictObject({ content: documentedContentSchema });

/** Path parameter of everything below one template. */
export const templateParams = z.object({ template: z.string().describe('Number or key of the template.') });

const stateSchema = z.enum(['running', 'stopped']);
export const templateListQuery = z.strictObject({
  search: z.string().min(1).max(200).optional().describe('Part of the key or the name.'),
  channel: channelSchema.optional(),
  messageType: messageTypeSchema.optional(),
  state: stateSchema.optional(),
  ...pageQuery,
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'must be pageInfo.after of the previous page')
    .optional()
    .describe('`pageInfo.after` of the previous page.'),
});

const variableListSchema = z.array(z.strictObject({ name: z.string(), required: z.boolean() }));
export const templateSchema = z
  .strictObject({
    id: z.int().describe('Number; every endpoint takes it or the key.'),
    key: z.string(),
    name: z.string(),
    channel: channelSchema,
    messageType: messageTypeSchema,
    state: stateSchema,
    currentVersion: z.int().nullable().describe('The version that is sent; null: none has been approved yet.'),
    waitingVersion: z.int().nullable().describe('The version that waits for approval.'),
    waitingSettings: z.string().nullable().describe('Id of the approval that a change of name or policy waits for.'),
    policy: policySchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Template' });
export const fullTemplateSchema = templateSchema
  .extend({ content: documentedContentSchema, variables: variableListSchema })
  .meta({
    id: 'TemplateWithContent',
    description: 'A template with the content of its current version; while there is none, of its newest.',
  });
const auditSchema = z
  .strictObject({
    status: approvalStatusSchema.describe('Only what is approved may be sent.'),
    code: auditCodeSchema,
    approvalId: z.string().optional().describe('Absent: it needed no approval.'),
    reason: z.string().optional(),
    decidedBy: z.string().optional(),
    decidedAt: timeSchema.optional(),
  })
  .meta({ id: 'Audit' });
export const versionSchema = z
  .strictObject({
    version: z.int(),
    variables: variableListSchema,
    createdAt: timeSchema,
    createdBy: z.string().describe('Id of the API key, or the person, that made it.'),
    audit: auditSchema,
  })
  .meta({ id: 'TemplateVersion' });
export const fullVersionSchema = versionSchema
  .extend({ content: documentedContentSchema })
  .meta({ id: 'TemplateVersionWithContent' });

export const previewRequestSchema = z.strictObject({
  variables: variablesSchema.default({}),
  version: z.int().min(1).optional().describe('Default: the current one; while there is none, the newest.'),
  content: anyContentSchema.optional().describe('Unsaved content to look at, instead of a version.'),
});
export const documentedPreviewRequestSchema = previewRequestSchema.extend({
  content: documentedContentSchema.optional(),
});
const previewed = {
  variables: variableListSchema,
  unusedVariables: z.array(z.string()).describe('Given, but not used by the content.'),
};
export const previewSchema = z
  .discriminatedUnion('channel', [
    z.strictObject({
      channel: z.literal('email'),
      subject: z.string(),
      html: z.string(),
      text: z.string(),
      ...previewed,
    }),
    z.strictObject({
      channel: z.literal('sms'),
      text: z.string(),
      encoding: z.enum(['GSM-7', 'UCS-2']),
      segments: z.int(),
      characters: z.int(),
      vendor: vendorSchema.optional(),
      ...previewed,
    }),
  ])
  .meta({ id: 'Preview' });

export const testSendSchema = z.strictObject({
  to: z.string().min(1).max(320).describe('Email address or phone number.'),
  version: z.int().min(1).optional().describe('Default: the current one. May be one that waits for approval.'),
  variables: variablesSchema.default({}),
});

/** As the editor wrote it: without what was made of it. */
export function viewContent(content: StoredContent): Content {
  if (!('subject' in content)) return content;
  const { compiledHtml: _made, ...written } = content;
  return written;
}

/** What of a template waits for approval. */
export type WaitingOfTemplate = Pick<z.input<typeof templateSchema>, 'waitingVersion' | 'waitingSettings'>;

export function viewTemplate(template: Template, waiting: WaitingOfTemplate): z.input<typeof templateSchema> {
  const { id, key, name, channel, messageType, state, currentVersion, policy, createdAt, updatedAt } = template;
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, key, name, channel, messageType, state, currentVersion, ...waiting, policy, ...times };
}

export function viewVersion(version: Omit<TemplateVersion, 'content'>): z.input<typeof versionSchema> {
  const { version: n, variables, createdAt, createdBy, audit } = version;
  const made = { version: n, variables: [...variables], createdAt: createdAt.toISOString(), createdBy };
  return { ...made, audit: viewAudit(audit) };
}

function viewAudit({ status, approvalId, reason, decidedBy, decidedAt }: VersionAudit): z.input<typeof auditSchema> {
  return {
    ...{ status, code: AUDIT_CODES[status] },
    ...(approvalId === null ? {} : { approvalId }),
    ...(reason === null ? {} : { reason }),
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
  };
}
