import { setTimeout as delay } from 'node:timers/promises';
import TwilioSdk from 'twilio';
import type { Behaviour } from './magic-numbers';
import type { SandboxMessage, TextStatus } from './message-store';
import { API_VERSION } from './twilio-json';

interface ReceiptOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** Time between two statuses of a text, in milliseconds. */
  readonly stepMs: number;
  /** Status callbacks in flight at once. */
  readonly concurrency: number;
  readonly log: (line: string) => void;
}

/** Runs tasks in order of arrival, so many at a time. */
function createGate(limit: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task: () => Promise<void>): Promise<void> => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

function receiptOf(text: SandboxMessage, accountSid: string): Record<string, string> {
  return {
    MessageSid: text.sid,
    SmsSid: text.sid,
    MessageStatus: text.status,
    SmsStatus: text.status,
    To: text.to,
    AccountSid: accountSid,
    ApiVersion: API_VERSION,
    ...(text.from === null ? {} : { From: text.from }),
    ...(text.messagingServiceSid === null ? {} : { MessagingServiceSid: text.messagingServiceSid }),
    ...(text.errorCode === null ? {} : { ErrorCode: String(text.errorCode) }),
  };
}

/**
 * Lets taken texts come to their end: queued, sent, delivered (or what a magic number says), each step posted to the text's
 * StatusCallback, signed as Twilio signs, and never tried again. As with Twilio, the first status is not posted.
 */
export function createReceipts(options: ReceiptOptions) {
  const { accountSid, authToken, stepMs, log } = options;
  const stop = new AbortController();
  const gate = createGate(options.concurrency);

  async function post(url: string, receipt: Record<string, string>): Promise<void> {
    const signature = TwilioSdk.getExpectedTwilioSignature(authToken, url, receipt);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'X-Twilio-Signature': signature },
        body: new URLSearchParams(receipt),
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(5000)]),
      });
      await answer.body?.cancel();
      log(`receipt ${receipt['MessageStatus'] ?? ''} of ${receipt['MessageSid'] ?? ''}: HTTP ${answer.status}`);
    } catch (error) {
      log(`receipt of ${receipt['MessageSid'] ?? ''} not delivered: ${String(error)}`);
    }
  }

  async function step(text: SandboxMessage, status: TextStatus, errorCode?: number): Promise<void> {
    await delay(stepMs, undefined, { signal: stop.signal, ref: false });
    text.status = status;
    text.updatedAt = Date.now();
    text.errorCode = errorCode ?? null;
    if (status === 'sent') text.sentAt = text.updatedAt;
    const url = text.statusCallback;
    if (url === null) return;
    const receipt = receiptOf(text, accountSid);
    await gate(() => post(url, receipt));
  }

  async function run(text: SandboxMessage, behaviour: Behaviour | undefined): Promise<void> {
    const receipt = behaviour?.kind === 'receipt' ? behaviour : undefined;
    if (receipt?.end !== 'failed') await step(text, 'sent');
    if (receipt?.end !== 'sent') await step(text, receipt?.end ?? 'delivered', receipt?.errorCode);
  }

  return {
    start(text: SandboxMessage, behaviour: Behaviour | undefined): void {
      run(text, behaviour).catch((error: unknown) => {
        if (!stop.signal.aborted) log(`text ${text.sid}: ${String(error)}`);
      });
    },
    close(): void {
      stop.abort();
    },
  };
}
