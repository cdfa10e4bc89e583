import { safeError } from '../../domain/safe-error';

test('an ordinary error keeps its type, words and frames', () => {
  const safe = safeError(new TypeError('no such lane'));
  expect(safe).toMatchObject({ type: 'TypeError', message: 'no such lane' });
  expect(safe.stack).toMatch(/^ {4}at /);
});

test('a code is kept', () => {
  expect(safeError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })).code).toBe('ECONNREFUSED');
});

test('of a database error only the code is kept, for its words hold the values of the statement', () => {
  const error = Object.assign(new Error("insert into messages values ('ann@example.com') - Duplicate entry"), {
    code: 'ER_DUP_ENTRY',
    sql: "insert into messages values ('ann@example.com')",
  });
  const safe = safeError(error);
  expect(safe).toMatchObject({ code: 'ER_DUP_ENTRY', message: 'database error ER_DUP_ENTRY' });
  expect(JSON.stringify(safe)).not.toContain('ann@example.com');
});

test('something thrown that is not an error is told by its type alone', () => {
  expect(safeError('ann@example.com')).toEqual({
    type: 'string',
    message: 'something that is not an Error was thrown',
  });
});

test('addresses in the words of any other error are masked', () => {
  const { message } = safeError(new Error('No recipients: ann@example.com, +8613800138000'));
  expect(message).toBe('No recipients: a***@example.com, +86138****8000');
});

test('neither the cause nor the values of a failed lookup are repeated', () => {
  const cause = new Error('ann@example.com is not there');
  const timeout = Object.assign(new Error('Timeout acquiring a connection'), {
    sql: 'select ?',
    bindings: ['ann'],
    cause,
  });
  expect(JSON.stringify(safeError(timeout))).not.toContain('ann');
});
