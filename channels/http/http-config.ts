import { z } from 'zod';
import { requestSettings } from './request-settings';
import { HAND_OVER_CLASSES, type HandOverClass } from '../../domain/hand-over';
import type { Channel } from '../../domain/lane';
import { patternFault } from './safe-pattern';
import { templateFault, type TemplateKind } from './request-template';

/** A Liquid text over what there is to send; `names` are checked here, the secrets when the account is opened. */
const template = (channel: Channel, kind: TemplateKind, max = 20_000) =>
  z
    .string()
    .max(max)
    .superRefine((source, context) => {
      const message = templateFault(source, kind, channel);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });

const patternSchema = z.string().superRefine((source, context) => {
  const message = patternFault(source);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
const pointerSchema = z
  .string()
  .max(200)
  .regex(/^(\/([^~/]|~[01])*)*$/, 'must be a JSON Pointer, like /data/id')
  .describe('JSON Pointer into the answer, like /data/id.');

/** The origin is written out: no value can lead a request elsewhere. */
const ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+([/?].*)?$/s;
const urlSchema = (channel: Channel) =>
  template(channel, 'url', 2000)
    .refine((source) => ORIGIN.test(source) && URL.canParse(source.replace(/\{[{%].*?[%}]\}/gs, 'x')), {
      message: 'must be an address whose host is written out, like https://api.example/send?id={{ messageId }}',
    })
    .describe('Address, as Liquid; values are URL-encoded. The host must be written out.');
const headersSchema = (channel: Channel) =>
  z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header'), template(channel, 'plain', 4000))
    .default({})
    .describe('Headers, as Liquid, e.g. `{"Authorization": "Bearer {{ secrets.token }}"}`.');

/** Calls `visit` for every text in a JSON value, with its path. */
function eachText(value: unknown, path: PropertyKey[], visit: (text: string, path: PropertyKey[]) => void): void {
  if (typeof value === 'string') visit(value, path);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) eachText(inner, [...path, name], visit);
}

const jsonSchema = (channel: Channel) =>
  z.unknown().superRefine((value, context) => {
    if (value === undefined) context.addIssue({ code: 'custom', message: 'is missing' });
    eachText(value, [], (text, path) => {
      const message = templateFault(text, 'plain', channel);
      if (message !== undefined) context.addIssue({ code: 'custom', path, message });
    });
  });
const bodySchema = (channel: Channel) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('json'),
      content: jsonSchema(channel).describe('JSON whose texts are Liquid. A value stays inside its text.'),
    }),
    z.strictObject({ kind: z.literal('form'), fields: z.record(z.string(), template(channel, 'plain')) }),
    z.strictObject({
      kind: z.literal('text'),
      contentType: z
        .string()
        .regex(/^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/)
        .default('text/plain; charset=utf-8'),
      content: template(channel, 'plain').describe('Liquid. Values are put in as they are: use its filters to escape.'),
    }),
  ]);

const classes = Object.keys(HAND_OVER_CLASSES) as [HandOverClass, ...HandOverClass[]];
const ruleSchema = z.strictObject({
  when: z
    .strictObject({
      status: z
        .union([z.int().min(100).max(599), z.tuple([z.int().min(100), z.int().max(599)])])
        .optional()
        .describe('HTTP status, or first and last of a range.'),
      pointer: pointerSchema.optional(),
      equals: z.union([z.string(), z.number(), z.boolean()]).optional().describe('What is at `pointer`.'),
      matches: patternSchema.optional().describe('Pattern of the text at `pointer`.'),
      bodyMatches: patternSchema.optional().describe('Pattern of the first 4,096 characters of the answer.'),
    })
    .refine((when) => (when.equals ?? when.matches) === undefined || when.pointer !== undefined, {
      message: 'equals and matches need pointer',
    })
    .describe('All that is given must be so. A pointer alone: there is something.'),
  class: z.enum(classes).describe('What such an answer means.'),
  suppress: z
    .enum(['hard_bounce', 'opt_out'])
    .optional()
    .describe('With refused: the address itself is dead, or has opted out.'),
});

/** What an account of a provider described by request and answer needs, for one channel. */
export const httpConfigSchema = (channel: Channel) =>
  z
    .strictObject({
      method: z.enum(['POST', 'PUT', 'PATCH', 'GET']).default('POST').describe('Default POST.'),
      url: urlSchema(channel),
      allowHttp: z.boolean().default(false).describe('Allow an address without TLS. Default false.'),
      headers: headersSchema(channel),
      body: bodySchema(channel).default({ kind: 'none' }),
      from: z.string().max(320).default('').describe('Sender, as `{{ from }}`. Default: empty.'),
      response: z
        .strictObject({
          rules: z
            .array(ruleSchema)
            .max(100)
            .refine((rules) => rules.some((rule) => rule.class === 'accepted'), {
              message: 'must have a rule of class accepted: else nothing is ever known to be sent',
            })
            .describe('The first that fits decides. For what none fits: see the documentation of providers.'),
          codeFrom: pointerSchema.optional(),
          detailFrom: pointerSchema.optional(),
          messageIdFrom: pointerSchema.optional(),
          retryAfterHeader: z
            .string()
            .regex(/^[A-Za-z0-9-]{1,100}$/)
            .default('retry-after')
            .describe('Header that says how long to wait: seconds or a date. Default Retry-After.'),
        })
        .describe('How answers are read.'),
      check: z
        .strictObject({ url: urlSchema(channel), headers: headersSchema(channel) })
        .optional()
        .describe(
          'A GET that changes nothing and answers 2xx when the credentials are right; used to verify the account. Default: only whether the host answers.',
        ),
      ...requestSettings,
    })
    .superRefine((config, context) => {
      const urls = [
        [config.url, ['url']],
        [config.check?.url ?? '', ['check', 'url']],
      ] as const;
      for (const [url, path] of urls) {
        if (config.allowHttp || !url.startsWith('http:')) continue;
        context.addIssue({ code: 'custom', path: [...path], message: 'must be https, or set allowHttp' });
      }
      if (config.method === 'GET' && config.body.kind !== 'none') {
        context.addIssue({ code: 'custom', path: ['body'], message: 'a GET has no body' });
      }
    });

/** Texts that the request names as `{{ secrets.name }}`. They appear nowhere else. */
export const httpSecretsSchema = z.record(
  z.string().regex(/^[A-Za-z_]\w{0,63}$/, 'must be a name of letters, digits and "_"'),
  z.string().min(1).max(4000),
);

export type HttpConfig = z.output<ReturnType<typeof httpConfigSchema>>;
export type HttpSecrets = z.output<typeof httpSecretsSchema>;
export type HttpRule = z.output<typeof ruleSchema>;
