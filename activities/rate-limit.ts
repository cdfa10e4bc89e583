import { traceOf } from '../domain/trace-event';
import type { ActivityDeps } from './deps';
import type { AccountDirectory } from './account-directory';
import { chooseAccounts } from './choose-accounts';
import { limitsOfLane, passLimits, type FlowWait } from './flow-limits';
import type { LaneAccounts } from './lane-accounts';
import { recordChanges, type MessageChange } from './record-changes';
import { holdBack, runGate } from './run-gate';
import type { Chosen, Round } from './round';

/** Third step: asks the run whether its messages may go, chooses each message's account and asks flow control: go now, or wait for a place. */
export async function limitRound(
  deps: ActivityDeps,
  directory: AccountDirectory,
  round: Round,
): Promise<Round<Chosen>> {
  const now = Date.now();
  const first = round.go[0];
  if (!first) return { ...round, go: [] };
  const gate = await runGate(deps, round.dispatchId);
  if (gate.hold) {
    await holdBack(deps, round.dispatchId, gate.hold, round.go);
    return { ...round, go: [] };
  }
  const accounts = await directory.ofLane(first.message.lane);
  const { chosen, down } = await chooseAccounts(accounts, round.go);
  const limitsOf = await limitsOfLane(directory, accounts, first.message, deps.rules.current().flow, gate.limit);
  const { go, waits } = await passLimits(deps, limitsOf, chosen, now);
  const changes = [...down, ...waits.map((wait) => rateLimited(wait, accounts))];
  for (const { message, choice } of go) {
    const data = { account: accounts.nameOf(choice.accountId), why: choice.why };
    message.untold.push(traceOf(message, `allowed:${message.attempt + 1}`, now, { data }));
  }
  await recordChanges(deps, changes);
  return { ...round, go };
}

function rateLimited({ item, limit, answer, queues }: FlowWait, accounts: LaneAccounts): MessageChange {
  const { kind, key, name, rate } = limit;
  const { at, place, queued } = answer;
  const account = accounts.nameOf(item.choice.accountId);
  const detail = { account, limit: key, limitOf: kind, limitName: name, rate, place, queued, queues };
  return { message: item.message, event: 'defer', reason: 'rate_limited', detail, dueAt: new Date(at) };
}
