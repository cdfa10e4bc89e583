import type { AccountId, MessageId } from '../../domain/ids';
import { RECEIPT_SOURCES } from './index';

/** Tells where a provider posts the receipts of one message; `undefined` for providers that are not told so per message. */
export type CallbackUrl = (provider: string, accountId: AccountId, messageId: MessageId) => string | undefined;

export function createCallbackUrl(publicUrl: string): CallbackUrl {
  const base = publicUrl.replace(/\/+$/, '');
  return (provider, accountId, messageId) => {
    const source = RECEIPT_SOURCES.find((one) => one.perMessage === true && one.provider === provider);
    return source && `${base}/webhooks/${source.name}/${accountId}?mid=${messageId}`;
  };
}
