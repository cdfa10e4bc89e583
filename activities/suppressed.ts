import type { NewSuppression, Suppression } from '../db/stores/suppression-store';
import { groupBy } from '../domain/group-by';
import type { HandOver } from '../domain/hand-over';
import { partsOfLane } from '../domain/lane';
import { stops, type SuppressionReason } from '../domain/suppression';
import type { ActivityDeps } from './deps';
import type { MessageChange } from './record-changes';
import type { Ended } from './record-ended';
import type { Prepared } from './round';

/**
 * The messages whose address may be contacted, and the end of the others: one query for all of them. Asked in every round, so
 * that it also guards what waited and what goes to another account.
 */
export async function splitSuppressed(
  { stores }: Pick<ActivityDeps, 'stores'>,
  items: readonly Prepared[],
): Promise<{ reachable: Prepared[]; suppressed: MessageChange[] }> {
  const [first] = items;
  if (!first) return { reachable: [], suppressed: [] };
  // A dispatch has one lane.
  const { channel } = partsOfLane(first.message.lane);
  const addresses = items.map(({ message }) => message.address);
  const appIds = [...new Set(items.map(({ message }) => message.appId))];
  const entries = groupBy(await stores.suppressions.matching(channel, addresses, appIds), ({ address }) => address);
  const reachable: Prepared[] = [];
  const suppressed: MessageChange[] = [];
  for (const item of items) {
    const entry = entries.get(item.message.address)?.find((one) => concerns(one, item));
    if (entry) suppressed.push(endOf(item, entry));
    else reachable.push(item);
  }
  return { reachable, suppressed };
}

const concerns = ({ appId, appliesTo }: Suppression, { message, template }: Prepared): boolean =>
  (appId === null || appId === message.appId) && stops(appliesTo, template.messageType);

function endOf({ message }: Prepared, { reason, createdAt, source, appId, appliesTo }: Suppression): MessageChange {
  const scope = appId === null ? 'global' : 'app';
  return { message, event: 'suppress', reason, detail: { since: createdAt.getTime(), source, scope, appliesTo } };
}

const REASONS = {
  hard_bounce: 'hard_bounce',
  opt_out: 'stop',
} as const satisfies Record<NonNullable<HandOver['suppress']>, SuppressionReason>;

/** Puts addresses on the suppression list that their provider called dead or opted out, for all apps: accounts are shared. */
export async function suppressRefused(
  { stores }: Pick<ActivityDeps, 'stores'>,
  ended: readonly Ended[],
): Promise<void> {
  const entries = ended.flatMap(({ answer, message, attempt }): NewSuppression[] => {
    if (!answer.suppress) return [];
    const { channel } = partsOfLane(message.lane);
    const entry = { channel, address: message.address, appId: null, appliesTo: 'all', messageId: message.id } as const;
    const source = `reply:${answer.code}`.replace(/[^\x21-\x7e]+/g, '_').slice(0, 100);
    return [{ ...entry, reason: REASONS[answer.suppress], source, detail: { account: attempt.account } }];
  });
  if (entries.length > 0) await stores.suppressions.add(entries);
}
