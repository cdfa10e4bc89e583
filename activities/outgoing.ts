import type { OutgoingMessage } from '../channels/channel';
import type { ActivityDeps } from './deps';
import type { LaneAccounts } from './lane-accounts';
import type { Chosen } from './round';

/** A message as its provider gets it: with its time limit (epoch milliseconds), the address for receipts, and the headers of marketing mail. */
export function outgoingOf(
  { callbackUrl, listHeaders }: Pick<ActivityDeps, 'callbackUrl' | 'listHeaders'>,
  accounts: Pick<LaneAccounts, 'providerOf'>,
  { message, rendered, template, policy, choice, files }: Chosen,
  expiresAt: number | undefined,
): OutgoingMessage {
  const isMarketingMail = template.channel === 'email' && template.messageType === 'marketing';
  const statusCallbackUrl = callbackUrl(accounts.providerOf(choice.accountId), choice.accountId, message.id);
  return {
    messageId: message.id,
    to: message.address,
    content: rendered,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(policy.holdAtProvider && message.sendAt ? { sendAt: message.sendAt.getTime() } : {}),
    ...(files ? { attachments: files } : {}),
    ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
    ...(isMarketingMail ? { headers: listHeaders(message) } : {}),
  };
}
