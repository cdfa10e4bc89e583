import TwilioSdk from 'twilio';
import type { HandOver } from '../../domain/hand-over';
import { maskText } from '../../domain/mask';
import { defineAdapter, type OutgoingMessage, type Sender, type Verification } from '../channel';
import { createRequestSender } from '../http/request-sender';
import { fromSilence } from '../http/silence';
import { twilioConfigSchema, twilioSecretsSchema, type TwilioAccount } from './twilio-config';
import { createTwilioHttp, type TwilioFailure } from './twilio-http';
import { createTwilioInquiries } from './twilio-inquiries';
import { fromTwilioAnswer } from './twilio-reply';

/** Twilio's own maximum, and its default (error 90007). */
const MAX_VALIDITY_SECONDS = 36_000;
/** 15 minutes and 35 days (error 35114), with a minute for the way there. */
const HOLD_MS = { min: 16 * 60_000, max: 35 * 86_400_000 - 60_000 };

/** Whether Twilio can hold a text of this account from now until then. */
function holds({ config }: TwilioAccount, sendAt: number): boolean {
  const ahead = sendAt - Date.now();
  return config.scheduleAtProvider && ahead >= HOLD_MS.min && ahead <= HOLD_MS.max;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Twilio refuses every text whose callback address nobody can reach (21609): better no receipts than no texts. */
function isReachable(callbackUrl: string, baseUrl: string): boolean {
  const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);
  return !isLoopback(callbackUrl) || isLoopback(baseUrl);
}

function createParams({ config }: TwilioAccount, message: OutgoingMessage) {
  const { content, messageId, expiresAt, sendAt, statusCallbackUrl: callback } = message;
  if (content.channel !== 'sms') throw new TypeError(`${messageId} is not a text, but was given to a twilio account`);
  const now = Date.now();
  const heldUntil = sendAt !== undefined && sendAt > now ? sendAt : undefined;
  const seconds = expiresAt === undefined ? undefined : Math.floor((expiresAt - (heldUntil ?? now)) / 1000);
  return {
    to: message.to,
    body: content.text,
    ...(config.from === undefined ? {} : { from: config.from }),
    ...(config.messagingServiceSid === undefined ? {} : { messagingServiceSid: config.messagingServiceSid }),
    ...(callback !== undefined && isReachable(callback, config.baseUrl) ? { statusCallback: callback } : {}),
    ...(seconds === undefined ? {} : { validityPeriod: Math.min(Math.max(seconds, 1), MAX_VALIDITY_SECONDS) }),
    ...(heldUntil === undefined ? {} : { scheduleType: 'fixed' as const, sendAt: new Date(heldUntil) }),
  };
}

function fromFailure(error: unknown, { config }: TwilioAccount): HandOver {
  const { answer, silence } = error as TwilioFailure;
  if (answer) return fromTwilioAnswer(answer, { shortCode: /^\d{3,8}$/.test(config.from ?? '') });
  if (silence) return fromSilence(silence);
  throw error;
}

async function verifyAccount(sdk: TwilioSdk.Twilio, account: TwilioAccount): Promise<Verification> {
  try {
    if (account.secrets.apiKeySid !== undefined) {
      // A standard API key may use everything of an account but not look at the account itself.
      await sdk.messages.page({ pageSize: 1 });
      return { ok: true, detail: 'the API key may use the account' };
    }
    const { status, friendlyName } = await sdk.api.v2010.accounts(account.config.accountSid).fetch();
    if (status === 'active') return { ok: true, detail: maskText(`account "${friendlyName}" is active`) };
    const detail = `account "${friendlyName}" is ${status}; see the Twilio console`;
    return { ok: false, class: 'misconfigured', code: status, detail: maskText(detail) };
  } catch (error) {
    const { class: reason, code, detail } = fromFailure(error, account);
    return { ok: false, class: reason, code, detail };
  }
}

function openSdk({ config, secrets }: TwilioAccount, httpClient: TwilioSdk.RequestClient): TwilioSdk.Twilio {
  const [user, password] =
    secrets.apiKeySid === undefined
      ? [config.accountSid, secrets.authToken]
      : [secrets.apiKeySid, secrets.apiKeySecret];
  return new TwilioSdk.Twilio(user, password, { accountSid: config.accountSid, httpClient, autoRetry: false });
}

function openTwilio(account: TwilioAccount): Sender {
  const connection = createTwilioHttp(account.config);
  const sdk = openSdk(account, connection.client);

  async function attempt(message: OutgoingMessage): Promise<HandOver> {
    const params = createParams(account, message);
    try {
      const { sid, status } = await sdk.messages.create(params);
      return { class: 'accepted', code: '201', detail: status, providerMessageId: sid };
    } catch (error) {
      return fromFailure(error, account);
    }
  }

  return createRequestSender({
    concurrency: account.config.concurrency,
    attempt,
    holds: (sendAt) => holds(account, sendAt),
    verify: () => verifyAccount(sdk, account),
    ...createTwilioInquiries(sdk, account.config),
    close: () => {
      connection.close();
    },
  });
}

/** SMS by Twilio's REST API. */
export const twilio = defineAdapter({
  provider: 'twilio',
  channel: 'sms',
  configSchema: twilioConfigSchema,
  secretsSchema: twilioSecretsSchema,
  open: openTwilio,
});
