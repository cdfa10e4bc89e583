import type { ProviderAdapter } from '../channels/channel';
import type { Logger } from '../config/logger';
import type { Stores } from '../db/database';
import type { Message } from '../db/stores/message-store';
import type { ApiDeps } from './deps';

interface Options {
  readonly accounts: Stores['accounts'];
  readonly providers: Readonly<Record<string, ProviderAdapter>>;
  readonly logger: Logger;
}

/** Asks the provider that took a message to give it back. What cannot be asked, or does not answer, is `too_late`. */
export function createCancelAtProvider({ accounts, providers, logger }: Options): ApiDeps['cancelAtProvider'] {
  async function cancel({ attempts, providerMessageId }: Message): Promise<'cancelled' | 'too_late'> {
    const taken = attempts.findLast((attempt) => attempt.class === 'accepted');
    const account = taken && providerMessageId ? await accounts.get(taken.accountId) : undefined;
    const adapter = account && providers[account.provider];
    if (!account || !adapter || !providerMessageId) return 'too_late';
    const { id, name, config } = account;
    const sender = adapter.open({ id, name, config, secrets: await accounts.secretsOf(id) });
    try {
      return (await sender.cancel?.(providerMessageId)) ?? 'too_late';
    } finally {
      await sender.close();
    }
  }
  return (message) =>
    cancel(message).catch((error: unknown) => {
      logger.warn({ err: error, messageId: message.id }, 'the provider could not be asked to give a message back');
      return 'too_late' as const;
    });
}
