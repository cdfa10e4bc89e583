import type Dysmsapi from '@alicloud/dysmsapi20170525';
import { QuerySendDetailsRequest, QuerySmsSignListRequest, SendSmsRequest } from '@alicloud/dysmsapi20170525';
import type { HandOver } from '../../domain/hand-over';
import { defineAdapter, type Inquiry, type LostHandOver, type OutgoingMessage, type Sender } from '../channel';
import { createRequestSender } from '../http/request-sender';
import { fromSilence } from '../http/silence';
import { createAliyunClient, type AliyunFailure } from './aliyun-client';
import { aliyunConfigSchema, aliyunSecretsSchema, type AliyunAccount } from './aliyun-config';
import { fromAliyunAnswer, type AliyunOrigin } from './aliyun-reply';

/** Aliyun keeps its records by the days of China, which has had one time zone and no summer time since 1991. */
const CHINA_MS = 8 * 3_600_000;
const dayInChina = (at: number): string => new Date(at + CHINA_MS).toISOString().slice(0, 10).replaceAll('-', '');

/** For how long Aliyun may still take a request that we have given up, in milliseconds. */
const LATE_MS = 60_000;
const PAGE = 50;
/** Pages of one day and number that are looked through. */
const PAGES = 20;

/** A number as Aliyun writes it: 11 digits in mainland China, else the country code and the number. */
const numberOf = (e164: string): string => (/^\+861\d{10}$/.test(e164) ? e164.slice(3) : e164.slice(1));

/** What to send, or why nothing can be. */
function createRequest({ config }: AliyunAccount, message: OutgoingMessage) {
  const { content, messageId, to } = message;
  if (content.channel !== 'sms') throw new TypeError(`${messageId} is not a text, but was given to an aliyun account`);
  const { vendor } = content;
  const [templateCode, signName] = [vendor?.templateCode ?? config.templateCode, vendor?.signName ?? config.signName];
  if (templateCode === undefined || signName === undefined) return undefined;
  const params = vendor?.params ?? { content: content.text };
  const own: AliyunOrigin = {
    templateCode: vendor?.templateCode !== undefined,
    signName: vendor?.signName !== undefined,
  };
  const request = new SendSmsRequest({
    phoneNumbers: numberOf(to),
    signName,
    templateCode,
    ...(Object.keys(params).length === 0 ? {} : { templateParam: JSON.stringify(params) }),
    // Comes back in receipts and lists: our mark on the text.
    outId: messageId,
  });
  return { request, own };
}

const NO_TEMPLATE: HandOver = {
  class: 'refused',
  code: 'no_template',
  detail:
    'Aliyun sends templates of its own: set vendor.templateCode and vendor.signName in the template, or templateCode and signName in the account',
};

function fromFailure(error: unknown, own: AliyunOrigin = { templateCode: false, signName: false }): HandOver {
  const { answer, silence } = error as AliyunFailure;
  if (answer) return fromAliyunAnswer(answer, own);
  if (silence) return fromSilence(silence);
  throw error;
}

async function isListed(client: Dysmsapi, lost: LostHandOver, sendDate: string): Promise<boolean> {
  for (let currentPage = 1; currentPage <= PAGES; currentPage++) {
    const phoneNumber = numberOf(lost.to);
    const query = new QuerySendDetailsRequest({ phoneNumber, sendDate, pageSize: PAGE, currentPage });
    const { body } = await client.querySendDetails(query);
    const records = body?.smsSendDetailDTOs?.smsSendDetailDTO ?? [];
    if (records.some(({ outId }) => outId === lost.messageId)) return true;
    if (records.length < PAGE) return false;
  }
  throw new Error(`more than ${PAGE * PAGES} texts to the number of ${lost.messageId} that day; see Aliyun's console`);
}

async function find(client: Dysmsapi, { config }: AliyunAccount, lost: LostHandOver): Promise<Inquiry> {
  const last = Math.min(lost.handedOverAt + config.timeoutMs + LATE_MS, Date.now());
  for (const day of new Set([dayInChina(lost.handedOverAt), dayInChina(last)])) {
    // The list does not tell Aliyun's own id; receipts name ours as well.
    if (await isListed(client, lost, day)) return { found: true };
  }
  return { found: false };
}

function openAliyun(account: AliyunAccount): Sender {
  const { client, close } = createAliyunClient(account);
  return createRequestSender({
    concurrency: account.config.concurrency,
    async attempt(message) {
      const wanted = createRequest(account, message);
      if (!wanted) return NO_TEMPLATE;
      try {
        const { body } = await client.sendSms(wanted.request);
        const id = body?.bizId;
        return {
          class: 'accepted',
          code: 'OK',
          detail: body?.message ?? 'OK',
          ...(id ? { providerMessageId: id } : {}),
        };
      } catch (error) {
        return fromFailure(error, wanted.own);
      }
    },
    async verify() {
      try {
        await client.querySmsSignList(new QuerySmsSignListRequest({ pageIndex: 1, pageSize: 1 }));
        return { ok: true, detail: 'the AccessKey may use SMS' };
      } catch (error) {
        const { class: reason, code, detail } = fromFailure(error);
        return { ok: false, class: reason, code, detail };
      }
    },
    find: (lost) => find(client, account, lost),
    close,
  });
}

/** SMS by Aliyun (Alibaba Cloud) Short Message Service. */
export const aliyun = defineAdapter({
  provider: 'aliyun',
  channel: 'sms',
  configSchema: aliyunConfigSchema,
  secretsSchema: aliyunSecretsSchema,
  open: openAliyun,
});
