import { groupBy } from '../domain/group-by';
import type { HandOver } from '../domain/hand-over';
import { newId, type AccountId, type DispatchId, type MessageId } from '../domain/ids';
import { startOf } from '../domain/message-times';
import { traceOf, type TraceEvent } from '../domain/trace-event';
import type { Sender } from '../channels/channel';
import type { AttemptRef } from '../trace/hand-over-notes';
import type { OpenAccount } from './account-directory';
import type { ActivityDeps } from './deps';
import type { LaneAccounts } from './lane-accounts';
import { outgoingOf } from './outgoing';
import { emit } from './record-changes';
import { recordEnded, type Ended } from './record-ended';
import type { Chosen } from './round';
import type { SettleContext } from './settle-in-doubt';

export interface HandOverContext extends SettleContext {
  readonly dispatchId: DispatchId;
  /** Aborted when the worker stops: what is provably not handed over is not begun any more. */
  readonly signal: AbortSignal;
}

/**
 * Claims the messages of a batch, hands each to its account and records the answers: one claim, one outcome statement. Messages
 * that somebody else has taken or ended meanwhile are left alone. Calls `onLastBegun` when none of them waits for a connection any
 * more, unless an answer so far speaks against the account: then the next batch has to hear of it first.
 */
export async function handOverBatch(
  context: HandOverContext,
  batch: readonly Chosen[],
  onLastBegun: () => void = () => undefined,
): Promise<void> {
  const { deps, directory, dispatchId } = context;
  const claims = batch.map(({ message, choice, rendered }) => ({
    id: message.id,
    attempt: message.attempt + 1,
    accountId: choice.accountId,
    ...(rendered.channel === 'sms' ? { segments: deps.smsSize(rendered.text).segments } : {}),
  }));
  // Before the claim: a process, or its connection, that ends right after it leaves proof that nothing was handed over.
  const noted = await noteClaims(deps, batch);
  const taken = await deps.stores.delivery.claim(dispatchId, newId('batch'), claims, new Date());
  const mine = batch.filter(({ message }) => taken.has(message.id));
  const first = batch[0];
  if (!first) return;
  const accounts = await directory.ofLane(first.message.lane);
  const claimed = tellSoon(deps, claimEvents(accounts, batch, taken));
  const ended: Ended[] = [];
  let waiting = mine.length;
  const onBegun = (): void => {
    if (--waiting === 0 && ended.every(({ answer }) => FINE.includes(answer.class))) onLastBegun();
  };
  const attempts = [...groupBy(mine, ({ choice }) => choice.accountId)].map(async ([accountId, group]) => {
    const account = await openAccount(context, accountId);
    const ends = group.map(async (item) => {
      const end = await attempt(context, account, accounts, { item, noted, onBegun });
      if (end) ended.push(end);
    });
    await Promise.all(ends);
  });
  try {
    await Promise.all(attempts);
    await recordEnded(deps, directory, ended, claimed.take);
  } finally {
    await claimed.tell();
  }
}

/** Answers of an account that works. */
const FINE: readonly HandOver['class'][] = ['accepted', 'refused'];

const refOf = ({ message }: Chosen): AttemptRef => ({
  messageId: message.id,
  address: message.address,
  attempt: message.attempt + 1,
});

/** The open account, or, when it cannot even be opened, the answer that all its messages get. */
async function openAccount({ deps, directory }: HandOverContext, id: AccountId): Promise<OpenAccount | HandOver> {
  try {
    return await directory.open(id);
  } catch (error) {
    deps.log.error({ err: error, accountId: id }, 'account cannot be opened');
    return {
      class: 'misconfigured',
      code: 'settings',
      detail: 'the account cannot be opened: its settings or secrets are not readable',
    };
  }
}

/** True when Redis keeps notes for this batch. */
async function noteClaims(deps: ActivityDeps, batch: readonly Chosen[]): Promise<boolean> {
  try {
    await deps.notes.claimed(batch.map(refOf));
    return true;
  } catch (error) {
    deps.log.warn({ err: error }, 'Redis is away: hand-overs cannot be noted');
    return false;
  }
}

/** For so long the trace of a message may not know that it is on its way, in milliseconds. */
const TELL_AFTER_MS = 1_000;

/**
 * Events that are told together with what follows within a second: a call of Redis less for each message. Of those whose process
 * is killed before, MySQL and the history of the workflow know.
 */
