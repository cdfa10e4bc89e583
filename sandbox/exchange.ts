import type { Request, Response } from 'express';
import type { Behaviour, Refusal } from './behaviour';
import type { GivenAnswer, MessageStore, NewText, SandboxMessage } from './message-store';
import type { Script } from './script';

interface ExchangeParts {
  readonly store: MessageStore;
  readonly script: Script;
  /** Sees every text that is taken, with what shall become of it. */
  readonly taken: (text: SandboxMessage, behaviour: Behaviour | undefined) => void;
}

/** A valid request to send, and how its provider answers. */
export interface Exchange {
  readonly req: Request;
  readonly res: Response;
  readonly text: NewText;
  /** What its number, sender or template means. */
  readonly magic: Behaviour | undefined;
  readonly accept: (message: SandboxMessage) => void;
  readonly refuse: (refusal: Refusal) => void;
  /** Its error 500. */
  readonly crash: () => void;
}

const ANSWERS: Readonly<Record<Exclude<Behaviour['kind'], 'refuse'>, GivenAnswer>> = {
  accept: 'taken',
  receipt: 'taken',
  slow: 'late',
  crash: 'crash',
  hang: 'hang',
  reset: 'reset',
};

/** Does with requests to send what the script says, else what their number says, and answers or does not. */
export function createExchange({ store, script, taken }: ExchangeParts) {
  const hanging = new Set<Response>();

  /** A request left without an answer stays until its client gives up, or the sandbox closes. */
  function leave(res: Response, onClose: () => void = () => undefined): void {
    hanging.add(res);
    res.once('close', () => {
      hanging.delete(res);
      onClose();
    });
  }

  function record(text: NewText, behaviour: Behaviour | undefined): SandboxMessage {
    const kind = behaviour?.kind === 'refuse' ? 'accept' : (behaviour?.kind ?? 'accept');
    const message = store.add(text, ANSWERS[kind]);
    taken(message, behaviour);
    return message;
  }

  function breakOff(kind: 'crash' | 'hang' | 'reset', { req, res, crash }: Exchange): void {
    if (kind === 'crash') crash();
    else if (kind === 'reset') req.socket.resetAndDestroy();
    else leave(res);
  }

  return {
    perform(exchange: Exchange): void {
      const { text, magic, accept, refuse, res } = exchange;
      const behaviour = script.next(text.provider, text.to, magic);
      switch (behaviour?.kind) {
        case 'refuse':
          refuse(behaviour);
          return;
        case 'crash':
        case 'hang':
        case 'reset':
          if (behaviour.recorded) record(text, behaviour);
          breakOff(behaviour.kind, exchange);
          return;
        case 'slow': {
          const message = record(text, behaviour);
          const timer = setTimeout(() => {
            accept(message);
          }, behaviour.ms);
          leave(res, () => {
            clearTimeout(timer);
          });
          return;
        }
        case 'accept':
        case 'receipt':
        case undefined:
          accept(record(text, behaviour));
      }
    },
    close(): void {
      for (const res of hanging) res.destroy();
    },
  };
}

export type Exchanges = ReturnType<typeof createExchange>;
