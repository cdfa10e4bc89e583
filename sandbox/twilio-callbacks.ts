import TwilioSdk from 'twilio';
import type { SandboxMessage } from './message-store';
import { API_VERSION } from './twilio-json';

interface CallbackOptions {
  readonly accountSid: string;
  readonly authToken: string;
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

/** Posts each status of a text to its StatusCallback, signed as Twilio signs, and never tries again. */
export function createTwilioCallbacks(options: CallbackOptions) {
  const { accountSid, authToken, log } = options;
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

  return {
    async tell(text: SandboxMessage): Promise<void> {
      const { statusCallback } = text;
      if (statusCallback === null) return;
      const receipt = receiptOf(text, accountSid);
      await gate(() => post(statusCallback, receipt));
    },
    close(): void {
      stop.abort();
    },
  };
}
