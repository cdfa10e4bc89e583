import { parse, type CsvError, type Options, type Parser } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';
import type { Delimiter } from './detect-delimiter';
import { FileFaultError } from './file-fault';
import type { AudienceLimits } from './limits';

type Limits = Pick<AudienceLimits, 'rowBytes'>;

const optionsOf = (delimiter: Delimiter, { rowBytes }: Limits): Options => ({
  delimiter,
  // Given, so that a file may mix them: by itself the parser keeps to the first one it meets.
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: rowBytes,
});

/**
 * Hands text on to the parser, and stops when a record does not end: the parser itself counts only what is in cells, and would keep
 * any number of empty ones.
 */
async function* guarded(text: AsyncIterable<Buffer>, parser: Parser, { rowBytes }: Limits): AsyncGenerator<Buffer> {
  let given = 0;
  let ended = 0;
  let seen = 0;
  for await (const chunk of text) {
    const { records, empty_lines: blank } = parser.info;
    if (records + blank !== seen) {
      seen = records + blank;
      ended = given;
    }
    // Twice: what waits between here and the parser counts as well.
    if (given - ended > 2 * rowBytes) throw Object.assign(new Error('a record is too long'), { code: TOO_LONG });
    given += chunk.length;
    yield chunk;
  }
}

const TOO_LONG = 'CSV_MAX_RECORD_SIZE';
const isCsvError = (error: unknown): error is CsvError =>
  error instanceof Error && /^(CSV_|INVALID_OPENING_QUOTE)/.test(String((error as { code?: unknown }).code));

function openParser(text: AsyncIterable<Buffer>, options: Options, limits: Limits): Parser {
  const parser = parse(options);
  pipeline(Readable.from(guarded(text, parser, limits)), parser, () => {
    // Its reader is told by the parser, which is destroyed with the error.
  });
  return parser;
}

function wordsOf({ code }: CsvError, { rowBytes }: Limits): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return 'has a quote that is not closed: the row that begins here goes on to the end of the file.';
  }
  if (code === TOO_LONG) return `has a row of more than ${rowBytes} bytes, or a quote that is not closed.`;
  return 'has a quote in the middle of a cell. A cell with quotes in it is quoted as a whole, and they are doubled.';
}

/** Where the record begins that stops the parser. Slow: it counts the lines of every record before. */
async function lineOfFault(text: AsyncIterable<Buffer>, options: Options, limits: Limits): Promise<number | undefined> {
  let ended = 0;
  let blank = 0;
  let counted = 0;
  const parser = openParser(
    text,
    {
      ...options,
      on_record: (cells: string[], context) => {
        // The parser counts a CRLF within quotes as two lines.
        counted += cells.reduce((sum, cell) => sum + cell.split('\r\n').length - 1, 0);
        ended = context.lines;
        blank = context.empty_lines;
        return cells;
      },
    },
    limits,
  );
  try {
    for await (const _record of parser);
  } catch (error) {
    if (isCsvError(error)) return ended - counted + (parser.info.empty_lines - blank) + 1;
    throw error;
  }
  return undefined;
}

/**
 * The records of a CSV text: the header first, blank lines left out, cells as they are. `open` gives the text as UTF-8 from its
 * beginning; it is called again to find the line of a fault. Throws a `FileFaultError`. In memory: a record.
 */
export async function* readRecords(
  open: () => Promise<AsyncIterable<Buffer>>,
  delimiter: Delimiter,
  limits: Limits,
): AsyncGenerator<string[]> {
  const options = optionsOf(delimiter, limits);
  try {
    for await (const record of openParser(await open(), options, limits)) {
      const cells = record as string[];
      // A line of spaces is blank, too; an empty cell in quotes is a row.
      if (cells.length > 1 || cells[0] === '' || cells[0]?.trim() !== '') yield cells;
    }
  } catch (error) {
    if (!isCsvError(error)) throw error;
    const line = await lineOfFault(await open(), options, limits);
    throw new FileFaultError('bad_csv', wordsOf(error, limits), line);
  }
}
