import { startOf } from '../domain/message-times';
import type { LaneAccounts, NoAccount } from './lane-accounts';
import type { MessageChange } from './record-changes';
import type { Chosen, Prepared } from './round';

/** Chooses each message's account. Those that no account takes now are put off, with the reasons and a time. */
export async function chooseAccounts(
  accounts: LaneAccounts,
  items: readonly Prepared[],
): Promise<{ chosen: Chosen[]; down: MessageChange[] }> {
  const chosen: Chosen[] = [];
  const down: MessageChange[] = [];
  const answers = await accounts.choose(
    items.map(({ message, template, policy }) => ({
      messageId: message.id,
      attempt: message.attempt + 1,
      templateId: template.id,
      sticky: policy.stickyAccount,
      urgent: template.messageType === 'verification',
    })),
  );
  for (const [i, item] of items.entries()) {
    const answer = answers[i];
    if (answer && 'accountId' in answer) chosen.push({ ...item, choice: answer });
    else if (answer) down.push(providerDown(item, answer));
  }
  return { chosen, down };
}

/**
 * Parts from a batch the messages whose account has gone out of use since they were chosen: they are put off for a moment and
 * choose anew, instead of failing one after the other.
 */
export function withoutDown(
  accounts: LaneAccounts,
  batch: readonly Chosen[],
): { go: readonly Chosen[]; down: MessageChange[] } {
  const go = batch.filter(({ choice }) => accounts.stillTakes(choice));
  if (go.length === batch.length) return { go, down: [] };
  const until = Date.now() + 1_000;
  const away = batch.filter((item) => !go.includes(item));
  return {
    go,
    down: away.map((item) => providerDown(item, { until, because: accounts.problemOf(item.choice.accountId) })),
  };
}

/** Nobody waits beyond the time at which the message is given up. */
function providerDown({ message, policy }: Prepared, { until, because }: NoAccount): MessageChange {
  const deadline = startOf(message) + policy.deliverWithinSeconds * 1000;
  const dueAt = new Date(Math.min(until, deadline, message.expiresAt?.getTime() ?? Infinity));
  return { message, event: 'defer', reason: 'provider_down', detail: { because }, dueAt };
}
