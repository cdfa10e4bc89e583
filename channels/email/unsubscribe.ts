import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { isId, type AppId, type MessageId } from '../../domain/ids';
import { sameSecret } from '../receipts/receipt-source';

/** Links that unsubscribe the recipient of one message, without personal data in them. */
export interface UnsubscribeTokens {
  make(messageId: MessageId): string;
  /** The message of a token that we made; `undefined` for any other text. */
  read(token: string): MessageId | undefined;
}

const MAC_BYTES = 16;

/** `<ULID of the message>.<HMAC-SHA256, 128 bits, base64url>`. The key is derived from LUMINATE_SECRET_KEY: another one ends all links. */
export function createUnsubscribeTokens(secretKeyBase64: string): UnsubscribeTokens {
  const secret = Buffer.from(secretKeyBase64, 'base64');
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'luminate unsubscribe link v1', 32)));
  const macOf = (messageId: MessageId): string =>
    createHmac('sha256', key).update(messageId).digest().subarray(0, MAC_BYTES).toString('base64url');
  return {
    make: (messageId) => `${messageId.slice('msg_'.length)}.${macOf(messageId)}`,
    read(token) {
      const [ulid = '', mac = '', ...more] = token.split('.');
      const messageId = `msg_${ulid}`;
      const known = more.length === 0 && isId('msg', messageId) && sameSecret(mac, macOf(messageId));
      return known ? messageId : undefined;
    },
  };
}

/** Headers by which a mail program lets its reader unsubscribe from the marketing mail of an app (RFC 2369, 2919, 8058). */
export type ListHeaders = (message: {
  readonly id: MessageId;
  readonly appId: AppId;
}) => Readonly<Record<string, string>>;

/** One-click needs https; over http, as in development, the link alone is given. */
export function createListHeaders(publicUrl: string, tokens: UnsubscribeTokens): ListHeaders {
  const base = publicUrl.replace(/\/+$/, '');
  const { protocol, hostname } = new URL(publicUrl);
  return ({ id, appId }) => ({
    'List-ID': `<marketing.${appId.toLowerCase()}.${hostname}>`,
    'List-Unsubscribe': `<${base}/u/${tokens.make(id)}>`,
    ...(protocol === 'https:' ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  });
}
