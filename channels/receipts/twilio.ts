import TwilioSdk from 'twilio';
import type { InboundText, Keyword, ProviderReceipt, ReportedEvent } from '../../domain/receipt';
import type { AccountSettings } from '../channel';
import { keywordOf } from './keywords';
import { messageIdOf } from './message-ref';
import {
  badSignature,
  malformed,
  settingOf,
  type Reading,
  type ReceiptSource,
  type UnusableRequest,
  type WebhookRequest,
} from './receipt-source';

/** The statuses that say more than our own record; `failed` after it was taken is an undelivered text. */
const EVENT_OF_STATUS: Readonly<Record<string, ReportedEvent>> = {
  delivered: 'deliver',
  read: 'deliver',
  undelivered: 'failDelivery',
  failed: 'failDelivery',
};
const OPTED_OUT = '21610';

function formOf({ body }: WebhookRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

function refusalOf(
  request: WebhookRequest,
  account: AccountSettings,
  form: Readonly<Record<string, string>>,
): UnusableRequest | undefined {
  const token = settingOf(account.secrets, 'authToken');
  const signature = request.header('x-twilio-signature');
  if (token === undefined || signature === undefined) return badSignature('X-Twilio-Signature is missing');
  if (TwilioSdk.validateRequest(token, signature, request.url, form)) return undefined;
  return badSignature('X-Twilio-Signature does not match: is PUBLIC_URL the address that Twilio calls?');
}

async function read(request: WebhookRequest, account: AccountSettings): Promise<Reading<ProviderReceipt>> {
  const form = formOf(request);
  const refusal = refusalOf(request, account, form);
  if (refusal) return refusal;
  const { MessageSid: sid, MessageStatus: status, ErrorCode: error } = form;
  if (!sid || !status) return malformed('MessageSid and MessageStatus are required');
  const event = EVENT_OF_STATUS[status];
  if (!event) return { ok: true, events: [] };
  const messageId = messageIdOf(request.query.get('mid'));
  const receipt: ProviderReceipt = {
    ...(messageId ? { messageId } : {}),
    providerMessageId: sid,
    event,
    eventId: `${sid}:${status}`,
    at: request.now,
    code: error ?? status,
    detail: error ? `${status}: https://www.twilio.com/docs/api/errors/${error}` : status,
    ...(error === OPTED_OUT ? { suppress: 'stop' } : {}),
  };
  return { ok: true, events: [receipt] };
}

const EMPTY_TWIML = {
  contentType: 'text/xml',
  body: '<?xml version="1.0" encoding="UTF-8"?><Response></Response>',
};

/** With Advanced Opt-Out Twilio itself says what the text means, in whatever language it is. */
function askedFor({ OptOutType: kind, Body: text = '' }: Readonly<Record<string, string>>): Keyword | undefined {
  const known: Readonly<Record<string, Keyword>> = { STOP: 'stop', START: 'start', HELP: 'help' };
  return known[kind?.toUpperCase() ?? ''] ?? keywordOf(text);
}

async function readInbound(request: WebhookRequest, account: AccountSettings): Promise<Reading<InboundText>> {
  const form = formOf(request);
  const refusal = refusalOf(request, account, form);
  if (refusal) return refusal;
  const { MessageSid: sid, From: from } = form;
  if (!sid || !from) return malformed('MessageSid and From are required');
  const keyword = askedFor(form);
  return { ok: true, events: [{ from, eventId: sid, ...(keyword ? { keyword } : {}) }], reply: EMPTY_TWIML };
}

/** Twilio's status callbacks and incoming texts, signed with the account's auth token. */
export const twilioReceipts: ReceiptSource = {
  name: 'twilio',
  provider: 'twilio',
  perMessage: true,
  read,
  readInbound,
};
