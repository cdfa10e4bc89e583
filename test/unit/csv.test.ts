import fc from 'fast-check';
import { csvCell, parseCsv, plainCell } from '../../domain/csv';

test('quotes, commas and line breaks within quotes, CRLF, a byte order mark and blank lines', () => {
  const text =
    '\uFEFFto,note\r\n"a@b.example","says ""hi"", twice\nand more"\r\n\r\n   \r\nc@d.example,\n"e@f.example",x';
  expect(parseCsv(text)).toEqual([
    { line: 1, cells: ['to', 'note'] },
    { line: 2, cells: ['a@b.example', 'says "hi", twice\nand more'] },
    { line: 6, cells: ['c@d.example', ''] },
    { line: 7, cells: ['e@f.example', 'x'] },
  ]);
});

test.each([
  ['a quote that is never closed', 'to\n"a@b.example\nc@d.example\n'],
  ['text after a closing quote', 'to\n"a@b.example"x\nc@d.example\n'],
])('%s spoils its own line alone', (_what, text) => {
  expect(parseCsv(text)).toEqual([
    { line: 1, cells: ['to'] },
    { line: 2, cells: undefined },
    { line: 3, cells: ['c@d.example'] },
  ]);
});

test('nothing has no records', () => {
  expect(parseCsv('')).toEqual([]);
  expect(parseCsv('\uFEFF\r\n')).toEqual([]);
});

test('a cell that a spreadsheet would take for a formula is disarmed, a phone number is not', () => {
  expect(csvCell('=1+1@example.com')).toBe("'=1+1@example.com");
  expect(csvCell('+cmd@example.com')).toBe("'+cmd@example.com");
  expect(csvCell('+8613800138000')).toBe('+8613800138000');
});

test.each([
  ['after a semicolon, which separates cells in many countries', 'x;=HYPERLINK("u")', '"x;\'=HYPERLINK(""u"")"'],
  ['after each of several', ';@a;;-b', ";'@a;;'-b"],
  ['after a line break', 'x\n=1', '"x\n\'=1"'],
  ['behind an apostrophe of its own', "'=1", "''=1"],
  ['that is none', 'a; -b, 1;2 = 3', '"a; -b, 1;2 = 3"'],
])('a formula %s', (_where, value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('what is written is read again as it was', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', '"', "'", ',', ';', '\n', '\r', '\t', '=', '@', '+', '-', '1', 'é'),
  });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 5 }), (rows) => {
      // A blank line is no data, nor are spaces around a cell.
      const given = rows.map(([a = '', b = '']) => [`x${a.trim()}`, b.trim()]);
      const text = given.map((cells) => cells.map(csvCell).join(',')).join('\r\n');
      const cells = parseCsv(text).map((record) => record.cells?.map(plainCell));
      expect(cells).toEqual(given);
    }),
  );
  expect(plainCell(" '=1+1@example.com ")).toBe('=1+1@example.com');
});
