import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { Mail } from './compose-mail';
import { createMailSending, type SmtpSending } from './smtp-sending';
import { closedError, createWaiting } from './smtp-waiting';

/** How to reach a server, and as whom. */
export interface SmtpServer {
  readonly connection: SMTPConnectionOptions;
  /** Default: no sign-in. Credentials are never left out: where there is no sign-in, the connection fails. */
  readonly login?: { readonly user: string; readonly pass: string } | undefined;
}

/** One connection to a mail server, from its opening to its end. Its promises reject with what `fromSmtpFailure` translates. */
export interface SmtpSession {
  /** Connected, encrypted where that is wanted, and signed in. */
  readonly ready: Promise<void>;
  /** True once it is of no use any more. */
  ended(): boolean;
  /** Gives one mail to the server; one at a time. */
  send(mail: Mail): SmtpSending;
  /** Makes the server forget a mail that failed. */
  reset(): Promise<void>;
  /** Takes leave of the server, then ends. */
  quit(): void;
  /** Ends at once; what is being sent rejects. */
  close(): void;
}

/** Opens a connection. `onEnd` is called once, whoever ends it and for whatever reason. */
export function openSmtpSession({ connection: options, login }: SmtpServer, onEnd: () => void): SmtpSession {
  const connection = new SMTPConnection(options);
  const waiting = createWaiting();
  const { waitFor } = waiting;
  let failure: Error | undefined;
  // It closes itself after that.
  connection.on('error', (error: Error) => {
    failure ??= error;
  });
  connection.once('end', () => {
    onEnd();
    // Who waits for an answer is told why right after this; but not when the socket was found destroyed, or closed by us.
    setImmediate(() => {
      waiting.abandon(failure ?? closedError());
    });
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
    send: createMailSending(connection, waiting),
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
