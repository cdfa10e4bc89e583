import { setTimeout as sleep } from 'node:timers/promises';
import type { Stores } from '../db/database';
import type { Change } from '../db/stores/delivery-store';
import type { Message } from '../db/stores/message-store';
import { isInDoubt } from '../domain/hand-over';
import { WAITING, type MessageStatus } from '../domain/message-status';
import { traceOf, type TraceEvent } from '../domain/trace-event';
import type { Caller } from './context';
import type { ApiDeps } from './deps';

type Deps = Pick<ApiDeps, 'tellTrace' | 'giveBack' | 'leaveQueues' | 'wake' | 'cancelAtProvider'>;

/** What a recall came to for one message. */
export interface RecallAnswer {
  readonly message: Message;
  readonly result: 'recalled' | 'too_late';
  /** When the provider was given it; `undefined` for a message that ended otherwise, or is just being handed over. */
  readonly handedOverAt: Date | undefined;
}

/** For how long a message that is just being handed over is waited for, so that the answer is about its end, in milliseconds. */
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 100;

/**
 * Recalls messages. The row decides: an answer is given only when a message no longer waits, so `recalled` means that no
 * provider has got it or will get it. Calling it again gives the same answer. One that may have been sent before, and waits to be
 * sent again, ends `unknown`: it is not sent again, and `too_late`.
 */
export async function recallMessages(
  deps: Deps,
  { stores, caller }: { readonly stores: Stores; readonly caller: Caller },
  messages: readonly Message[],
): Promise<RecallAnswer[]> {
  const deadline = Date.now() + PATIENCE_MS;
  const changed: Message[] = [];
  let known = [...messages];
  for (;;) {
    const waiting = known.filter(({ status }) => WAITING.includes(status));
    const stopped = await stores.delivery.apply(waiting.map((message) => changeOf(message, caller)));
    changed.push(...waiting.filter(({ id }) => stopped.has(id)));
    known = await stores.messages.getMany(known.map(({ id }) => id));
    const open = known.filter(({ status }) => WAITING.includes(status) || status === 'sending');
    if (open.length === 0 || (Date.now() > deadline && open.every(({ status }) => status === 'sending'))) break;
    await sleep(LOOK_EVERY_MS);
  }
  const answers = await Promise.all(known.map((message) => answerOf(deps, stores, message, caller)));
  after(deps, changed, caller);
  return answers;
}

const mayHaveBeenSent = ({ attempts }: Message): boolean => isInDoubt(attempts);

function changeOf(message: Message, { keyId }: Caller): Change {
  const by = { by: keyId };
  return mayHaveBeenSent(message)
    ? {
        id: message.id,
        appId: message.appId,
        event: 'loseAnswer',
        reason: 'answer_lost',
        detail: { ...by, stoppedBy: 'recalled' },
      }
    : { id: message.id, appId: message.appId, event: 'recall', reason: 'recalled', detail: by };
}

async function answerOf(deps: Deps, stores: Stores, message: Message, { keyId }: Caller): Promise<RecallAnswer> {
  if (message.status === 'recalled') return { message, result: 'recalled', handedOverAt: undefined };
  if (message.status === 'sent' && (await deps.cancelAtProvider(message)) === 'cancelled') {
    const detail = { by: keyId, byProvider: true };
    await stores.delivery.apply([
      { id: message.id, appId: message.appId, event: 'recallAtProvider', reason: 'recalled', detail },
    ]);
    const [now = message] = await stores.messages.getMany([message.id]);
    deps.tellTrace([stepOf(now, 'recalled', 'recalled', { reason: 'recalled', ...detail })]);
    deps.giveBack([{ messageId: message.id, address: message.address }]);
    if (now.status === 'recalled') return { message: now, result: 'recalled', handedOverAt: undefined };
  }
  return { message, result: 'too_late', handedOverAt: handedOverAt(message) };
}

/** The first moment at which a provider had it, as far as anybody knows. */
function handedOverAt({ attempts, status, updatedAt }: Message): Date | undefined {
  const taken = attempts.find((attempt) => attempt.class === 'accepted' || attempt.class === 'ambiguous');
  if (taken) return new Date(taken.class === 'accepted' ? taken.endedAt : taken.startedAt);
  return status === 'sending' ? updatedAt : undefined;
}

const stepOf = (
  message: Message,
  step: string,
  status: MessageStatus,
  data: Readonly<Record<string, unknown>>,
): TraceEvent => traceOf(message, step, Date.now(), { status, data });

/** What follows a recall and need not be waited for: the trace, places that are free again, workflows with nothing left to do. */
function after(deps: Deps, changed: readonly Message[], { keyId }: Caller): void {
  if (changed.length === 0) return;
  const doubtful = changed.filter(mayHaveBeenSent);
  const clean = changed.filter((message) => !mayHaveBeenSent(message));
  deps.tellTrace([
    ...clean.map((message) => stepOf(message, 'recalled', 'recalled', { reason: 'recalled', by: keyId })),
    ...doubtful.map((message) =>
      stepOf(message, 'unknown', 'unknown', { reason: 'answer_lost', stoppedBy: 'recalled' }),
    ),
  ]);
  deps.leaveQueues(changed);
  deps.giveBack(clean.map(({ id, address }) => ({ messageId: id, address })));
  deps.wake([...new Set(changed.flatMap(({ dispatchId }) => dispatchId ?? []))]);
}
