import type { HandOver } from '../../domain/hand-over';
import type { OutgoingMessage, Sender } from '../channel';
import { createGate } from '../gate';
import { tooEarly } from '../too-early';

interface RequestSenderParts extends Omit<Sender, 'handOver' | 'close'> {
  /** One request and what became of it. It cannot be interrupted: what is on its way is awaited, up to the account's timeout. */
  readonly attempt: (message: OutgoingMessage) => Promise<HandOver>;
  readonly close: () => void;
}

/** A sender of one request per message: `concurrency` at once, the others wait here, and `close` waits for all of them. */
export function createRequestSender({ attempt, close, ...rest }: RequestSenderParts): Sender {
  // Waiting here and not for a socket: the time for an answer starts when the request does.
  const gate = createGate(rest.concurrency);
  const inFlight = new Set<Promise<unknown>>();
  return {
    ...rest,
    async handOver(message, signal) {
      const work = gate(async (): Promise<HandOver> => {
        if (signal?.aborted) {
          const detail = 'stopped before it was handed over';
          return { class: 'unavailable', code: 'aborted', detail, about: 'worker' };
        }
        return tooEarly(message, rest.holds) ?? attempt(message);
      });
      inFlight.add(work);
      try {
        return await work;
      } finally {
        inFlight.delete(work);
      }
    },
    async close() {
      await Promise.allSettled(inFlight);
      close();
    },
  };
}
