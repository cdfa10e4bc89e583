import { createServer, type Socket } from 'node:net';

/** A mail that was taken: its recipient and when its final dot came, epoch milliseconds. */
export interface Arrival {
  readonly to: string;
  readonly at: number;
}

const REPORT_EVERY_MS = 5;
const END_OF_LINE = Buffer.from('\r\n');
const END_OF_MAIL = Buffer.from('\r\n.\r\n');
const EHLO_REPLY = '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n';
const BYE = '221 2.0.0 bye\r\n';
const GO_ON = '354 go on\r\n';

/** One SMTP session over a raw socket: takes every mail, however its bytes are cut into packets and commands are batched. */
function converse(socket: Socket, onArrival: (to: string) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  let recipients: string[] = [];
  let inMail = false;

  function reply(line: string): string {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        return EHLO_REPLY;
      case 'HELO':
      case 'NOOP':
        return '250 ok\r\n';
      case 'MAIL':
      case 'RSET':
        recipients = [];
        return '250 2.0.0 ok\r\n';
      case 'RCPT':
        recipients.push(line.slice(line.indexOf('<') + 1, line.lastIndexOf('>')));
        return '250 2.1.5 ok\r\n';
      case 'DATA':
        return recipients.length === 0 ? '503 5.5.1 no recipient\r\n' : GO_ON;
      case 'QUIT':
        return BYE;
      default:
        return '502 5.5.1 not here\r\n';
    }
  }

  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    let replies = '';
    for (;;) {
      const end = bytes.indexOf(inMail ? END_OF_MAIL : END_OF_LINE, at);
      if (end < 0) break;
      if (inMail) {
        inMail = false;
        at = end + END_OF_MAIL.length;
        recipients.forEach(onArrival);
        recipients = [];
        replies += '250 2.0.0 queued\r\n';
      } else {
        const answer = reply(bytes.toString('latin1', at, end));
        replies += answer;
        inMail = answer === GO_ON;
        // The line break before a mail may already be the one before its final dot.
        at = inMail ? end : end + END_OF_LINE.length;
      }
    }
    // Of a mail that goes on only what may be the beginning of its end is needed.
    rest = bytes.subarray(inMail ? Math.max(at, bytes.length - END_OF_MAIL.length + 1) : at);
    if (replies.endsWith(BYE)) socket.end(replies);
    else if (replies !== '') socket.write(replies);
  });
  socket.on('error', () => undefined);
  socket.write('220 sink ready\r\n');
}

/** The SMTP sink as a process of its own, faster than who delivers to it: tells its parent every arrival, in arrays, every 5 ms. */
function serve(port: number): void {
  let arrivals: Arrival[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    converse(socket, (to) => {
      arrivals.push({ to, at: Date.now() });
    });
  });
  setInterval(() => {
    if (arrivals.length > 0) process.send?.(arrivals);
    arrivals = [];
  }, REPORT_EVERY_MS);
  server.listen(port, '127.0.0.1', () => {
    console.log('sink started');
  });
}

serve(Number(process.env['PORT']));
