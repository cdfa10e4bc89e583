/** A text as it goes into a mail: ASCII lines and the Content-Transfer-Encoding that they have. */
export interface EncodedText {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64';
  readonly body: string;
}

/** All but line breaks, tabs and what is printed; DEL may pass as it always has. */
const NOT_7BIT = /[^\t\n\r\x20-\x7f]/;
/** Octets of a line without its line break (RFC 5322 §2.1.1). */
const LONGEST_LINE = 998;
const LETTER = /[a-z]/i;
const BASE64_LINE = /.{76}(?=.)/g;

/** A bare CR is not counted as a line break here: a text with such lines at worst gets encoded without need. */
function hasLongLines(text: string): boolean {
  for (let start = 0; text.length - start > LONGEST_LINE;) {
    const end = text.indexOf('\n', start);
    if (end < 0 || end - start > LONGEST_LINE) return true;
    start = end + 1;
  }
  return false;
}

/** More Latin letters than characters to encode: quoted-printable is the shorter one, and stays readable. */
function isMostlyLatin(text: string): boolean {
  let balance = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80 || code < 0x09 || code === 0x0b || code === 0x0c || (code >= 0x0e && code <= 0x1f)) balance--;
    else if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) balance++;
  }
  return balance > 0;
}

/**
 * Encodes a text for a mail. As it is when it is ASCII and its lines are not too long; else, by what it mostly consists of,
 * quoted-printable or base64. Its line breaks stay as they are: whoever sends the mail makes them CRLF.
 */
export function encodeText(text: string): EncodedText {
  if (!NOT_7BIT.test(text)) {
    if (!hasLongLines(text)) return { encoding: '7bit', body: text };
    if (LETTER.test(text)) return { encoding: 'quoted-printable', body: quotedPrintableAscii(text) };
  } else if (isMostlyLatin(text)) return { encoding: 'quoted-printable', body: quotedPrintable(text) };
  const base64 = Buffer.from(text, 'utf8').toString('base64');
  return { encoding: 'base64', body: base64.replace(BASE64_LINE, '$&\r\n') };
}

const [TAB, LF, CR, SPACE, EQUALS, TILDE] = [0x09, 0x0a, 0x0d, 0x20, 0x3d, 0x7e];
const HEX = Buffer.from('0123456789ABCDEF', 'latin1');
/** Columns of a line before the `=` that breaks it. */
const COLUMNS = 75;

/** Bytes of the UTF-8 character that begins with this byte. */
function lengthOf(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Line breaks stay; no line is longer than 76, ends with white space, or is broken within a character (RFC 2045 §6.7). */
function quotedPrintable(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  // At most three for each byte, and three more to break a line, which holds at least 64.
  const out = Buffer.allocUnsafe(bytes.length * 4 + 3);
  let to = 0;
  let column = 0;
  const makeRoom = (width: number): void => {
    if (column + width > COLUMNS) {
      out[to++] = EQUALS;
      out[to++] = CR;
      out[to++] = LF;
      column = 0;
    }
    column += width;
  };
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    if (byte === LF || byte === CR) {
      out[to++] = byte;
      column = 0;
      at++;
    } else if (isLiteral(byte, bytes[at + 1])) {
      makeRoom(1);
      out[to++] = byte;
      at++;
    } else {
      const end = at + lengthOf(byte);
      makeRoom(3 * (end - at));
      for (; at < end; at++) {
        const escaped = bytes[at] ?? 0;
        out[to++] = EQUALS;
        out[to++] = HEX[escaped >> 4] ?? 0;
        out[to++] = HEX[escaped & 15] ?? 0;
      }
    }
  }
  return out.toString('latin1', 0, to);
}

const ESCAPED = /[=\x7f]|[\t ](?=[\r\n]|$)/g;
const LONG_LINE = /[^\r\n]{76,}/g;

/** The same for a text of which nothing but this has to be escaped: ten times as fast. */
function quotedPrintableAscii(text: string): string {
  const escape = (char: string): string => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return text.replace(ESCAPED, escape).replace(LONG_LINE, broken);
}

/** A line in pieces, none of which ends within an escaped character. */
function broken(line: string): string {
  let out = '';
  let from = 0;
  while (line.length - from > COLUMNS) {
    let end = from + COLUMNS;
    if (line[end - 1] === '=') end -= 1;
    else if (line[end - 2] === '=') end -= 2;
    out += `${line.slice(from, end)}=\r\n`;
    from = end;
  }
  return out + line.slice(from);
}

function isLiteral(byte: number, next: number | undefined): boolean {
  if (byte === SPACE || byte === TAB) return next !== undefined && next !== LF && next !== CR;
  return byte > SPACE && byte <= TILDE && byte !== EQUALS;
}
