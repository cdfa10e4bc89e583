import * as fc from 'fast-check';
import { encodeText } from '../../channels/email/text-encoding';
import { anyText } from '../support/any-text';

/** UTF-8 cannot carry half a surrogate pair: it becomes U+FFFD, here as in any other mail. */
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

function decode({ encoding, body }: ReturnType<typeof encodeText>): string {
  if (encoding === '7bit') return body;
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  const bytes = body
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

test('any text comes back as it was, in ASCII lines of allowed length', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const encoded = encodeText(text);
      expect(decode(encoded)).toBe(utf8(text));
      expect(encoded.body).toMatch(/^[\t\n\r\x20-\x7f]*$/);
      const longest = Math.max(...encoded.body.split(/\r\n|\r|\n/).map((line) => line.length));
      expect(longest).toBeLessThanOrEqual(encoded.encoding === '7bit' ? 998 : 76);
    }),
    { numRuns: 500 },
  );
});

test('ASCII with long lines comes back as it was, in lines of at most 76 that end with no white space', () => {
  const pieces = fc.array(fc.constantFrom('=', ' ', '\t', '\n', '\r\n', '\u007f', '.', 'word', 'x'.repeat(73)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(pieces, (some) => {
      const text = `${'x'.repeat(999)}${some.join('')}`;
      const encoded = encodeText(text);
      expect(encoded.encoding).toBe('quoted-printable');
      expect(decode(encoded)).toBe(text);
      for (const line of encoded.body.split(/\r\n|\r|\n/)) {
        expect(line).toMatch(/^([\t !-<>-~]|=[0-9A-F]{2}){0,75}=?$/);
        expect(line).not.toMatch(/[ \t]$/);
      }
    }),
    { numRuns: 500 },
  );
});

test('quoted-printable ends no line with white space and breaks no character', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { encoding, body } = encodeText(`${'latin '.repeat(1_000)}${text}é \t\nü\t`);
      expect(encoding === '7bit').toBe(false);
      if (encoding !== 'quoted-printable') return;
      for (const line of body.split(/\r\n|\r|\n/)) {
        expect(line).not.toMatch(/[ \t]$/);
        expect(line).not.toMatch(/^=[89AB][0-9A-F]/);
      }
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['ASCII', 'Hello\r\nJane\t!', '7bit'],
  ['lines of 998', 'x'.repeat(998) + '\n' + 'y'.repeat(998), '7bit'],
  ['a line of 999', 'x'.repeat(999), 'quoted-printable'],
  ['a long line without letters', '1'.repeat(999), 'base64'],
  ['some accents', 'Grüße aus Köln', 'quoted-printable'],
  ['Chinese', '您好 Jane', 'quoted-printable'],
  ['more Chinese than Latin', '您好您好您 Jane', 'base64'],
  ['a control character', 'a bell \u0007 rings', 'quoted-printable'],
  ['nothing', '', '7bit'],
])('%s is encoded as it should be', (_what, text, encoding) => {
  expect(encodeText(text).encoding).toBe(encoding);
});
