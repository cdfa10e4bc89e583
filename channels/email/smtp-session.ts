import type { Readable } from 'node:stream';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { Mail } from './compose-mail';

/** How to reach a server, and as whom. */
export interface SmtpServer {
  readonly connection: SMTPConnectionOptions;
  /** Default: no sign-in. Credentials are never left out: where there is no sign-in, the connection fails. */
  readonly login?: { readonly user: string; readonly pass: string } | undefined;
}

/** The reply that took a mail, and the id under which the server has it, where it names one. */
export interface SmtpTaken {
  readonly response: string;
  readonly serverMessageId?: string | undefined;
}

/** One connection to a mail server, from its opening to its end. Its promises reject with what `fromSmtpFailure` translates. */
export interface SmtpSession {
  /** Connected, encrypted where that is wanted, and signed in. */
  readonly ready: Promise<void>;
  /** True once it is of no use any more. */
  ended(): boolean;
  /** Gives one mail to the server; one at a time. */
  send(envelope: Mail['envelope'], body: Readable): Promise<SmtpTaken>;
  /** Makes the server forget a mail that failed. */
  reset(): Promise<void>;
  /** Takes leave of the server, then ends. */
  quit(): void;
  /** Ends at once; what is being sent rejects. */
  close(): void;
}

type Done<T> = (error: Error | null | undefined, result?: T) => void;

/** Opens a connection. `onEnd` is called once, whoever ends it and for whatever reason. */
export function openSmtpSession({ connection: options, login }: SmtpServer, onEnd: () => void): SmtpSession {
  const connection = new SMTPConnection(options);
  let failure: Error | undefined;
  let abandon: ((failure: Error) => void) | undefined;
  const waitFor = <T>(ask: (done: Done<T>) => void): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      abandon = reject;
      ask((error, result) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
  // It closes itself after that.
  connection.on('error', (error: Error) => {
    failure ??= error;
  });
  connection.once('end', () => {
    onEnd();
    // Who waits for an answer is told why right after this; but not when the socket was found destroyed, or closed by us.
    setImmediate(() => abandon?.(failure ?? closedError()));
  });
  const open = async (): Promise<void> => {
    try {
      await waitFor((done) => {
        connection.connect(done);
      });
      if (login)
        await waitFor((done) => {
          connection.login({ ...login, credentials: login }, done);
        });
    } catch (error) {
      connection.close();
      throw error;
    }
  };
  return {
    // Not before this returns: who opens it may be told of its end in the same moment.
    ready: Promise.resolve().then(open),
    ended: () => connection.destroyed,
    async send({ from, to }, body) {
      writeAtOnce(connection, body);
      const taken = await waitFor<SmtpTaken>((done) => {
        connection.send({ from, to: [...to] }, body, done);
      });
      if (!taken) throw closedError();
      return taken;
    },
    async reset() {
      await waitFor((done) => {
        connection.reset(done);
      });
    },
    quit() {
      connection.quit();
    },
    close() {
      connection.close();
    },
  };
}

/** A mail and its final dot are two writes: kept back for a moment, they are one system call and mostly one packet. */
function writeAtOnce(connection: SMTPConnection, body: Readable): void {
  body.once('resume', () => {
    const { _socket: socket } = connection;
    if (!socket) return;
    socket.cork();
    setImmediate(() => {
      socket.uncork();
    });
  });
}

function closedError(): Error {
  return Object.assign(new Error('Connection closed unexpectedly'), { code: 'ECONNECTION' });
}
