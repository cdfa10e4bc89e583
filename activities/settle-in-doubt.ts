import type { DueMessage } from '../db/stores/delivery-store';
import type { Template } from '../db/stores/template-store';
import type { Attempt, HandOver } from '../domain/hand-over';
import type { AccountId } from '../domain/ids';
import { partsOfLane } from '../domain/lane';
import { policyOf, type EffectivePolicy, type PolicySubject } from '../domain/policy';
import type { Rules } from '../domain/rules';
import type { NoteVerdict } from '../trace/hand-over-notes';
import type { AccountDirectory } from './account-directory';
import { askProvider, type Clearing } from './ask-provider';
import type { ActivityDeps } from './deps';
import type { LaneAccounts } from './lane-accounts';
import { recordEnded, type Ended } from './record-ended';
import type { RenderContent } from './render';

export interface SettleContext {
  readonly deps: ActivityDeps;
  readonly directory: AccountDirectory;
  readonly renderContent: RenderContent;
}

/**
 * Clears up messages found in `sending`: left there by a delivery that was cut off, or because their answer was lost. The notes
 * tell whether each was answered, not handed over (it will be tried again), or handed over without an answer. Then the provider
 * is asked, where it can be; else the template's policy decides, and held ones end `unknown`.
 */
export async function settleInDoubt(context: SettleContext, messages: readonly DueMessage[]): Promise<void> {
  const { deps, directory } = context;
  const first = messages[0];
  if (!first) return;
  const accounts = await directory.ofLane(first.lane);
  const rules = deps.rules.current();
  const [verdicts, templates] = await Promise.all([
    readNotes(deps, messages),
    deps.stores.templates.getMany([...new Set(messages.map((message) => message.templateId))]),
  ]);
  const ended = await Promise.all(
    messages.map((message, i) => {
      const template = templates.find(({ id }) => id === message.templateId);
      const verdict = verdicts[i] ?? { state: 'in_doubt', because: 'no notes' };
      return settleOne(context, { message, template, verdict, accounts, rules });
    }),
  );
  deps.log.info({ messages: ended.length }, 'messages in doubt looked at');
  await recordEnded(deps, directory, ended);
}

interface Doubtful {
  readonly message: DueMessage;
  readonly template: Template | undefined;
  readonly verdict: NoteVerdict;
  readonly accounts: LaneAccounts;
  readonly rules: Rules;
}

async function settleOne(context: SettleContext, doubtful: Doubtful): Promise<Ended> {
  const { message, template, verdict, accounts, rules } = doubtful;
  const accountId = message.accountId as AccountId;
  const policy = policyOf(template ?? deletedTemplate(message), rules);
  const startedAt = startOfAttempt(message, verdict);
  const told = answerOf(verdict);
  const clearing =
    told.answer.class === 'ambiguous'
      ? await clear(context, doubtful, policy, startedAt)
      : ({ state: 'given_up' } as const);
  const answer = clearing.state === 'cleared' ? clearing.answer : told.answer;
  const attempt: Attempt = {
    n: message.attempt,
    accountId,
    account: accounts.nameOf(accountId),
    why: typeof message.detail?.['why'] === 'string' ? message.detail['why'] : 'left by a worker that stopped',
    startedAt,
    endedAt: clearing.state === 'cleared' ? Date.now() : told.at,
    class: answer.class,
    code: answer.code,
    detail: answer.detail,
    ...(answer.providerMessageId ? { providerMessageId: answer.providerMessageId } : {}),
  };
  return {
    message,
    policy,
    attempt,
    answer,
    usableAccounts: accounts.usableWith(accountId),
    provider: accounts.providerOf(accountId),
    ...(clearing.state === 'waiting' ? { askAt: clearing.askAt, askedBecause: clearing.because } : {}),
    ...(clearing.state === 'cleared' ? { cleared: clearing.by } : {}),
  };
}

/** Asks the provider, where it can be asked. Whatever stands in the way of asking leaves the decision to the policy. */
async function clear(
  { deps, directory, renderContent }: SettleContext,
  { message, template }: Doubtful,
  policy: EffectivePolicy,
  handedOverAt: number,
): Promise<Clearing> {
  if (!template) return { state: 'given_up' };
  try {
    const { sender } = await directory.open(message.accountId as AccountId);
    if (!sender.find) return { state: 'given_up' };
    const content = await renderContent(message, template);
    const lost = { messageId: message.id, to: message.address, content, handedOverAt };
    return await askProvider(sender.find.bind(sender), lost, policy, deps.askTimes);
  } catch (error) {
    deps.log.warn({ err: error, messageId: message.id }, 'a provider cannot be asked about a lost answer');
    return { state: 'given_up' };
  }
}

/** An attempt in doubt keeps its time in the row; else the notes have it, or the row's own. */
function startOfAttempt({ detail, updatedAt }: DueMessage, verdict: NoteVerdict): number {
  const kept = detail?.['handedOverAt'];
  if (typeof kept === 'number') return kept;
  return verdict.state === 'in_doubt' && verdict.handedOverAt !== undefined
    ? verdict.handedOverAt
    : updatedAt.getTime();
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
        answer: {
          class: 'unavailable',
          code: 'not_handed_over',
          detail: 'the worker stopped before the hand-over',
          about: 'worker',
        },
        at,
      };
    case 'in_doubt':
      return {
        answer: {
          class: 'ambiguous',
          code: 'answer_lost',
          detail: `the worker stopped: ${verdict.because}`,
          about: 'worker',
        },
        at,
      };
  }
}
