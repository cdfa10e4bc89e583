import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { foldLines } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import type { RenderedEmail } from '../../domain/content';
import type { OutgoingMessage } from '../channel';
import { encodeText } from './text-encoding';

/** What all mails of an account share. */
export interface MailSender {
  readonly from: { readonly name: string; readonly address: string };
  /** Default: no Reply-To. */
  readonly replyTo?: string | undefined;
  readonly messageIdDomain: string;
}

/** A mail ready for a mail server. */
export interface Mail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** Its source from the beginning, for one connection. Line breaks and leading dots are the connection's business. */
  open(): Readable;
  /** The same as it goes over the wire, its final dot included: only of a mail of ASCII to one plain address that is not large. */
  readonly wire?: () => Buffer;
}

/** Composes a message; throws `TypeError` for one that is not an email. */
export type MailComposing = (message: OutgoingMessage) => Mail;

/** Addresses that stand in headers and envelope as they are: no quotes, no Unicode, a domain in its one form. */
const PLAIN_ADDRESS =
  /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*@(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;
/** Headers without a syntax that nodemailer would have to know. */
const PLAIN_HEADER = /^(?:X|List)-(?!Luminate-)[a-z0-9-]+$/i;
/** Texts that stand in a header as they are. A quotation mark is encoded by nodemailer, too. */
const PLAIN_VALUE = /^[ !#-~]*$/;
const HEADER_COLUMNS = 76;
const SPELLINGS_KEPT = 100;
/** How much of a large mail is handed over at once: what was not asked for has not gone out. */
const SLICE = 64 * 1024;

/**
 * The plain case, text and HTML to a plain address, is put together here, with nodemailer's functions for what headers need.
 * Everything else, and what is not provably plain, is composed by nodemailer. Both give the same mail.
 */
export function createMailComposer(sender: MailSender): MailComposing {
  const composePlain = createPlainComposer(sender);
  return (message) => {
    const { content, messageId } = message;
    if (content.channel !== 'email')
      throw new TypeError(`${messageId} is not an email, but was given to an smtp account`);
    const id = `<${messageId}@${sender.messageIdDomain}>`;
    return isPlain(message, content) ? composePlain(message, content, id) : composeAny(sender, message, content, id);
  };
}

function isPlain({ to, headers, attachments = [] }: OutgoingMessage, { text, html }: RenderedEmail): boolean {
  if (text === '' || html === '' || attachments.length > 0 || !PLAIN_ADDRESS.test(to)) return false;
  for (const name in headers) if (!PLAIN_HEADER.test(name)) return false;
  return true;
}

function createPlainComposer({ from, replyTo }: MailSender) {
  const node = new MimeNode();
  const line = (name: string, encoded: string): string => {
    if (encoded.trim() === '') return '';
    const unfolded = `${name}: ${encoded}`;
    return `${unfolded.length < HEADER_COLUMNS ? unfolded : foldLines(unfolded, HEADER_COLUMNS)}\r\n`;
  };
  const header = (name: string, value: string): string => {
    const plain = PLAIN_VALUE.test(value) && !value.includes('=?');
    return line(name, plain ? value : node.encodeHeaderValue(name, value));
  };
  const spelling = createSpelling(node);
  const date = createDateHeader();
  const sender = new MimeNode().setEnvelope({ from: from.address }).getEnvelope().from || from.address;
  const canGoAtOnce = PLAIN_ADDRESS.test(sender);
  const fromHeader = line('From', node.encodeHeaderValue('From', from));
  const replyToHeader = replyTo === undefined ? '' : line('Reply-To', node.encodeHeaderValue('Reply-To', replyTo));

  return ({ messageId, to, headers }: OutgoingMessage, { subject, text, html }: RenderedEmail, id: string): Mail => {
    const boundary = newBoundary();
    let source = '';
    for (const name in headers) source += header(spelling(name), headers[name] ?? '');
    source += header('X-Luminate-Message-ID', messageId) + fromHeader + header('To', to) + replyToHeader;
    source += header('Subject', subject) + header('Message-ID', id) + date();
    source += `MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n`;
    source += part('plain', text, boundary) + part('html', html, boundary) + `--${boundary}--\r\n`;
    return {
      envelope: { from: sender, to: [to] },
      open: () => readableOf(Buffer.from(source, 'utf8')),
      ...(canGoAtOnce && source.length <= SLICE && { wire: () => wireOf(source) }),
    };
  };
}

/** All line breaks as CRLF, dots at the beginning of lines doubled (RFC 5321 §4.5.2), and the final dot. A header stands first. */
function wireOf(source: string): Buffer {
  const lines = /\r(?!\n)|(?<!\r)\n/.test(source) ? source.replace(/\r\n|\r|\n/g, '\r\n') : source;
  const stuffed = lines.includes('\n.') ? lines.replaceAll('\n.', '\n..') : lines;
  return Buffer.from(`${stuffed}.\r\n`, 'latin1');
}

/** How nodemailer spells the name of a header. */
function createSpelling(rootNode: MimeNode): (name: string) => string {
  const spellings = new Map<string, string>();
  return (name) => {
    let spelled = spellings.get(name);
    if (spelled === undefined) {
      const line = new MimeNode(false, { rootNode }).setHeader(name, 'x').buildHeaders();
      spelled = line.slice(0, line.indexOf(':'));
      if (spellings.size < SPELLINGS_KEPT) spellings.set(name, spelled);
    }
    return spelled;
  };
}

/** The Date of now. Its text changes once a second. */
function createDateHeader(): () => string {
  let second = NaN;
  let header = '';
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) header = `Date: ${new Date(now * 1000).toUTCString().replace('GMT', '+0000')}\r\n`;
    second = now;
    return header;
  };
}

/** In nodemailer's form; 64 random bits, so that no content holds it. */
function newBoundary(): string {
  const uuid = randomUUID();
  return `--_NmP-${uuid.slice(0, 8)}${uuid.slice(-8)}-Part_1`;
}

function part(subtype: 'plain' | 'html', text: string, boundary: string): string {
  const { encoding, body } = encodeText(text);
  const headers = `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}`;
  return `--${boundary}\r\n${headers}\r\n\r\n${body}\r\n`;
}

function readableOf(bytes: Buffer): Readable {
  let at = 0;
  return new Readable({
    read() {
      this.push(bytes.subarray(at, at + SLICE));
      at += SLICE;
      if (at >= bytes.length) this.push(null);
    },
  });
}

function composeAny(
  { from, replyTo }: MailSender,
  { messageId, to, headers, attachments = [] }: OutgoingMessage,
  { subject, text, html }: RenderedEmail,
  id: string,
): Mail {
  const message = new MailComposer({
    envelope: { from: from.address, to },
    from,
    // As an object it is not parsed again: a comma in it cannot make two recipients.
    to: { name: '', address: to },
    ...(replyTo === undefined ? {} : { replyTo }),
    subject,
    text,
    html,
    attachments: attachments.map((file) => ({ ...file, contentDisposition: 'attachment' })),
    headers: { ...headers, 'X-Luminate-Message-Id': messageId },
    messageId: id,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const envelope = message.getEnvelope();
  return {
    envelope: { from: envelope.from || from.address, to: envelope.to },
    open: () => message.createReadStream(),
  };
}
