import { groupBy } from '../domain/group-by';
import type { AccountId } from '../domain/ids';
import type { ActivityDeps } from './deps';
import type { AccountDirectory } from './account-directory';
import { chooseAccounts } from './choose-accounts';
import type { LaneAccounts } from './lane-accounts';
import { emit, recordChanges, traceOf, type MessageChange } from './record-changes';
import type { Chosen, Round } from './round';

/** Third step: chooses each message's account and asks its flow control: go now, or wait for the slot. */
export async function limitRound(
  deps: ActivityDeps,
  directory: AccountDirectory,
  round: Round,
): Promise<Round<Chosen>> {
  const now = Date.now();
  const first = round.go[0];
  if (!first) return { ...round, go: [] };
  const accounts = await directory.ofLane(first.message.lane);
  const { chosen, down } = await chooseAccounts(accounts, round.go);
  const changes: MessageChange[] = [...down];
  const go: Chosen[] = [];
  for (const [accountId, group] of groupBy(chosen, ({ choice }) => choice.accountId)) {
    const slots = await reserve(deps, accounts, accountId, group, now);
    for (const [i, item] of group.entries()) {
      const slot = slots[i] ?? now;
      if (slot <= now) go.push(item);
      else changes.push(rateLimited(item, accounts, slot));
    }
  }
  await Promise.all([
    recordChanges(deps, changes),
    emit(
      deps,
      go.map(({ message, choice }) =>
        traceOf(message, `allowed:${message.attempt + 1}`, now, {
          data: { account: accounts.nameOf(choice.accountId), why: choice.why },
        }),
      ),
    ),
  ]);
  return { ...round, go };
}

/** Slots by the account's rate; an account without a rate, or Redis away (dedup has decided who may pass then): now. */
async function reserve(
  deps: ActivityDeps,
  accounts: LaneAccounts,
  accountId: AccountId,
  group: readonly Chosen[],
  now: number,
): Promise<number[]> {
  const rate = accounts.rateOf(accountId);
  if (!rate) return group.map(() => now);
  const tickets = group.map(({ message }) => `${message.id}:${message.attempt + 1}`);
  try {
    return await deps.flow.reserve(accountId, rate, tickets, now);
  } catch (error) {
    deps.log.warn({ err: error, accountId }, 'Redis is away: messages go without flow control');
    return group.map(() => now);
  }
}

function rateLimited({ message, choice }: Chosen, accounts: LaneAccounts, slot: number): MessageChange {
  const detail = { account: accounts.nameOf(choice.accountId), rate: accounts.rateOf(choice.accountId) };
  return { message, event: 'defer', reason: 'rate_limited', detail, dueAt: new Date(slot) };
}
