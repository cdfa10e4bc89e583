import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Mail } from './compose-mail';
import { closedError, type Waiting } from './smtp-waiting';
import { transact, type WireMail } from './smtp-transaction';

/** The reply that took a mail, and the id under which the server has it, where it names one. */
export interface SmtpTaken {
  readonly response: string;
  readonly serverMessageId?: string | undefined;
}

/** A mail that is being given to a server. */
export interface SmtpSending {
  readonly taken: Promise<SmtpTaken>;
  /** Bytes of it may have gone out. */
  begun(): boolean;
  /** It was written to its end, so the server may have it, whatever becomes of the connection. */
  complete(): boolean;
}

/**
 * Gives mails to the server of a signed-in connection, one at a time: the first, and unusual ones, by nodemailer; then, to a
 * server that takes commands together and names mails by no ids of its own, in two writes (smtp-transaction.ts).
 */
export function createMailSending(connection: SMTPConnection, { waitFor }: Waiting): (mail: Mail) => SmtpSending {
  let takesTogether = false;

  function sendStream({ envelope: { from, to }, open }: Mail): SmtpSending {
    const body = open();
    writeAtOnce(connection, body);
    const sent = waitFor<SmtpTaken & { readonly ehlo?: string[] | undefined }>((done) => {
      connection.send({ from, to: [...to] }, body, done);
    });
    const taken = sent.then((info) => {
      if (!info) throw closedError();
      takesTogether = info.serverMessageId === undefined && (info.ehlo?.includes('PIPELINING') ?? false);
      return info;
    });
    // The final dot follows the end of the body.
    return { taken, begun: () => body.readableDidRead, complete: () => body.readableEnded };
  }

  function sendWire(socket: Socket, mail: WireMail): SmtpSending {
    let begun = false;
    const onBegin = (): void => {
      begun = true;
    };
    const taken = waitFor<SmtpTaken>((done) => {
      const onTaken = (response: string): void => {
        done(null, { response });
      };
      transact({ socket, mail, onBegin, onTaken, onRefused: done });
    });
    return { taken: taken as Promise<SmtpTaken>, begun: () => begun, complete: () => begun };
  }

  return (mail) => {
    const { _socket: socket, destroyed } = connection;
    const [to] = mail.envelope.to;
    const isReady = takesTogether && !destroyed && socket && socket.writable;
    if (!mail.wire || to === undefined || !isReady) return sendStream(mail);
    return sendWire(socket, { from: mail.envelope.from, to, bytes: mail.wire() });
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
