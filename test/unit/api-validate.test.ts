import { z } from 'zod';
import { faultsOf, pointerOf, tryParse } from '../../api/validate';

const faults = (schema: z.ZodType, value: unknown) => {
  const result = tryParse(schema, value);
  return result.success ? [] : faultsOf(result.error).map(({ pointer, code, detail }) => [pointer, code, detail]);
};

describe('pointerOf', () => {
  test('names with slashes and tildes are escaped', () => {
    expect(pointerOf(['a/b', 0, 'c~d'])).toBe('/a~1b/0/c~0d');
    expect(pointerOf([])).toBe('');
  });
});

describe('faultsOf', () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(3),
    size: z.int().min(2).optional(),
    list: z
      .array(z.enum(['a', 'b']))
      .max(1)
      .optional(),
  });

  test.each([
    ['a missing field', {}, [['/name', 'required', 'is required']]],
    ['a wrong type', { name: 1 }, [['/name', 'invalid_type', 'must be a text']]],
    ['an empty text', { name: '' }, [['/name', 'too_small', 'must not be empty']]],
    ['a long text', { name: 'long' }, [['/name', 'too_big', 'must have at most 3 characters']]],
    ['a small number', { name: 'x', size: 1 }, [['/size', 'too_small', 'must be at least 2']]],
    ['a fraction', { name: 'x', size: 2.5 }, [['/size', 'invalid_type', 'must be a whole number']]],
    ['a wrong entry', { name: 'x', list: ['c'] }, [['/list/0', 'invalid_value', 'must be one of a, b']]],
    ['a long list', { name: 'x', list: ['a', 'b'] }, [['/list', 'too_big', 'must have at most 1 entry']]],
    ['no object', 'text', [['', 'invalid_type', 'must be an object']]],
  ])('%s is told in words that go on from its place', (_what, value, expected) => {
    expect(faults(schema, value)).toEqual(expected);
  });

  test('every unknown field is told by its own place', () => {
    expect(faults(schema, { name: 'x', b: 1, c: 2 })).toEqual([
      ['/b', 'unknown_field', 'is not a known field'],
      ['/c', 'unknown_field', 'is not a known field'],
    ]);
  });

  test('a message and a code of the schema win', () => {
    const even = z.number().refine((n) => n % 2 === 0, { error: 'must be even', params: { code: 'odd' } });
    expect(faults(even, 1)).toEqual([['', 'odd', 'must be even']]);
  });

  test('query parameters are told by name', () => {
    const result = tryParse(schema, {});
    expect(result.success ? [] : faultsOf(result.error, 'query')).toEqual([
      { parameter: 'name', code: 'required', detail: 'is required' },
    ]);
  });

  test('a refused value is not repeated', () => {
    const text = JSON.stringify(
      faults(z.strictObject({ to: z.email(), at: z.iso.datetime() }), { to: 'ada-at', at: 'noon' }),
    );
    expect(text).not.toMatch(/ada-at|noon/);
  });
});
