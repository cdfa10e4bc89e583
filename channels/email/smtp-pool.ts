import type { HandOver } from '../../domain/hand-over';
import { createAbortWatch } from './abort-watch';
import type { Mail } from './compose-mail';
import { createSmtpConnections, type SmtpSeat } from './smtp-connections';
import { fromSmtpAcceptance, fromSmtpFailure, type SmtpFailure } from './smtp-reply';
import type { SmtpSending } from './smtp-sending';
import { openSmtpSession, type SmtpServer, type SmtpSession } from './smtp-session';

/** Hands mails to one server, over connections that are opened when needed and used for many mails. */
export interface SmtpPool {
  /**
   * Gives one mail to the server as soon as a connection is free. Never rejects. An aborted signal stops a mail of which no byte
   * has gone out; any other comes to its answer.
   */
  deliver(mail: Mail, signal?: AbortSignal): Promise<HandOver>;
  /** Opens a connection of its own and takes leave; rejects with the failure. */
  verify(): Promise<void>;
  /** Waits for what it was given, then ends all connections; what it is given from now on is `unavailable`. */
  close(): Promise<void>;
}

/** It says nothing about whether the account works: mostly it was just given other settings. */
const CLOSED = fromSmtpFailure({ code: 'EABORT', message: 'The account was closed before the hand-over' }, false);
/** Only for connections that the server had dropped while they were idle; real retries are the workflow's. */
const REQUEUES = 2;

interface Delivery {
  readonly mail: Mail;
  /** Ends it. */
  finish(outcome: HandOver): void;
  done: boolean;
  stopWatching?: (() => void) | undefined;
  requeues: number;
  session?: SmtpSession;
  sending?: SmtpSending;
}

/** Connects lazily, with at most `maxConnections` at any moment. */
export function createSmtpPool(server: SmtpServer, maxConnections: number): SmtpPool {
  const waiting = new Set<Delivery>();
  const deliveries = createDeliveries();
  const watch = createAbortWatch();
  let closed = false;

  function assign(): void {
    for (const delivery of waiting) {
      const seat = connections.take();
      if (!seat) return;
      waiting.delete(delivery);
      void carry(seat, delivery);
    }
  }
  const connections = createSmtpConnections(server, maxConnections, assign);

  async function carry(seat: SmtpSeat, delivery: Delivery): Promise<void> {
    const failure = await attempt(seat, delivery);
    if (!failure) connections.giveBack(seat);
    else {
      // What was aborted is done, and its connection is closed.
      if (!delivery.done) settle(delivery, failure, seat.mails > 1);
      if (await mend(seat.session, failure)) connections.giveBack(seat);
      else assign();
    }
  }

  function settle(delivery: Delivery, failure: SmtpFailure, used: boolean): void {
    const untouched = used && !delivery.sending?.begun() && isLostConnection(failure);
    if (untouched && delivery.requeues < REQUEUES) {
      delivery.requeues++;
      waiting.add(delivery);
    } else {
      // Not complete means that the server cannot have taken the mail.
      delivery.finish(fromSmtpFailure(failure, delivery.sending?.complete() ?? false));
    }
  }

  function abort(delivery: Delivery): void {
    // Cutting the connection once the body is on its way would only turn an answer into a doubt.
    if (delivery.done || delivery.sending?.begun()) return;
    waiting.delete(delivery);
    delivery.finish(fromSmtpFailure({ code: 'EABORT', message: 'Message sending aborted' }, false));
    delivery.session?.close();
  }

  return {
    deliver(mail, signal) {
      if (closed) return Promise.resolve(CLOSED);
      return new Promise((resolve) => {
        const delivery = deliveries.begin(mail, resolve);
        waiting.add(delivery);
        delivery.stopWatching = signal && watch(signal, abort.bind(undefined, delivery));
        assign();
      });
    },
    async verify() {
      const session = openSmtpSession(server, () => undefined);
      await session.ready;
      session.quit();
    },
    async close() {
      closed = true;
      await deliveries.ended();
      connections.closeAll();
    },
  };
}

/** What was begun and has no outcome yet. */
function createDeliveries() {
  const pending = new Set<Delivery>();
  const whenEnded: (() => void)[] = [];
  return {
    begin(mail: Mail, resolve: (outcome: HandOver) => void): Delivery {
      const delivery: Delivery = {
        mail,
        requeues: 0,
        done: false,
        finish(outcome) {
          delivery.done = true;
          delivery.stopWatching?.();
          pending.delete(delivery);
          resolve(outcome);
          if (pending.size === 0) for (const tell of whenEnded.splice(0)) tell();
        },
      };
      pending.add(delivery);
      return delivery;
    },
    /** Resolves when nothing is pending any more. */
    ended: () =>
      new Promise<void>((resolve) => {
        if (pending.size === 0) resolve();
        else whenEnded.push(resolve);
      }),
  };
}

/** Tries a delivery on a connection; `undefined` when the server took the mail. */
async function attempt(seat: SmtpSeat, delivery: Delivery): Promise<SmtpFailure | undefined> {
  const { session } = seat;
  delivery.session = session;
  try {
    await session.ready;
    seat.mails++;
    delivery.sending = session.send(delivery.mail);
    const { response, serverMessageId } = await delivery.sending.taken;
    delivery.finish(fromSmtpAcceptance(response, serverMessageId));
    return undefined;
  } catch (error) {
    return error as SmtpFailure;
  }
}

/** After a failure: true when the server only refused the mail, and takes the next. Any other connection is closed. */
async function mend(session: SmtpSession, failure: SmtpFailure): Promise<boolean> {
  const refused = failure.code === 'EENVELOPE' || failure.code === 'EMESSAGE';
  if (refused && !isLostConnection(failure) && !session.ended()) {
    const reset = await session.reset().then(
      () => true,
      () => false,
    );
    if (reset) return true;
  }
  session.close();
  return false;
}

/** The failure says that the connection ended, not that the mail was refused. */
function isLostConnection({ code, response }: SmtpFailure): boolean {
  return code === 'ECONNECTION' || code === 'ESOCKET' || code === 'ETIMEDOUT' || /^421\b/.test(response ?? '');
}
