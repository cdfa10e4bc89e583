import type { ActivityDeps } from './deps';
import type { AccountDirectory, LaneAccounts } from './account-directory';
import { limitsOfLane, passLimits, type FlowWait } from './flow-limits';
import { emit, recordChanges, traceOf, type MessageChange } from './record-changes';
import type { Chosen, Prepared, Round } from './round';

/** While no account of a lane is usable, its messages are looked at again after this. */
export const NO_ACCOUNT_PAUSE_MS = 30_000;

/** Third step: chooses each message's account and asks flow control: go now, or wait for a place. */
export async function limitRound(
  deps: ActivityDeps,
  directory: AccountDirectory,
  round: Round,
): Promise<Round<Chosen>> {
  const now = Date.now();
  const first = round.go[0];
  if (!first) return { ...round, go: [] };
  const accounts = await directory.ofLane(first.message.lane);
  const chosen: Chosen[] = [];
  const changes: MessageChange[] = [];
  for (const prepared of round.go) {
    const choice = accounts.choose(prepared.message.id, prepared.message.attempt + 1);
    if (choice) chosen.push({ ...prepared, choice });
    else changes.push(providerDown(prepared, accounts, now));
  }
  const limitsOf = await limitsOfLane(directory, accounts, first.message, deps.rules.current().flow);
  const { go, waits } = await passLimits(deps, limitsOf, chosen, now);
  changes.push(...waits.map((wait) => rateLimited(wait, accounts)));
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

function providerDown({ message }: Prepared, accounts: LaneAccounts, now: number): MessageChange {
  const detail = { because: accounts.problem() };
  const dueAt = new Date(now + NO_ACCOUNT_PAUSE_MS);
  return { message, event: 'defer', reason: 'provider_down', detail, dueAt };
}

function rateLimited({ item, limit, answer, queues }: FlowWait, accounts: LaneAccounts): MessageChange {
  const { kind, key, name, rate } = limit;
  const { at, place, queued } = answer;
  const account = accounts.nameOf(item.choice.accountId);
  const detail = { account, limit: key, limitOf: kind, limitName: name, rate, place, queued, queues };
  return { message: item.message, event: 'defer', reason: 'rate_limited', detail, dueAt: new Date(at) };
}
