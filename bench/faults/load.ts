import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from './caller';
import type { PlannedRecipient, PlannedSend } from './plan-sends';

/** A message that got a 202, with what was asked of it. */
export interface AcceptedMessage {
  readonly id: string;
  readonly sendId: string;
  readonly send: PlannedSend;
  readonly recipient: PlannedRecipient;
  /** The answer to its recall, if there was one. */
  recall?: 'recalled' | 'too_late';
}

/** What came of the load. */
export interface LoadResult {
  readonly accepted: readonly AcceptedMessage[];
  /** Answers that are neither 202 nor the refusal of a time that has passed meanwhile. */
  readonly refused: readonly string[];
}

interface SendAnswer {
  readonly id: string;
  readonly messages: readonly { readonly id: string; readonly index: number }[];
}

/** Posts until there is an answer. A send that expired while nobody accepted it is refused, and that is right. */
async function post(caller: Caller, send: PlannedSend): Promise<SendAnswer | string | undefined> {
  const now = Date.now();
  const time = (ms: number): string => new Date(now + ms).toISOString();
  const body = {
    template: send.template,
    recipients: send.recipients.map(({ to, mark }) => ({ to, variables: { mark } })),
    ...(send.sendAfterMs === undefined ? {} : { sendAt: time(send.sendAfterMs) }),
    ...(send.expiresAfterMs === undefined ? {} : { expiresAt: time(send.expiresAfterMs) }),
  };
  const answer = await caller.call('POST', '/v1/sends', body, send.key);
  if (answer.status === 202) return answer.body as unknown as SendAnswer;
  const expired = send.expiresAfterMs !== undefined && Date.now() >= now + send.expiresAfterMs;
  return answer.status === 422 && expired ? undefined : `${send.key}: ${answer.status} ${JSON.stringify(answer.body)}`;
}

interface RecallAnswer {
  readonly id: string;
  readonly result: 'recalled' | 'too_late';
}

async function recall(caller: Caller, messages: readonly AcceptedMessage[], all: boolean): Promise<string | undefined> {
  const [first] = messages;
  if (!first) return undefined;
  const path = all ? `/v1/sends/${first.sendId}/recall` : `/v1/messages/${first.id}/recall`;
  const { status, body } = await caller.call('POST', path);
  if (status !== 200) return `POST ${path}: ${status} ${JSON.stringify(body)}`;
  const answers = (all ? body['messages'] : [body]) as readonly RecallAnswer[];
  for (const { id, result } of answers) {
    const message = messages.find((one) => one.id === id);
    if (message) message.recall = result;
  }
  return undefined;
}

/** Posts the sends at their times and recalls those that are to be; resolves when every request has its answer. */
export async function runLoad(caller: Caller, sends: readonly PlannedSend[]): Promise<LoadResult> {
  const startedAt = Date.now();
  const accepted: AcceptedMessage[] = [];
  const refused: string[] = [];
  const run = async (send: PlannedSend): Promise<void> => {
    await sleep(Math.max(0, startedAt + send.at - Date.now()));
    const answer = await post(caller, send);
    if (typeof answer === 'string') refused.push(answer);
    if (answer === undefined || typeof answer === 'string') return;
    const messages = answer.messages.map(({ id, index }): AcceptedMessage => {
      const recipient = send.recipients[index];
      if (!recipient) throw new Error(`${send.key} was answered with a recipient that it does not have`);
      return { id, sendId: answer.id, send, recipient };
    });
    accepted.push(...messages);
    if (!send.recall) return;
    await sleep(send.recall.afterMs);
    const wrong = await recall(caller, messages, send.recall.all);
    if (wrong !== undefined) refused.push(wrong);
  };
  await Promise.all(sends.map(run));
  return { accepted, refused };
}
