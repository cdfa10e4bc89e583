import type { Stores } from '../../db/database';
import type { Message, MessageFilter } from '../../db/stores/message-store';
import { parseAddress } from '../../domain/address';
import { localDay } from '../../domain/day';
import { WAITING, type MessageStatus } from '../../domain/message-status';
import { MissingVariablesError, RenderError } from '../../domain/template-error';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { UNKNOWN_TEXT } from './codes';
import { ENDPOINTS } from './endpoints';
import { succeeded } from './envelope';
import { clockText, spanOf } from './trace-shapes';

type Deps = Pick<ApiDeps, 'rules' | 'templates'>;

/** The newest of a day. */
const MOST = 50;
/** Read at a time, until there are so many that were handed over. */
const PAGE = 200;
/** In the year 9987. */
const LAST_SECOND = 253_000_000_000;

const IN_DOUBT: readonly MessageStatus[] = ['unknown', 'sending'];
const SENT = '发送成功';
const FAILED = '发送失败';
/** Another attempt will be made: the ancestor had no more than one. */
const TO_BE_SENT_AGAIN = '等待重新发送';
/** Recalled before another attempt, or from the provider that held it. */
const WITHDRAWN = '已撤回';
const RECEIVED = '回执成功';
const NOT_RECEIVED = '回执失败';

/** The text as it was rendered: from the version and the values that it was accepted with; empty where those do not fit. */
async function textOf({ templates }: Deps, stores: Stores, message: Message): Promise<string> {
  const [version, send] = await Promise.all([
    stores.versions.get(message.templateId, message.templateVersion),
    stores.sends.get(message.sendId),
  ]);
  if (!version) return '';
  try {
    const compiled = templates.compile('sms', version.content);
    return compiled.render({ ...send?.variables, ...message.variables }, message.createdAt.getTime()).text;
  } catch (error) {
    if (error instanceof MissingVariablesError || error instanceof RenderError) return '';
    throw error;
  }
}

function sendTypeOf({ status, attempts }: Message, receipt: boolean): string {
  if (status === 'recalled') return WITHDRAWN;
  if (attempts.at(-1)?.class === 'accepted' || receipt || status === 'sent') return SENT;
  if (IN_DOUBT.includes(status)) return UNKNOWN_TEXT;
  return WAITING.includes(status) ? TO_BE_SENT_AGAIN : FAILED;
}

/** A hand-over of an SMS as the ancestor tells it: with the provider's answer, and with the receipt where there is one. */
async function recordOf(deps: Deps, stores: Stores, message: Message, timezone: string) {
  const { templateId, status, attempts, createdAt, updatedAt, reason } = message;
  const last = attempts.at(-1);
  const delivered = status === 'delivered';
  const receipt = delivered || status === 'undelivered' || status === 'bounced' || status === 'complained';
  return {
    businessId: String(templateId),
    content: await textOf(deps, stores, message),
    sendType: sendTypeOf(message, receipt),
    sendTime: clockText(last ? new Date(last.endedAt) : createdAt, timezone),
    receiveType: receipt ? (delivered ? RECEIVED : NOT_RECEIVED) : '',
    receiveContent: receipt ? (reason ?? status) : '',
    receiveTime: receipt ? clockText(updatedAt, timezone) : '',
  };
}

/** The newest that were handed over: the ancestor has no record of the others. */
async function handedOver({ messages }: Stores, filter: Omit<MessageFilter, 'limit' | 'after'>): Promise<Message[]> {
  const found: Message[] = [];
  let page: Message[] = [];
  do {
    const after = page.at(-1)?.id;
    page = await messages.list({ ...filter, after, limit: PAGE });
    found.push(...page.filter(({ attempts }) => attempts.length > 0));
  } while (page.length === PAGE && found.length < MOST);
  return found.slice(0, MOST);
}

/** What a phone number got on a day. */
export function smsTraceRoute(deps: Deps): Route {
  return defineRoute({
    ...ENDPOINTS.traceSms,
    audit: { none: 'changes nothing' },
    async handler({ body: { receiver, dateTime }, caller, stores }) {
      const { timezone, region } = deps.rules.current().defaults;
      const phone = parseAddress('sms', receiver ?? '', region);
      if (!phone.ok || typeof dateTime !== 'number' || dateTime < 0 || dateTime > LAST_SECOND)
        return succeeded({ items: [] });
      const { from, until } = spanOf(localDay(dateTime * 1000, timezone), timezone);
      const { address } = phone;
      const handed = await handedOver(stores, { appId: caller.appId, address, from, until });
      const items = await Promise.all(handed.map((message) => recordOf(deps, stores, message, timezone)));
      return succeeded({ items });
    },
  });
}
