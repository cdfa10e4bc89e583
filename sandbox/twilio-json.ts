import type { SandboxMessage } from './message-store';

export const API_VERSION = '2010-04-01';

const accountPath = (accountSid: string): string => `/${API_VERSION}/Accounts/${accountSid}`;

/** Twilio writes RFC 2822 with a numeric zone: `Mon, 23 Nov 2026 10:00:00 +0000`. */
const rfc2822 = (time: number | null): string | null =>
  time === null ? null : new Date(time).toUTCString().replace('GMT', '+0000');

/** A message resource. */
export function toMessageJson(text: SandboxMessage, accountSid: string) {
  const path = `${accountPath(accountSid)}/Messages/${text.sid}`;
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: text.body,
    date_created: rfc2822(text.createdAt),
    date_sent: rfc2822(text.sentAt),
    date_updated: rfc2822(text.updatedAt),
    direction: 'outbound-api',
    error_code: text.errorCode === null ? null : Number(text.errorCode),
    error_message: null,
    from: text.from,
    messaging_service_sid: text.messagingServiceSid,
    num_media: '0',
    num_segments: String(text.segments),
    price: null,
    price_unit: 'USD',
    sid: text.sid,
    status: text.status,
    subresource_uris: { media: `${path}/Media.json` },
    to: text.to,
    uri: `${path}.json`,
  };
}

/** An account resource. */
export function toAccountJson(accountSid: string, createdAt: number) {
  return {
    sid: accountSid,
    friendly_name: 'Luminate SMS sandbox',
    status: 'active',
    type: 'Full',
    owner_account_sid: accountSid,
    date_created: rfc2822(createdAt),
    date_updated: rfc2822(createdAt),
    subresource_uris: { messages: `${accountPath(accountSid)}/Messages.json` },
    uri: `${accountPath(accountSid)}.json`,
  };
}

/** An error as Twilio's API says it. */
export function toErrorJson(status: number, code: number, message: string) {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}

/** One page of a list; the token of the next page names the last text of this one, so that new texts do not shift pages. */
export function toPageJson(
  texts: readonly SandboxMessage[],
  accountSid: string,
  query: { filters: Readonly<Record<string, string>>; page: number; pageSize: number; after?: string | undefined },
) {
  const { filters, page, pageSize, after } = query;
  const first = after === undefined ? page * pageSize : texts.findIndex(({ sid }) => `PA${sid}` === after) + 1;
  const shown = texts.slice(first, first + pageSize);
  const last = shown.at(-1);
  const path = `${accountPath(accountSid)}/Messages.json`;
  const uri = (more: Record<string, string>): string =>
    `${path}?${new URLSearchParams({ ...filters, PageSize: String(pageSize), ...more }).toString()}`;
  const more = last !== undefined && first + shown.length < texts.length;
  return {
    end: Math.max(first + shown.length - 1, 0),
    first_page_uri: uri({ Page: '0' }),
    messages: shown.map((text) => toMessageJson(text, accountSid)),
    next_page_uri: more ? uri({ Page: String(page + 1), PageToken: `PA${last.sid}` }) : null,
    page,
    page_size: pageSize,
    previous_page_uri: null,
    start: first,
    uri: uri({ Page: String(page) }),
  };
}
