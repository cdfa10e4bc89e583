import type { HandOver } from '../../domain/hand-over';
import type { Channel } from '../../domain/lane';
import { maskText } from '../../domain/mask';
import {
  defineAdapter,
  type AccountSettings,
  type OutgoingMessage,
  type ProviderAdapter,
  type Sender,
  type Verification,
} from '../channel';
import { createCheckBuilder, createRequestBuilder } from './build-request';
import { createHttpClient, type HttpCall, type HttpClient } from './http-client';
import { httpConfigSchema, httpSecretsSchema, type HttpConfig, type HttpSecrets } from './http-config';
import type { RequestValues } from './request-template';
import { createRequestSender } from './request-sender';
import { defaultClass, readAnswer, withoutSecrets } from './response-rules';
import { fromSilence, type Silence } from './silence';

type HttpAccount = AccountSettings<HttpConfig, HttpSecrets>;

/** Stands for a message when the account is opened and verified, so that what cannot be built is found before the first one. */
const SAMPLE = {
  sms: { messageId: 'msg_0', to: '+8613800138000', text: 'text', statusCallbackUrl: '', expiresAt: '' },
  email: {
    messageId: 'msg_0',
    to: 'jane@example.com',
    subject: 'subject',
    html: '<p>text</p>',
    text: 'text',
    expiresAt: '',
  },
} as const satisfies Record<Channel, RequestValues>;

const shared = ({ config, secrets }: HttpAccount) => ({ from: config.from, secrets });

function valuesOf(account: HttpAccount, channel: Channel, message: OutgoingMessage): RequestValues {
  const { content, messageId, to, statusCallbackUrl = '', expiresAt } = message;
  if (content.channel !== channel)
    throw new TypeError(`${messageId} is not for ${channel}, but was given to such an account`);
  const { channel: _channel, ...words } = content;
  return {
    ...shared(account),
    ...words,
    messageId,
    to,
    statusCallbackUrl,
    expiresAt: expiresAt === undefined ? '' : new Date(expiresAt).toISOString(),
  };
}

const silent = (silence: Silence, secrets: HttpSecrets): HandOver =>
  fromSilence({ ...silence, message: withoutSecrets(silence.message, secrets) });

async function verify(http: HttpClient, call: HttpCall, { config, secrets }: HttpAccount): Promise<Verification> {
  const outcome = await http.request(call);
  if ('silence' in outcome) {
    const { class: reason, code, detail } = silent(outcome.silence, secrets);
    return { ok: false, class: reason, code, detail };
  }
  const { status } = outcome.answer;
  const { host } = call.url;
  if (!config.check) {
    return { ok: true, detail: `${host} answers; whether it knows us is not known: give the account a check` };
  }
  if (status < 300) return { ok: true, detail: `${host} answers ${status}` };
  const detail = maskText(`${host} answers ${status} to the check`);
  return { ok: false, class: defaultClass(status), code: String(status), detail };
}

/** What `build` makes, or why it cannot, without the secrets that the reason may quote. */
function tryTo<T>(build: () => T, secrets: HttpSecrets): { readonly made: T } | { readonly fault: string } {
  try {
    return { made: build() };
  } catch (error) {
    return { fault: withoutSecrets(error instanceof Error ? error.message : String(error), secrets) };
  }
}

/** Left out silently, they would be missed by the recipient only. */
const NO_ATTACHMENTS: HandOver = {
  class: 'refused',
  code: 'attachments',
  detail: 'the account cannot carry attachments: send such mails by an smtp account',
};

function openHttp(account: HttpAccount, channel: Channel): Sender {
  const { config, secrets } = account;
  const build = createRequestBuilder(config);
  const sample = { ...SAMPLE[channel], ...shared(account) };
  const checkOf = createCheckBuilder(config);
  const tried = tryTo(() => [build(sample), checkOf(sample)], secrets);
  if ('fault' in tried) {
    throw new Error(
      `account "${account.name}" (${account.id}): its request cannot be built; correct the account. ${tried.fault}`,
    );
  }
  const http = createHttpClient(config);
  return createRequestSender({
    concurrency: config.concurrency,
    async attempt(message) {
      const values = valuesOf(account, channel, message);
      if (message.attachments?.length) return NO_ATTACHMENTS;
      const call = tryTo(() => build(values), secrets);
      if ('fault' in call) {
        return { class: 'refused', code: 'request', detail: maskText(`the request cannot be built: ${call.fault}`) };
      }
      const outcome = await http.request(call.made);
      if ('silence' in outcome) return silent(outcome.silence, secrets);
      return readAnswer(outcome.answer, config.response, secrets);
    },
    verify: () => verify(http, checkOf(sample), account),
    close: http.close,
  });
}

/** Any provider with an HTTP API, described by a request and by rules for its answers. */
export function createHttpProvider(provider: string, channel: Channel): ProviderAdapter {
  return defineAdapter({
    provider,
    channel,
    configSchema: httpConfigSchema(channel),
    secretsSchema: httpSecretsSchema,
    open: (account) => openHttp(account, channel),
  });
}
