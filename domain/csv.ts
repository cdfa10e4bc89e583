/** A record of a CSV text with the number of its first line, from 1; `undefined` cells: its quotes are wrong. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[] | undefined;
}

interface Parsed {
  readonly cells: readonly string[];
  /** Where the next record begins. */
  readonly next: number;
}

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
};

/** One cell from `at`: its value and where it ends; `undefined` when its quotes are wrong. */
function readCell(text: string, at: number): { value: string; end: number } | undefined {
  if (text[at] !== '"') {
    const [plain = ''] = /^[^,\r\n]*/.exec(text.slice(at, endOfLine(text, at))) ?? [];
    return { value: plain, end: at + plain.length };
  }
  const quoted = /"([^"]*(?:""[^"]*)*)"(?=,|\r?\n|\r?$)/y;
  quoted.lastIndex = at;
  const match = quoted.exec(text);
  return match ? { value: (match[1] ?? '').replaceAll('""', '"'), end: quoted.lastIndex } : undefined;
}

function readRecord(text: string, start: number): Parsed | undefined {
  const cells: string[] = [];
  for (let at = start; ; at++) {
    const cell = readCell(text, at);
    if (!cell) return undefined;
    cells.push(cell.value);
    at = cell.end;
    if (text[at] !== ',') return { cells, next: endOfLine(text, at) + 1 };
  }
}

/**
 * The records of a CSV text (RFC 4180), with or without a byte order mark; blank lines are left out. A record whose quotes are
 * wrong harms no other one: reading goes on with the next line.
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const end = text.length;
  let line = 1;
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < end;) {
    const parsed = readRecord(text, at);
    const next = parsed?.next ?? endOfLine(text, at) + 1;
    const isBlank = text.slice(at, next).trim() === '';
    if (!isBlank) records.push({ line, cells: parsed?.cells });
    line += text.slice(at, next).split('\n').length - 1;
    at = next;
  }
  return records;
}

/**
 * Where a spreadsheet may see a formula begin: also after a semicolon, which separates cells where the comma is a decimal one, and
 * then quotes do not keep lines together. Apostrophes that stand there already count, so that one can be taken away again.
 */
const FORMULA = /(?<=^|[;\r\n])(?='*[=@+\-\t\r])/g;
const DISARMED = /(?<=^|[;\r\n])'(?='*[=@+\-\t\r])/g;

/** A cell as CSV. What a spreadsheet would take for a formula gets an apostrophe before it, unless the cell is a number. */
export function csvCell(value: string): string {
  const safe = /^[+-]\d+$/.test(value) ? value : value.replace(FORMULA, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The value of a cell that `csvCell` may have written. */
export const plainCell = (cell: string): string => cell.trim().replace(DISARMED, '');
