import type { AccountId } from '../../domain/ids';
import { parseAddress } from '../../domain/address';
import type { InboundText, Keyword } from '../../domain/receipt';
import type { ApiDeps } from '../deps';
import { eventIdOf } from './keep-receipts';

/**
 * Keeps that a recipient wrote, without the words, and does what was asked for: `stop` suppresses the number for all apps, as
 * they share the account; `start` lifts that. Returns what it was; `repeated` when it came before.
 */
export async function keepInbound(
  { database, rules }: Pick<ApiDeps, 'database' | 'rules'>,
  source: string,
  accountId: AccountId,
  { from, keyword, eventId }: InboundText,
): Promise<Keyword | 'text' | 'repeated'> {
  const parsed = parseAddress('sms', from, rules.current().defaults.region);
  const asked = parsed.ok ? keyword : undefined;
  const now = new Date();
  return database.transaction(async (stores) => {
    const [id] = await stores.receipts.add([
      {
        source,
        accountId,
        eventId: eventIdOf(`inbound:${eventId}`),
        event: 'inbound',
        messageId: null,
        providerMessageId: null,
        code: keyword ?? '',
        detail: '',
        suppress: asked === 'stop' ? 'stop' : null,
        happenedAt: now,
        receivedAt: now,
        dueAt: null,
        appliedAt: now,
        outcome: asked === 'stop' || asked === 'start' ? 'applied' : 'stored',
      },
    ]);
    if (id === undefined) return 'repeated';
    if (!parsed.ok) return 'text';
    const key = { channel: 'sms', address: parsed.address, appId: null, reason: 'stop' } as const;
    if (asked === 'stop') await stores.suppressions.add([{ ...key, appliesTo: 'all', source: 'inbound' }]);
    if (asked === 'start') await stores.suppressions.liftKey(key, 'inbound');
    return asked ?? 'text';
  });
}
