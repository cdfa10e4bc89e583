import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: string;
  /** The Message-ID header. */
  readonly messageId: string;
  readonly parsed: ParsedMail;
}

/** An SMTP server that really receives. */
export interface SmtpSink {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Called before each mail is accepted; what it throws (with `responseCode`) is the answer. */
  onMail: (mail: ReceivedMail) => Promise<void> | void;
  close(): Promise<void>;
}

export async function startSmtpSink(port = 0): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      void simpleParser(stream)
        .then(async (parsed) => {
          const mail = { to: session.envelope.rcptTo[0]?.address ?? '', messageId: parsed.messageId ?? '', parsed };
          await sink.onMail(mail);
          mails.push(mail);
        })
        .then(() => {
          done();
        }, done);
    },
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const sink: SmtpSink = {
    port: (server.server.address() as AddressInfo).port,
    mails,
    onMail: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
  return sink;
}