function tellSoon(deps: ActivityDeps, events: readonly TraceEvent[]) {
  let untold = events;
  const take = (): readonly TraceEvent[] => {
    clearTimeout(timer);
    const taken = untold;
    untold = [];
    return taken;
  };
  const tell = (): Promise<void> => emit(deps, take());
  const timer = setTimeout(() => void tell(), TELL_AFTER_MS);
  return { take, tell };
}

/** The claims, and all steps before them; of a message that somebody else has taken only these. */
function claimEvents(accounts: LaneAccounts, batch: readonly Chosen[], taken: ReadonlySet<MessageId>): TraceEvent[] {
  const now = Date.now();
  const events: TraceEvent[] = [];
  for (const { message, choice } of batch) {
    events.push(...message.untold);
    if (!taken.has(message.id)) continue;
    const data = { account: accounts.nameOf(choice.accountId), why: choice.why };
    events.push(traceOf(message, `claimed:${message.attempt + 1}`, now, { status: 'sending', data }));
  }
  return events;
}

const REDIS_AWAY: HandOver = {
  class: 'unavailable',
  code: 'redis_away',
  detail: 'not handed over: without Redis a crash could not be told from a hand-over',
  about: 'worker',
};

/** It waited for a free connection until it was too old; the next round ends it. */
const TOO_LATE: HandOver = {
  class: 'unavailable',
  code: 'too_late',
  detail: 'not handed over: it is too old by now',
  about: 'worker',
};

/** After this time (epoch milliseconds) nobody wants the message: the caller's word, or for a code the end of its time. */
function expiryOf({ message, policy, template }: Chosen): number | undefined {
  if (message.expiresAt) return message.expiresAt.getTime();
  return template.messageType === 'verification' ? startOf(message) + policy.deliverWithinSeconds * 1000 : undefined;
}

/**
 * One attempt, in a slot of its account: from the note on, a message is on a connection. `undefined`: another process has
 * settled this attempt, and nothing was handed over.
 */
async function attempt(
  context: HandOverContext,
  account: OpenAccount | HandOver,
  accounts: LaneAccounts,
  { item, noted, onBegun }: { item: Chosen; noted: boolean; onBegun: () => void },
): Promise<Ended | undefined> {
  if (!('slots' in account)) {
    onBegun();
    return endedOf(item, accounts, account, Date.now());
  }
  return account.slots.run(async () => {
    onBegun();
    const startedAt = Date.now();
    const answer = await handOver(context, account.sender, accounts, item, noted);
    if (!answer) return undefined;
    const ended = { ...endedOf(item, accounts, answer, startedAt), revision: account.revision };
    const canAsk = answer.class === 'ambiguous' && account.sender.find !== undefined;
    return canAsk ? { ...ended, askAt: ended.attempt.endedAt + context.deps.askTimes.firstAfterMs } : ended;
  });
}

async function handOver(
  { deps, signal }: HandOverContext,
  sender: Sender,
  accounts: LaneAccounts,
  item: Chosen,
  noted: boolean,
): Promise<HandOver | undefined> {
  const expiresAt = expiryOf(item);
  if (expiresAt !== undefined && expiresAt <= Date.now()) return TOO_LATE;
  const ref = refOf(item);
  const note = noted ? await deps.notes.handedOver(ref).catch(() => 'away' as const) : 'away';
  if (note === false) return undefined;
  if (note === 'away' && item.template.messageType !== 'verification') return REDIS_AWAY;
  const outgoing = outgoingOf(deps, accounts, item, expiresAt);
  const answer = await sender.handOver(outgoing, signal);
  deps.notes.answered(ref, answer, Date.now()).catch((error: unknown) => {
    deps.log.debug({ err: error }, 'answer not noted');
  });
  return answer;
}

function endedOf(
  { message, policy, choice }: Chosen,
  accounts: LaneAccounts,
  answer: HandOver,
  startedAt: number,
): Ended {
  return {
    message,
    policy,
    answer,
    usableAccounts: accounts.usableWith(choice.accountId),
    provider: accounts.providerOf(choice.accountId),
    attempt: {
      n: message.attempt + 1,
      accountId: choice.accountId,
      account: accounts.nameOf(choice.accountId),
      why: choice.why,
      startedAt,
      endedAt: Date.now(),
      class: answer.class,
      code: answer.code,
      detail: answer.detail,
      ...(answer.providerMessageId ? { providerMessageId: answer.providerMessageId } : {}),
    },
  };
}
