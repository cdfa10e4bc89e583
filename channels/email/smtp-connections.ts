import { openSmtpSession, type SmtpServer, type SmtpSession } from './smtp-session';

/** An open connection and how many mails were begun on it. */
export interface SmtpSeat {
  readonly session: SmtpSession;
  mails: number;
}

/** The open connections to one server: at most so many at any moment, those that are taking their leave included. */
export interface SmtpConnections {
  /** A free one, or a new one; `undefined` when there are as many as may be. `onFree` tells when to ask again. */
  take(): SmtpSeat | undefined;
  /** Gives one back whose server waits for the next mail. */
  giveBack(seat: SmtpSeat): void;
  closeAll(): void;
}

/** Opening a connection costs more than a mail, but some servers close those that are used for ever. */
const MAILS_PER_CONNECTION = 500;
/** Less than the 5 minutes for which servers have to wait (RFC 5321 §4.5.3.2.7): better we leave than are left. */
const IDLE_MS = 4 * 60 * 1000;

export function createSmtpConnections(server: SmtpServer, max: number, onFree: () => void): SmtpConnections {
  const open = new Set<SmtpSeat>();
  const idle: SmtpSeat[] = [];
  const timers = new WeakMap<SmtpSeat, NodeJS.Timeout>();

  const removeIdle = (seat: SmtpSeat): boolean => {
    const at = idle.indexOf(seat);
    if (at >= 0) idle.splice(at, 1);
    return at >= 0;
  };

  function connect(): SmtpSeat {
    const onEnd = (): void => {
      clearTimeout(timers.get(seat));
      open.delete(seat);
      removeIdle(seat);
      onFree();
    };
    const seat: SmtpSeat = { session: openSmtpSession(server, onEnd), mails: 0 };
    open.add(seat);
    return seat;
  }

  function startIdleTimer(seat: SmtpSeat): void {
    const timer = timers.get(seat);
    if (timer) timer.refresh();
    else {
      const leave = (): void => {
        if (removeIdle(seat)) seat.session.quit();
      };
      timers.set(seat, setTimeout(leave, IDLE_MS).unref());
    }
  }

  return {
    // The one that was used last: a server may have dropped the others meanwhile.
    take: () => idle.pop() ?? (open.size < max ? connect() : undefined),
    giveBack(seat) {
      if (seat.session.ended()) return;
      if (seat.mails >= MAILS_PER_CONNECTION) {
        seat.session.quit();
        return;
      }
      idle.push(seat);
      startIdleTimer(seat);
      onFree();
    },
    closeAll() {
      for (const { session } of open) session.close();
    },
  };
}
