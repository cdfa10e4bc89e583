import { parseCsv, plainCell } from '../domain/csv';
import { faultsOf, tryParse } from './validate';
import { ApiError } from './problem';
import { suppressionRowSchema, type SuppressionInput } from './schemas/suppressions';

/** A row of an import that cannot be taken. */
export interface RowError {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

export type FileRow = { readonly line: number; readonly input: SuppressionInput } | RowError;

const error = (line: number, code: string, detail: string): RowError => ({ line, code, detail });

function checked(line: number, value: unknown): FileRow {
  const result = tryParse(suppressionRowSchema, value);
  if (result.success) return { line, input: result.data };
  const [fault] = faultsOf(result.error);
  return error(line, fault?.code ?? 'invalid', `${fault?.pointer?.slice(1) ?? ''} ${fault?.detail ?? ''}`.trim());
}

const COLUMNS = ['channel', 'to', 'reason', 'appliesTo'] as const;

/** Rows of a CSV whose first line names the columns: `to`, and `channel`, `reason`, `appliesTo` as wanted; others are ignored. */
function readCsv(text: string): FileRow[] {
  const [head, ...records] = parseCsv(text);
  const names = head?.cells?.map((cell) => cell.trim().toLowerCase()) ?? [];
  const places = COLUMNS.map((name) => [name, names.indexOf(name.toLowerCase())] as const);
  if (!names.includes('to')) {
    throw new ApiError('invalid_request', 'The first line must name the columns, one of them "to".');
  }
  const liftedAt = names.indexOf('liftedat');
  return records.map(({ line, cells }) => {
    if (!cells) return error(line, 'quotes', 'has a quote that is not closed or not followed by a comma');
    if (cells.length > names.length) return error(line, 'columns', `has ${cells.length} cells, not ${names.length}`);
    if (plainCell(cells[liftedAt] ?? '') !== '') return error(line, 'lifted', 'was lifted: it would hold again');
    const given = places.map(([name, place]) => [name, plainCell(cells[place] ?? '')] as const);
    return checked(line, Object.fromEntries(given.filter(([, value]) => value !== '')));
  });
}

/** Rows of JSON lines: one object per line. */
function readJsonLines(text: string): FileRow[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap((content, i) => {
    if (content.trim() === '') return [];
    try {
      return [checked(i + 1, JSON.parse(content))];
    } catch {
      return [error(i + 1, 'invalid_json', 'is not JSON')];
    }
  });
}

/** The rows of an import, each checked by itself. Throws 415 for another type, 422 for a CSV without its line of names. */
export function readSuppressionFile(type: string | undefined, text: string): FileRow[] {
  const [media = ''] = (type ?? '').split(';');
  switch (media.trim().toLowerCase()) {
    case 'text/csv':
      return readCsv(text);
    case 'application/jsonl':
    case 'application/x-ndjson':
      return readJsonLines(text);
    default:
      throw new ApiError(
        'unsupported_media_type',
        'Send text/csv, or one JSON object per line as application/x-ndjson.',
      );
  }
}
