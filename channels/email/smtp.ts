import addressparser from 'nodemailer/lib/addressparser';
import isEmail from 'validator/lib/isEmail';
import isFQDN from 'validator/lib/isFQDN';
import { z } from 'zod';
import { maskText } from '../../domain/mask';
import { defineAdapter, webhookSecret, type AccountSettings, type Sender } from '../channel';
import { tooEarly } from '../too-early';
import { createMailComposer, type MailSender } from './compose-mail';
import { createSmtpPool } from './smtp-pool';
import { fromSmtpFailure, type SmtpFailure } from './smtp-reply';
import type { SmtpServer } from './smtp-session';

/** The form of most addresses. `isEmail` takes them, too, but many times as long for it. */
const USUAL_ADDRESS =
  /^[a-z0-9_+-]{1,30}(?:\.[a-z0-9_+-]{1,30})?@(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,3}[a-z]{2,20}$/;

function parseMailbox(text: string): { name: string; address: string } | undefined {
  const [mailbox, ...more] = addressparser(text, { flatten: true });
  return mailbox && more.length === 0 && isEmail(mailbox.address) && !/\p{Cc}/u.test(text) ? mailbox : undefined;
}

const mailbox = z.string().refine((text) => parseMailbox(text) !== undefined, {
  message: 'must be one address, like no-reply@shop.example or Shop <no-reply@shop.example>',
});
const milliseconds = (max: number) => z.int().min(100).max(max);

/** What an `smtp` account needs. Certificates are always verified where TLS is used. */
const smtpConfigSchema = z.strictObject({
  host: z.string().min(1).max(255).describe('Host name or address of the mail server.'),
  port: z.int().min(1).max(65_535).default(587).describe('Port. Default 587; 465 usually goes with `secure`.'),
  secure: z
    .boolean()
    .default(false)
    .describe(
      'TLS from the first byte. Default false: plain connection, upgraded by STARTTLS when the server offers it.',
    ),
  requireTls: z
    .boolean()
    .default(false)
    .describe(
      'Send only over TLS. Default false: with a server that offers no STARTTLS, mail and password go unencrypted.',
    ),
  from: mailbox.describe('Sender, `address` or `Name <address>`; also the envelope sender, to which bounces go.'),
  replyTo: mailbox.optional().describe('Where answers go. Default: to `from`.'),
  messageIdDomain: z
    .string()
    .refine((text) => isFQDN(text, { require_tld: false }), { message: 'must be a domain name' })
    .optional()
    .describe(
      'Domain of the Message-ID. Default: the domain of `from`. A change makes receivers see retries as new mails.',
    ),
  snsTopicArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, 'must be the ARN of an SNS topic')
    .optional()
    .describe(
      'Topic to which Amazon SES publishes bounces, complaints and deliveries. Default: none are taken from SES.',
    ),
  maxConnections: z
    .int()
    .min(1)
    .max(50)
    .default(5)
    .describe('Connections kept open, and mails in flight, per worker process. Default 5. Providers limit it.'),
  connectTimeoutMs: milliseconds(120_000)
    .default(10_000)
    .describe('Time to connect, in milliseconds. Default 10,000. Beyond it the attempt counts as not sent.'),
  greetingTimeoutMs: milliseconds(120_000)
    .default(10_000)
    .describe(
      "Time for the server's greeting, in milliseconds. Default 10,000. Beyond it the attempt counts as not sent.",
    ),
  socketTimeoutMs: milliseconds(600_000)
    .default(60_000)
    .describe(
      'Longest silence of the server, in milliseconds. Default 60,000. If it falls silent after taking the mail, the outcome is unknown: raise this for servers that scan slowly.',
    ),
});

/** user and pass: both or neither; without them the account does not sign in. The others prove where receipts come from. */
const smtpSecretsSchema = z
  .strictObject({
    user: z.string().min(1).optional().describe('User name. Default: no sign-in.'),
    pass: z.string().min(1).optional().describe('Password of `user`.'),
    webhookSecret: webhookSecret.optional(),
    sendgridPublicKey: z
      .base64()
      .optional()
      .describe("Verification key of SendGrid's signed Event Webhook, as SendGrid shows it. Default: none are taken."),
  })
  .refine((secrets) => (secrets.user === undefined) === (secrets.pass === undefined), {
    message: 'user and pass go together: give both or neither',
  });

type SmtpAccount = AccountSettings<z.output<typeof smtpConfigSchema>, z.output<typeof smtpSecretsSchema>>;

/** Throws when `from` is not one address. */
function senderOf({ config }: SmtpAccount): MailSender {
  const from = parseMailbox(config.from);
  if (!from) throw new TypeError(`config.from of the smtp account is not an address: ${config.from}`);
  const ownDomain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return { from, replyTo: config.replyTo, messageIdDomain: config.messageIdDomain ?? ownDomain };
}

function serverOf({ config, secrets: { user, pass } }: SmtpAccount): SmtpServer {
  return {
    connection: {
      host: config.host,
      port: config.port,
      secure: config.secure,
      requireTLS: config.requireTls,
      connectionTimeout: config.connectTimeoutMs,
      greetingTimeout: config.greetingTimeoutMs,
      dnsTimeout: config.connectTimeoutMs,
      socketTimeout: config.socketTimeoutMs,
    },
    login: user === undefined || pass === undefined ? undefined : { user, pass },
  };
}

function openSmtp(account: SmtpAccount): Sender {
  const { host, port, maxConnections } = account.config;
  const { user } = account.secrets;
  const pool = createSmtpPool(serverOf(account), maxConnections);
  const compose = createMailComposer(senderOf(account));
  return {
    concurrency: maxConnections,
    async handOver(message, signal) {
      // Nothing but one address may get into the envelope, whoever calls.
      if (!USUAL_ADDRESS.test(message.to) && !isEmail(message.to))
        return { class: 'refused', code: 'address', detail: 'the recipient is not an email address' };
      return tooEarly(message, undefined) ?? pool.deliver(compose(message), signal);
    },
    async verify() {
      try {
        await pool.verify();
        const detail = `${host}:${port} answers${user === undefined ? '' : `, signed in as ${user}`}`;
        return { ok: true, detail: maskText(detail) };
      } catch (error) {
        const { class: reason, code, detail } = fromSmtpFailure(error as SmtpFailure, false);
        return { ok: false, class: reason, code, detail };
      }
    },
    close: () => pool.close(),
  };
}

/** Email over SMTP, by a pool of connections. One recipient per mail; the Message-ID is the same over all attempts. */
export const smtp = defineAdapter({
  provider: 'smtp',
  channel: 'email',
  configSchema: smtpConfigSchema,
  secretsSchema: smtpSecretsSchema,
  open: openSmtp,
});
