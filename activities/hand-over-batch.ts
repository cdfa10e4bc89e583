import type { HandOver } from '../domain/hand-over';
import { newId, type AccountId, type DispatchId } from '../domain/ids';
import type { Sender } from '../channels/channel';
import type { AttemptRef } from '../trace/hand-over-notes';
import type { AccountDirectory, LaneAccounts } from './account-directory';
import type { ActivityDeps } from './deps';
import { inParallel } from './in-parallel';
import { emit, traceOf } from './record-changes';
import { recordEnded, type Ended } from './record-ended';
import type { Chosen } from './round';

export interface HandOverContext {
  readonly deps: ActivityDeps;
  readonly directory: AccountDirectory;
  readonly dispatchId: DispatchId;
  /** Aborted when the worker stops: what is provably not handed over is not begun any more. */
  readonly signal: AbortSignal;
}

/**
 * Claims the messages of a batch, hands each to its account and records the answers: one claim, one outcome statement. Messages
 * that somebody else has taken or ended meanwhile are left alone.
 */
export async function handOverBatch(context: HandOverContext, batch: readonly Chosen[]): Promise<void> {
  const { deps, directory, dispatchId } = context;
  const claims = batch.map(({ message, choice }) => ({
    id: message.id,
    attempt: message.attempt + 1,
    accountId: choice.accountId,
  }));
  const taken = await deps.stores.delivery.claim(dispatchId, newId('batch'), claims, new Date());
  const mine = batch.filter(({ message }) => taken.has(message.id));
  const first = mine[0];
  if (!first) return;
  const accounts = await directory.ofLane(first.message.lane);
  const [noted] = await Promise.all([noteClaims(deps, mine), emitClaims(deps, accounts, mine)]);
  const ended: Ended[] = [];
  const groups = [...byAccount(mine)].map(async ([accountId, group]) => {
    const sender = await openSender(context, accountId);
    await inParallel(group, 'concurrency' in sender ? sender.concurrency : group.length, async (item) => {
      const startedAt = Date.now();
      const answer = 'concurrency' in sender ? await attempt(context, sender, item, noted) : sender;
      if (answer) ended.push(endedOf(item, accounts, answer, startedAt));
    });
  });
  await Promise.all(groups);
  await recordEnded(deps, directory, ended);
}

function byAccount(items: readonly Chosen[]): Map<AccountId, Chosen[]> {
  const groups = new Map<AccountId, Chosen[]>();
  for (const item of items) groups.set(item.choice.accountId, []);
  for (const item of items) groups.get(item.choice.accountId)?.push(item);
  return groups;
}

const refOf = ({ message }: Chosen): AttemptRef => ({
  messageId: message.id,
  address: message.address,
  attempt: message.attempt + 1,
});

/** The account's connections, or, when it cannot even be opened, the answer that all its messages get. */
async function openSender({ deps, directory }: HandOverContext, id: AccountId): Promise<Sender | HandOver> {
  try {
    return await directory.sender(id);
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
async function noteClaims(deps: ActivityDeps, mine: readonly Chosen[]): Promise<boolean> {
  try {
    await deps.notes.claimed(mine.map(refOf));
    return true;
  } catch (error) {
    deps.log.warn({ err: error }, 'Redis is away: hand-overs cannot be noted');
    return false;
  }
}

function emitClaims(deps: ActivityDeps, accounts: LaneAccounts, mine: readonly Chosen[]): Promise<void> {
  const now = Date.now();
  const events = mine.map(({ message, choice }) =>
    traceOf(message, `claimed:${message.attempt + 1}`, now, {
      status: 'sending',
      data: { account: accounts.nameOf(choice.accountId), why: choice.why },
    }),
  );
  return emit(deps, events);
}

const REDIS_AWAY: HandOver = {
  class: 'unavailable',
  code: 'redis_away',
  detail: 'not handed over: without Redis a crash could not be told from a hand-over',
};

/** One hand-over with its notes. `undefined`: another process has settled this attempt, and nothing was handed over. */
async function attempt(
  { deps, signal }: HandOverContext,
  sender: Sender,
  item: Chosen,
  noted: boolean,
): Promise<HandOver | undefined> {
  const ref = refOf(item);
  const urgent = item.template.messageType === 'verification';
  const note = noted ? await deps.notes.handedOver(ref).catch(() => 'away' as const) : 'away';
  if (note === false) return undefined;
  if (note === 'away' && !urgent) return REDIS_AWAY;
  const { message, rendered } = item;
  const expiry = message.expiresAt ? { expiresAt: message.expiresAt.getTime() } : {};
  const answer = await sender.handOver(
    { messageId: message.id, to: message.address, content: rendered, ...expiry },
    signal,
  );
  deps.notes.answered(ref, answer, Date.now()).catch((error: unknown) => {
    deps.log.debug({ err: error }, 'answer not noted');
  });
  return answer;
}

function endedOf(
  { message, policy, choice, ...rest }: Chosen,
  accounts: LaneAccounts,
  answer: HandOver,
  startedAt: number,
): Ended {
  return {
    message,
    policy,
    answer,
    prepared: { message, policy, ...rest },
    usableAccounts: accounts.usable,
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
