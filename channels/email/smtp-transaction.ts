import type { Socket } from 'node:net';
import type { SmtpFailure } from './smtp-reply';

/** A mail of one recipient in the form in which it goes over the wire, its final dot included. */
export interface WireMail {
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
}

export interface Transaction {
  readonly socket: Socket;
  readonly mail: WireMail;
  /** Called right before the mail is written, from when on nothing but its answer tells whether the server has it. */
  readonly onBegin: () => void;
  readonly onTaken: (response: string) => void;
  /** Refused by a reply. A connection that ends instead calls nothing: whoever owns it hears of that. */
  readonly onRefused: (failure: SmtpFailure & Error) => void;
}

const END_OF_MAIL = '.\r\n';
/** A server that never ends a reply. */
const LONGEST_REPLY = 64 * 1024;

/** What the server was asked, in the order of its replies, and nodemailer's code and words for a refusal. */
const STEPS = [
  { command: 'MAIL FROM', code: 'EENVELOPE', words: 'Mail command failed' },
  { command: 'RCPT TO', code: 'EENVELOPE', words: 'The recipient was refused' },
  { command: 'DATA', code: 'EENVELOPE', words: 'Data command failed' },
  { command: 'DATA', code: 'EMESSAGE', words: 'Message failed' },
] as const;

/**
 * Gives one mail to a server that takes commands together (RFC 2920), on a signed-in connection without anything under way: two
 * writes and two reads. Whoever listened to the data of the socket does so again afterwards, and then gets what was not ours.
 */
export function transact({ socket, mail, onBegin, onTaken, onRefused }: Transaction): void {
  const listeners = socket.listeners('data') as ((data: Buffer) => void)[];
  const replies = createReplyReader();
  let step = 0;
  let refusal: (SmtpFailure & Error) | undefined;

  function end(tell: () => void): false {
    socket.removeListener('data', read);
    for (const listener of listeners) socket.on('data', listener);
    const rest = replies.rest();
    if (rest.length > 0) for (const listener of listeners) listener(Buffer.from(rest, 'latin1'));
    tell();
    return false;
  }
  /** The server waits for the mail. */
  function goOn(): boolean {
    if (refusal?.command === 'MAIL FROM') return refuse(refusal, true);
    if (!refusal) onBegin();
    // The recipient was refused, but the server wants a mail: an empty one goes to nobody, and ends that (RFC 2920 §3.1).
    socket.write(refusal ? END_OF_MAIL : mail.bytes);
    return true;
  }
  function refuse(failure: SmtpFailure & Error, isOutOfStep: boolean): false {
    if (isOutOfStep) socket.destroy();
    return end(() => {
      onRefused(failure);
    });
  }
  /** False when it was the last reply. */
  function take(reply: string): boolean {
    const asked = STEPS[step++];
    if (!asked || reply.length > LONGEST_REPLY) {
      socket.destroy(new Error('the server does not speak SMTP'));
      return false;
    }
    if (!isExpected(step, reply)) refusal ??= refusalOf(asked, reply);
    if (step === AT_DATA && isExpected(step, reply)) return goOn();
    if (refusal && (step >= AT_DATA || reply.startsWith('421'))) return refuse(refusal, false);
    if (step < STEPS.length) return true;
    return end(() => {
      onTaken(reply);
    });
  }
  function read(data: Buffer): void {
    replies.add(data);
    for (let reply = replies.next(); reply !== undefined && take(reply); reply = replies.next());
  }

  for (const listener of listeners) socket.removeListener('data', listener);
  socket.on('data', read);
  socket.write(`MAIL FROM:<${mail.from}>\r\nRCPT TO:<${mail.to}>\r\nDATA\r\n`, 'latin1');
}

/** So many replies tell how the envelope and DATA went. */
const AT_DATA = 3;
/** To DATA 354, but some servers say 250. */
const isExpected = (step: number, reply: string): boolean => (step === AT_DATA ? /^[23]/ : /^2/).test(reply);

function refusalOf({ command, code, words }: (typeof STEPS)[number], response: string): SmtpFailure & Error {
  return Object.assign(new Error(`${words}: ${response}`), { code, command, response });
}

/** Cuts what comes into replies, each of one line or more (RFC 5321 §4.2.1), without their last line break. */
function createReplyReader() {
  let text = '';
  return {
    add(data: Buffer): void {
      text += data.toString('latin1');
    },
    /** The next whole reply; an endless one, as far as it goes. */
    next(): string | undefined {
      for (let from = 0; ;) {
        const end = text.indexOf('\n', from);
        if (end < 0) return text.length > LONGEST_REPLY ? text : undefined;
        const isLast = text[from + 3] !== '-';
        from = end + 1;
        if (!isLast) continue;
        const reply = decoded(text.slice(0, end).replace(/\r$/, ''));
        text = text.slice(from);
        return reply;
      }
    },
    rest: () => text,
  };
}

/** Replies may be UTF-8 (RFC 6531 §3.7.4). */
function decoded(latin1: string): string {
  if (!/[^\0-\x7f]/.test(latin1)) return latin1;
  const utf8 = Buffer.from(latin1, 'latin1').toString('utf8');
  return utf8.includes('\ufffd') ? latin1 : utf8;
}
