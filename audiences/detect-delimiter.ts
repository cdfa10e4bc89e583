export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The first line that is not blank, as far as `text` has it; line ends in quotes do not end it. */
function firstRecord(text: string): string {
  const start = text.search(/\S/);
  let quoted = false;
  for (let i = Math.max(0, start); i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    if (!quoted && (char === '\n' || char === '\r')) return text.slice(start, i);
  }
  return text.slice(Math.max(0, start));
}

const namesBy = (delimiter: Delimiter, unquoted: string): string[] =>
  unquoted.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));

/**
 * What separates the columns, by the line that names them: what makes the address column one of them, else what is there most
 * often outside quotes, else a comma.
 */
export function detectDelimiter(head: string, addressColumn: string): Delimiter {
  const line = firstRecord(head);
  // Cells in quotes lose the separators in them, not their names.
  const unquoted = line.replace(/"(?:[^"]|"")*"/g, (cell) => cell.replace(/[,;\t]/g, ' '));
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, names: namesBy(delimiter, unquoted) }));
  const found = counted.filter(({ names }) => names.includes(addressColumn));
  const candidates = found.length > 0 ? found : counted;
  return candidates.reduce((best, one) => (one.names.length > best.names.length ? one : best)).delimiter;
}
