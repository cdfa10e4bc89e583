import TwilioSdk from 'twilio';
import { z } from 'zod';
import type { HandOver } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';
import { defineAdapter, type AccountSettings, type OutgoingMessage, type Sender, type Verification } from '../channel';
import { createGate } from './gate';
import { createTwilioHttp, type TwilioFailure } from './twilio-http';
import { fromTwilioAnswer, fromTwilioSilence } from './twilio-reply';

const SENDER = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;

/** What a `twilio` account needs. */
const twilioConfigSchema = z
  .strictObject({
    accountSid: z
      .string()
      .regex(/^AC[0-9a-fA-F]{32}$/, 'must be AC and 32 hexadecimal digits')
      .describe('Account SID, from the Twilio console.'),
    from: z
      .string()
      .regex(SENDER, 'must be a number in E.164 (+15005550006), a short code, or a sender name of up to 11 characters')
      .optional()
      .describe(
        'Sender: a number of the account in E.164, a short code, or a sender name. Give this or messagingServiceSid.',
      ),
    messagingServiceSid: z
      .string()
      .regex(/^MG[0-9a-fA-F]{32}$/, 'must be MG and 32 hexadecimal digits')
      .optional()
      .describe('Messaging service whose senders are used. Give this or from.'),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .refine((text) => new URL(text).pathname === '/' && new URL(text).search === '', {
        message: 'must be an origin without a path, like https://api.twilio.com',
      })
      .default('https://api.twilio.com')
      .describe(
        'Where the API is. Default https://api.twilio.com. Set it for a sandbox, or for a region; over http the token goes unencrypted.',
      ),
    timeoutMs: z
      .int()
      .min(100)
      .max(120_000)
      .default(10_000)
      .describe(
        'Time for an answer, in milliseconds. Default 10,000. A text that was sent off without an answer in time has an unknown outcome.',
      ),
    concurrency: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe('Requests in flight per worker process. Default 10. Beyond it they wait.'),
  })
  .refine((config) => (config.from === undefined) !== (config.messagingServiceSid === undefined), {
    message: 'give either from or messagingServiceSid',
    path: ['from'],
  });

/** The token signs in, and later proves that a receipt comes from Twilio. */
const twilioSecretsSchema = z.strictObject({
  authToken: z.string().min(1).describe('Auth token of the account, from the Twilio console.'),
});

type TwilioAccount = AccountSettings<z.output<typeof twilioConfigSchema>, z.output<typeof twilioSecretsSchema>>;

/** Twilio's own maximum, and its default. */
const MAX_VALIDITY_SECONDS = 36_000;

function createParams({ config }: TwilioAccount, message: OutgoingMessage) {
  const { content, messageId, expiresAt } = message;
  if (content.channel !== 'sms') throw new TypeError(`${messageId} is not a text, but was given to a twilio account`);
  const seconds = expiresAt === undefined ? undefined : Math.floor((expiresAt - Date.now()) / 1000);
  return {
    to: message.to,
    body: content.text,
    ...(config.from === undefined ? {} : { from: config.from }),
    ...(config.messagingServiceSid === undefined ? {} : { messagingServiceSid: config.messagingServiceSid }),
    ...(message.statusCallbackUrl === undefined ? {} : { statusCallback: message.statusCallbackUrl }),
    ...(seconds === undefined ? {} : { validityPeriod: Math.min(Math.max(seconds, 1), MAX_VALIDITY_SECONDS) }),
  };
}

function fromFailure(error: unknown): HandOver {
  const { answer, silence } = error as TwilioFailure;
  if (answer) return fromTwilioAnswer(answer);
  if (silence) return fromTwilioSilence(silence);
  throw error;
}

async function verifyAccount(sdk: TwilioSdk.Twilio, accountSid: string): Promise<Verification> {
  try {
    const { status, friendlyName } = await sdk.api.v2010.accounts(accountSid).fetch();
    if (status === 'active') return { ok: true, detail: maskText(`account "${friendlyName}" is active`) };
    const detail = `account "${friendlyName}" is ${status}; see the Twilio console`;
    return { ok: false, class: 'misconfigured', code: status, detail: maskText(detail) };
  } catch (error) {
    const { class: reason, code, detail } = fromFailure(error);
    return { ok: false, class: reason, code, detail };
  }
}

function openTwilio(account: TwilioAccount): Sender {
  const { accountSid, concurrency } = account.config;
  const connection = createTwilioHttp(account.config);
  const sdk = new TwilioSdk.Twilio(accountSid, account.secrets.authToken, {
    httpClient: connection.client,
    autoRetry: false,
  });
  // Waiting here and not for a socket: the time for an answer starts when the request does.
  const gate = createGate(concurrency);
  const inFlight = new Set<Promise<unknown>>();

  async function attempt(message: OutgoingMessage, signal?: AbortSignal): Promise<HandOver> {
    // The library cannot be interrupted: what is on its way is awaited, timeoutMs at the most.
    if (signal?.aborted) {
      const detail = 'stopped before it was handed over';
      return { class: 'unavailable', code: 'aborted', detail, about: 'worker' };
    }
    const params = createParams(account, message);
    try {
      const { sid, status } = await sdk.messages.create(params);
      return { class: 'accepted', code: '201', detail: status, providerMessageId: sid };
    } catch (error) {
      return fromFailure(error);
    }
  }

  return {
    concurrency,
    async handOver(message, signal) {
      const work = gate(() => attempt(message, signal));
      inFlight.add(work);
      try {
        return await work;
      } finally {
        inFlight.delete(work);
      }
    },
    verify: () => verifyAccount(sdk, accountSid),
    async close() {
      await Promise.allSettled(inFlight);
      connection.close();
    },
  };
}

/** SMS by Twilio's REST API. */
export const twilio = defineAdapter({
  provider: 'twilio',
  channel: 'sms',
  configSchema: twilioConfigSchema,
  secretsSchema: twilioSecretsSchema,
  open: openTwilio,
});
