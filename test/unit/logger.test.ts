import { createLogger } from '../../config/logger';

function capture(level = 'info') {
  const lines: string[] = [];
  const log = createLogger({ name: 'test', level }, { write: (line: string) => void lines.push(line) });
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
/** As knex gives it to us: the statement with its values in the message, and in `sql`. */
const databaseError = () =>
  Object.assign(
    new Error("insert into `messages` (`address`) values ('ada@example.com') - Duplicate entry 'ada@example.com'"),
    { code: 'ER_DUP_ENTRY', errno: 1062, sqlState: '23000', sql: "insert … values ('ada@example.com')" },
  );

test('a line is one JSON object with time, name, level and words', () => {
  const { log, entries } = capture();
  log.info({ messageId: 'msg_1' }, 'sent');
  expect(entries()).toEqual([
    expect.objectContaining({ level: 'info', name: 'test', messageId: 'msg_1', msg: 'sent', time: expect.any(String) }),
  ]);
});

test('a database error is logged with its code and without the address in it, however it is given', () => {
  const { log, lines, entries } = capture();
  log.warn({ err: databaseError() }, 'a step did not complete');
  log.child({ dispatchId: 'send/snd_1' }).error({ err: databaseError() }, 'again');
  log.error(databaseError());
  log.error({ err: databaseError() });
  log.error(databaseError(), 'with words');
  expect(lines.join('')).not.toContain('ada@example.com');
  expect(entries().map(({ msg }) => msg)).toEqual([
    'a step did not complete',
    'again',
    'database error ER_DUP_ENTRY',
    'database error ER_DUP_ENTRY',
    'with words',
  ]);
  for (const { err } of entries()) expect(err).toMatchObject({ code: 'ER_DUP_ENTRY', type: 'Error' });
  expect(entries()[1]).toMatchObject({ dispatchId: 'send/snd_1', level: 'error' });
});

test('another error keeps its words and where it was thrown', () => {
  const { log, entries } = capture();
  log.error(new TypeError('x is not a function'));
  const [entry] = entries();
  expect(entry).toMatchObject({
    msg: 'x is not a function',
    err: { type: 'TypeError', message: 'x is not a function' },
  });
  expect((entry?.['err'] as { stack: string }).stack).toContain('logger.test.ts');
});

test('addresses, secrets and credentials of requests are hidden', () => {
  const { log, lines } = capture();
  log.info({ message: { address: 'ada@example.com', to: '+8613800138000' }, account: { secrets: 'hunter2' } }, 'x');
  log.info({ req: { headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' } } }, 'x');
  expect(lines.join('')).not.toMatch(/ada@example|13800138000|hunter2/);
  expect(lines.join('')).toContain('[hidden]');
});

test('what is below the level is not written', () => {
  const { log, lines } = capture('error');
  log.warn('quiet');
  log.warn(new Error('quiet'));
  expect(lines).toEqual([]);
});
