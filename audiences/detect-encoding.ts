import { ENCODINGS, type Encoding } from '../domain/encoding';
import { FileFaultError } from './file-fault';

/** Looks at a file as it passes by, in constant memory. */
export interface EncodingScan {
  push(chunk: Buffer): void;
  /** What the file is, after its last chunk. `named`: what it is said to be. Throws a `FileFaultError`. */
  end(named?: Encoding): { readonly encoding: Encoding; readonly isValid: boolean };
}

/** So many bytes tell UTF-16 from what is no text. */
const HEAD = 4_096;

const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

const KNOWN_BINARY: readonly (readonly [string, readonly number[]])[] = [
  ['an Excel workbook or a ZIP archive: save the sheet as CSV', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel workbook: save the sheet as CSV', [0xd0, 0xcf, 0x11, 0xe0]],
  ['compressed with gzip: send it uncompressed', [0x1f, 0x8b]],
  ['a PDF: send CSV', [0x25, 0x50, 0x44, 0x46]],
];

const beginsWith = (head: Buffer, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);

/** Pairs of a zero byte and one of these: ASCII as UTF-16 has it; and those of them that stand between cells and lines. */
const isAscii = (byte: number): boolean => byte >= 0x09 && byte < 0x7f;
const SEPARATORS = new Set([...Buffer.from('\n\r\t,;@')]);

/**
 * Text in UTF-16 without a mark, by the ASCII in it. A zero byte alone does not tell the order: a character such as U+4E00 has one on
 * the other side, but none that would look like a separator there.
 */
function guessUtf16(head: Buffer): Encoding | undefined {
  const ascii = [0, 0];
  const separators = [0, 0];
  for (let i = 0; i + 1 < head.length; i += 2) {
    const zeroAt = head[i + 1] === 0 ? 1 : 0;
    const [byte = 0, zero = 0] = [head[i + 1 - zeroAt], head[i + zeroAt]];
    if (zero !== 0 || !isAscii(byte)) continue;
    ascii[zeroAt] = (ascii[zeroAt] ?? 0) + 1;
    if (SEPARATORS.has(byte)) separators[zeroAt] = (separators[zeroAt] ?? 0) + 1;
  }
  const enough = Math.max(3, head.length / 2 / 10);
  const [big = 0, little = 0] = separators;
  if ((ascii[1] ?? 0) >= enough && little > 4 * big) return 'utf-16le';
  if ((ascii[0] ?? 0) >= enough && big > 4 * little) return 'utf-16be';
  return undefined;
}

const isHigh = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x81 && byte <= 0xfe;

/**
 * Whether bytes look like GBK. Its high bytes come in pairs; in Western encodings most stand alone between ASCII letters.
 */
function looksLikeGbk(chunk: Buffer): boolean {
  let pairs = 0;
  let others = 0;
  // The chunk may begin in the middle of a character: what follows ASCII begins one.
  let i = Math.max(
    0,
    chunk.findIndex((byte) => byte < 0x40),
  );
  while (i < chunk.length - 1) {
    if (!isHigh(chunk[i])) {
      i++;
      continue;
    }
    const isPair = isHigh(chunk[i + 1]);
    if (isPair) pairs++;
    else others++;
    i += 2;
  }
  return pairs > others;
}

function decide(head: Buffer, hasZero: boolean, isUtf8: boolean, isGbk: boolean): Encoding {
  if (hasZero) {
    const utf16 = guessUtf16(head);
    if (utf16) return utf16;
    throw new FileFaultError('not_text', 'is not text: it has zero bytes. Send CSV.');
  }
  if (isUtf8) return 'utf-8';
  if (isGbk) return 'gb18030';
  throw new FileFaultError(
    'bad_encoding',
    `is neither UTF-8 nor UTF-16 nor GBK. Save it as UTF-8, or name its encoding: encoding=windows-1252, or one of ${ENCODINGS.join(', ')}.`,
  );
}

/** Finds the encoding: by byte order mark, else as it is named, else UTF-16 by its zero bytes, UTF-8 if valid, GBK if it looks so. */
export function createEncodingScan(): EncodingScan {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let head: Buffer = Buffer.alloc(0);
  let hasZero = false;
  let isUtf8 = true;
  let isGbk = false;
  const check = (chunk?: Buffer): void => {
    if (!isUtf8) return;
    try {
      utf8.decode(chunk, { stream: chunk !== undefined });
    } catch {
      isUtf8 = false;
      isGbk = looksLikeGbk(chunk ?? head);
    }
  };
  return {
    push(chunk) {
      if (head.length < HEAD) head = Buffer.concat([head, chunk.subarray(0, HEAD - head.length)]);
      hasZero ||= chunk.includes(0);
      check(chunk);
    },
    end(named) {
      check();
      const binary = KNOWN_BINARY.find(([, bytes]) => beginsWith(head, bytes));
      if (binary) throw new FileFaultError('not_text', `is ${binary[0]}.`);
      const [marked] = MARKS.find(([, bytes]) => beginsWith(head, bytes)) ?? [];
      if (marked && named && marked !== named) {
        throw new FileFaultError('bad_encoding', `begins with the mark of ${marked}, but is said to be ${named}.`);
      }
      const encoding = marked ?? named ?? decide(head, hasZero, isUtf8, isGbk);
      if (hasZero && !encoding.startsWith('utf-16')) {
        throw new FileFaultError('not_text', 'is not text: it has zero bytes. Send CSV.');
      }
      return { encoding, isValid: encoding !== 'utf-8' || isUtf8 };
    },
  };
}
