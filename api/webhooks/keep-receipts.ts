import { createHash } from 'node:crypto';
import type { Stores } from '../../db/database';
import type { AccountId } from '../../domain/ids';
import type { ProviderReceipt } from '../../domain/receipt';

const PLAIN = /^[\x21-\x7e]{1,200}$/;

/** The id of an event as it is kept: one that is too long or not plain ASCII by its hash. */
export const eventIdOf = (text: string): string =>
  PLAIN.test(text) ? text : createHash('sha256').update(text).digest('hex');

/** Keeps receipts for a worker to apply, each once; returns how many were new. */
export async function keepReceipts(
  stores: Pick<Stores, 'receipts'>,
  source: string,
  accountId: AccountId,
  receipts: readonly ProviderReceipt[],
): Promise<number> {
  const now = new Date();
  const rows = receipts.map((receipt) => ({
    source,
    accountId,
    eventId: eventIdOf(receipt.eventId),
    event: receipt.event,
    messageId: receipt.messageId ?? null,
    providerMessageId: PLAIN.test(receipt.providerMessageId ?? '') ? (receipt.providerMessageId ?? null) : null,
    code: receipt.code,
    detail: receipt.detail,
    suppress: receipt.suppress ?? null,
    // A provider whose clock is wrong must not put things into the future or before all times.
    happenedAt: receipt.at > 0 ? new Date(Math.min(receipt.at, now.getTime())) : now,
    receivedAt: now,
    dueAt: now,
    appliedAt: null,
    outcome: null,
  }));
  const kept = await stores.receipts.add(rows);
  return kept.filter((id) => id !== undefined).length;
}
