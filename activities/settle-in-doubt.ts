import type { DueMessage } from '../db/stores/delivery-store';
import type { Attempt, HandOver } from '../domain/hand-over';
import type { AccountId } from '../domain/ids';
import { partsOfLane } from '../domain/lane';
import { policyOf, type PolicySubject } from '../domain/policy';
import type { NoteVerdict } from '../trace/hand-over-notes';
import type { AccountDirectory } from './account-directory';
import type { ActivityDeps } from './deps';
import { recordEnded, type Ended } from './record-ended';

/**
 * Clears up messages that an earlier delivery left in `sending`: the notes tell whether each was answered, not handed over
 * (it will be tried again), or handed over without an answer (the template's policy decides; held ones end `unknown`).
 */
export async function settleInDoubt(
  deps: ActivityDeps,
  directory: AccountDirectory,
  messages: readonly DueMessage[],
): Promise<void> {
  const first = messages[0];
  if (!first) return;
  const accounts = await directory.ofLane(first.lane);
  const rules = deps.rules.current();
  const [verdicts, templates] = await Promise.all([
    readNotes(deps, messages),
    deps.stores.templates.getMany([...new Set(messages.map((message) => message.templateId))]),
  ]);
  const ended = messages.map((message, i): Ended => {
    const { answer, at } = answerOf(verdicts[i] ?? { state: 'in_doubt', because: 'no notes' });
    const template = templates.find(({ id }) => id === message.templateId);
    const accountId = message.accountId as AccountId;
    const attempt: Attempt = {
      n: message.attempt,
      accountId,
      account: accounts.nameOf(accountId),
      why: 'left by a worker that stopped',
      startedAt: message.updatedAt.getTime(),
      endedAt: at,
      class: answer.class,
      code: answer.code,
      detail: answer.detail,
      ...(answer.providerMessageId ? { providerMessageId: answer.providerMessageId } : {}),
    };
    const policy = policyOf(template ?? deletedTemplate(message), rules);
    return {
      message,
      policy,
      attempt,
      answer,
      usableAccounts: accounts.usable,
      provider: accounts.providerOf(accountId),
    };
  });
  deps.log.info({ messages: ended.length }, 'messages of a stopped delivery cleared up');
  await recordEnded(deps, directory, ended);
}

/** What is left to go by when the template's row is gone. */
function deletedTemplate({ templateId, lane }: DueMessage): PolicySubject {
  return { id: templateId, key: '', messageType: partsOfLane(lane).messageType, policy: {} };
}

/** Rejects while Redis is away, so that the delivery is tried again; verification codes do not wait for it. */
async function readNotes(deps: ActivityDeps, messages: readonly DueMessage[]): Promise<NoteVerdict[]> {
  try {
    return await deps.notes.settle(messages.map(({ id, address, attempt }) => ({ messageId: id, address, attempt })));
  } catch (error) {
    if (messages.some(({ lane }) => partsOfLane(lane).messageType !== 'verification')) throw error;
    return messages.map(() => ({ state: 'in_doubt', because: 'no notes' }));
  }
}

function answerOf(verdict: NoteVerdict): { answer: HandOver; at: number } {
  const at = Date.now();
  switch (verdict.state) {
    case 'answered':
      return { answer: verdict.answer, at: verdict.at };
    case 'not_handed_over':
      return {
        answer: { class: 'unavailable', code: 'not_handed_over', detail: 'the worker stopped before the hand-over' },
        at,
      };
    case 'in_doubt':
      return {
        answer: { class: 'ambiguous', code: 'answer_lost', detail: `the worker stopped: ${verdict.because}` },
        at,
      };
  }
}
