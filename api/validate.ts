import type { z } from 'zod';
import { invalidRequest, type Fault } from './problem';

/** Which part of the request is checked: places in the body are JSON Pointers, the others have names. */
export type RequestPart = 'body' | 'query';

/** A JSON Pointer (RFC 6901) from the names on the way. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-11-24T20:00:00Z',
  url: 'a URL',
  email: 'an email address',
};

function sizeWords(issue: { origin: string; exact?: boolean | undefined }, bound: string, limit: unknown): string {
  const exactly = issue.exact ? 'exactly' : bound;
  if (issue.origin === 'string') return `must have ${exactly} ${String(limit)} characters`;
  if (issue.origin === 'array') return `must have ${exactly} ${String(limit)} ${limit === 1 ? 'entry' : 'entries'}`;
  return `must be ${exactly} ${String(limit)}`;
}

/** zod's findings in words that go on from the name of the place. A message given in a schema wins over these. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      return sizeWords(issue, 'at least', issue.minimum);
    case 'too_big':
      return sizeWords(issue, 'at most', issue.maximum);
    case 'invalid_value':
      if (issue.input === undefined) return 'is required';
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? `of the form ${issue.pattern ?? issue.format}`}`;
    case 'unrecognized_keys':
      return 'is not a known field';
    case 'invalid_union':
      if (issue.input === undefined) return 'is required';
      return issue.discriminator === undefined ? 'has none of the allowed forms' : 'is not one of the known values';
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return undefined;
  }
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'unknown_field';
  if (issue.code === 'custom') return typeof issue.params?.['code'] === 'string' ? issue.params['code'] : 'invalid';
  return issue.message === 'is required' ? 'required' : issue.code;
}

/** The wrong places that zod found; `prefix` is the way from the root to the value that was parsed. */
export function faultsOf(error: z.ZodError, part: RequestPart = 'body', prefix: readonly PropertyKey[] = []): Fault[] {
  const place = (path: readonly PropertyKey[]) =>
    part === 'body' ? { pointer: pointerOf([...prefix, ...path]) } : { parameter: path.map(String).join('.') };
  return error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({ ...place(path), code: codeOf(issue), detail: issue.message }));
  });
}

/** As zod's `safeParse`, with findings in our words. */
export function tryParse<T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> {
  return schema.safeParse(value, { error: words });
}

/** The value as the schema makes it. Throws 422 with every wrong place. */
export function parsePart<T extends z.ZodType>(
  schema: T,
  value: unknown,
  part: RequestPart,
  prefix: readonly PropertyKey[] = [],
): z.output<T> {
  const result = tryParse(schema, value);
  if (result.success) return result.data;
  throw invalidRequest(faultsOf(result.error, part, prefix));
}
