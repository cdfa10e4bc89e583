import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from './behaviour';
import type { SandboxMessage, TextStatus } from './message-store';

interface LivesOptions {
  /** Time between two statuses of a text, in milliseconds. */
  readonly stepMs: number;
  /** Tells whoever asked of a new status of a text. */
  readonly tell: (text: SandboxMessage) => Promise<void>;
  readonly log: (line: string) => void;
}

/** The longest a timer of Node's can wait is 24 days. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Lets taken texts come to their end: queued, sent, delivered, or what their behaviour says. A text for later waits until then,
 * and goes no further when it is canceled meanwhile.
 */
export function createLives({ stepMs, tell, log }: LivesOptions) {
  const stop = new AbortController();
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal: stop.signal, ref: false });

  async function step(text: SandboxMessage, status: TextStatus, errorCode?: number | string): Promise<void> {
    await pause(stepMs);
    text.status = status;
    text.updatedAt = Date.now();
    text.errorCode = errorCode ?? null;
    if (status === 'sent') text.sentAt = text.updatedAt;
    await tell(text);
  }

  /** False when the text was canceled before its time. */
  async function heldToItsTime(text: SandboxMessage, sendAt: number): Promise<boolean> {
    for (let left = sendAt - Date.now(); left > 0; left = sendAt - Date.now()) {
      await pause(Math.min(left, LONGEST_WAIT_MS));
    }
    return text.status !== 'canceled';
  }

  async function run(text: SandboxMessage, behaviour: Behaviour | undefined): Promise<void> {
    if (text.sendAt !== null && !(await heldToItsTime(text, text.sendAt))) return;
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
