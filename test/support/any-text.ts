import * as fc from 'fast-check';

/** Texts of everything that has ever broken a mail, mixed: line breaks of all kinds, dots, long lines, controls, all scripts. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        '\n\n',
        '\n.\n',
        '\r\n.\r\n',
        '\n..',
        '.',
        ' ',
        '\t',
        ' \n',
        '\t\r\n',
        '=',
        '=20',
        '=?utf-8?Q?a?=',
      ),
      fc.constantFrom(
        '\u0000',
        '\u0007',
        '\u000b',
        '\u001b[0m',
        '\u007f',
        '\ud800',
        '\udc00',
        '\u2028',
        '\u00a0',
        '\u200f',
      ),
      fc.constantFrom('Grüße', '您好', 'مرحبا بالعالم', '😀', '👩‍👩‍👧', 'From me', '--_NmP-', 'a,b;c"d'),
      fc.integer({ min: 60, max: 3_000 }).map((length) => 'x'.repeat(length)),
      fc.integer({ min: 5, max: 300 }).map((count) => 'word '.repeat(count)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
