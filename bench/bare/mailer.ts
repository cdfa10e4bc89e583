import { createTransport } from 'nodemailer';

/** What the bare mailer is told to send: so many mails of one content, and the names of their recipients. */
export interface BareOrder {
  readonly name: string;
  readonly count: number;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** nodemailer as it is, as a process of its own: a pool of 20 connections, warm, and nothing else. */
const pool = createTransport({
  pool: true,
  host: '127.0.0.1',
  port: Number(process.env['SINK_PORT']),
  secure: false,
  maxConnections: 20,
  maxMessages: Infinity,
});

process.on('message', ({ name, count, subject, html, text }: BareOrder) => {
  const mails = Array.from({ length: count }, (_, i) =>
    pool.sendMail({
      from: 'bench@luminate.example',
      to: `${name}${i}@example.com`,
      subject: subject.replace('{{ order }}', String(i)),
      html: html.replace('{{ order }}', String(i)),
      text: text.replace('{{ order }}', String(i)),
    }),
  );
  void Promise.all(mails).then(() => process.send?.({ done: name }));
});
console.log('mailer started');
