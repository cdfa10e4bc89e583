import { getDecoder } from 'iconv-lite';
import type { Encoding } from '../domain/encoding';
import { FileFaultError } from './file-fault';

/** What decoders write in place of what is no character of the encoding. */
const REPLACEMENT = '\uFFFD';
const LONE_SURROGATE = /\p{Cs}/u;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const linesIn = (text: string): number => text.split('\n').length - 1;

/** Throws with the line of what cannot be read. */
function check(text: string, linesBefore: number, encoding: Encoding): void {
  // In UTF-16 it is a character like any other: what is none shows as half a surrogate pair.
  const replaced = encoding.startsWith('utf-16') ? -1 : text.indexOf(REPLACEMENT);
  const bad = replaced === -1 ? text.search(LONE_SURROGATE) : replaced;
  if (bad !== -1) {
    const line = linesBefore + linesIn(text.slice(0, bad)) + 1;
    throw new FileFaultError('bad_encoding', `has bytes that are not ${encoding}. Save it as UTF-8.`, line);
  }
  const zero = text.indexOf('\0');
  if (zero === -1) return;
  throw new FileFaultError('not_text', 'is not text. Send CSV.', linesBefore + linesIn(text.slice(0, zero)) + 1);
}

async function* withoutMark(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of content) {
    if (!head) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < UTF8_MARK.length) continue;
    yield head.subarray(head.indexOf(UTF8_MARK) === 0 ? UTF8_MARK.length : 0);
    head = undefined;
  }
  if (head) yield head;
}

/** A stream of text as UTF-8, without a byte order mark. Throws a `FileFaultError` with the line of what cannot be read. */
export async function* decodeText(
  content: AsyncIterable<Buffer>,
  { encoding, isValid }: { readonly encoding: Encoding; readonly isValid: boolean },
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8' && isValid) {
    yield* withoutMark(content);
    return;
  }
  const decoder = getDecoder(encoding, { stripBOM: true });
  let lines = 0;
  for await (const chunk of content) {
    const text = decoder.write(chunk);
    check(text, lines, encoding);
    lines += linesIn(text);
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.end() ?? '';
  check(rest, lines, encoding);
  if (rest !== '') yield Buffer.from(rest);
}
