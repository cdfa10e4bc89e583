import { defaultClass, readAnswer, withoutSecrets } from '../../channels/http/response-rules';
import { patternFault } from '../../channels/http/safe-pattern';
import { httpConfigSchema } from '../../channels/http/http-config';

const SECRETS = { token: 'hush/hush', key: 'hush' };

function response(rules: unknown[], more: Record<string, unknown> = {}) {
  const accepted = { when: { status: 299 }, class: 'accepted' };
  const config = { url: 'https://api.example/send', response: { rules: [...rules, accepted], ...more } };
  return httpConfigSchema('sms').parse(config).response;
}
const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('readAnswer', () => {
  const read = (when: unknown, given: ReturnType<typeof answer>) =>
    readAnswer(given, response([{ when, class: 'throttled' }]), {}).class === 'throttled';

  test.each([
    [{ status: 200 }, answer(200, ''), true],
    [{ status: 200 }, answer(201, ''), false],
    [{ status: [200, 299] }, answer(204, ''), true],
    [{ status: [200, 299] }, answer(300, ''), false],
    [{ pointer: '/code', equals: 0 }, answer(200, { code: 0 }), true],
    [{ pointer: '/code', equals: 0 }, answer(200, { code: '0' }), true],
    [{ pointer: '/code', equals: 0 }, answer(200, { code: 1 }), false],
    [{ pointer: '/a~1b/1/x', equals: true }, answer(200, { 'a/b': [0, { x: true }] }), true],
    [{ pointer: '/errors/0' }, answer(200, { errors: [{}] }), true],
    [{ pointer: '/errors/0' }, answer(200, { errors: [] }), false],
    [{ pointer: '/constructor/name' }, answer(200, {}), false],
    [{ pointer: '/code', equals: 0 }, answer(200, '<html>'), false],
    [{ pointer: '/code', matches: '^1\\d' }, answer(400, { code: 12 }), true],
    [{ bodyMatches: '^OK' }, answer(200, 'OK 1'), true],
    [{ bodyMatches: '^OK' }, answer(200, 'NOT OK'), false],
    [{ status: 400, pointer: '/code', equals: 7, bodyMatches: 'busy' }, answer(400, { code: 7, text: 'busy' }), true],
    [{ status: 400, pointer: '/code', equals: 7, bodyMatches: 'busy' }, answer(400, { code: 7 }), false],
  ])('the rule %j on %j fits: %s', (when, given, expected) => {
    expect(read(when, given)).toBe(expected);
  });

  test('the first rule that fits decides', () => {
    const rules = response([
      { when: { pointer: '/code', equals: 1 }, class: 'refused', suppress: 'opt_out' },
      { when: { status: 200 }, class: 'accepted' },
    ]);
    expect(readAnswer(answer(200, { code: 1 }), rules, {})).toMatchObject({ class: 'refused', suppress: 'opt_out' });
    expect(readAnswer(answer(200, { code: 0 }), rules, {})).toMatchObject({ class: 'accepted' });
  });

  test('tells code, words, id and time to wait, without secrets and addresses', () => {
    const rules = response([{ when: { status: 200 }, class: 'accepted' }], {
      codeFrom: '/code',
      detailFrom: '/message',
      messageIdFrom: '/data/id',
      retryAfterHeader: 'X-Wait',
    });
    const taken = answer(200, { code: 0, message: 'to +8613800138000 with hush/hush', data: { id: 42 } });
    expect(readAnswer(taken, rules, SECRETS)).toEqual({
      class: 'accepted',
      code: '0',
      detail: 'to +86138****8000 with ***',
      providerMessageId: '42',
    });
    const slow = answer(429, { code: 'slow', message: 'hush%2Fhush' }, { 'x-wait': '3' });
    expect(readAnswer(slow, rules, SECRETS)).toEqual({
      class: 'throttled',
      code: 'slow',
      detail: '***',
      retryAfterMs: 3000,
    });
  });

  test('an id that cannot be kept is left out, and does not spoil what was taken', () => {
    const rules = response([{ when: { status: 200 }, class: 'accepted' }], { messageIdFrom: '/id' });
    for (const id of ['编号', 'x'.repeat(201), 'a b']) {
      expect(readAnswer(answer(200, { id }), rules, {})).not.toHaveProperty('providerMessageId');
    }
  });
});

test.each([
  [200, 'ambiguous'],
  [204, 'ambiguous'],
  [302, 'misconfigured'],
  [400, 'refused'],
  [401, 'misconfigured'],
  [403, 'misconfigured'],
  [404, 'misconfigured'],
  [405, 'misconfigured'],
  [408, 'unavailable'],
  [422, 'refused'],
  [429, 'throttled'],
  [500, 'ambiguous'],
  [503, 'ambiguous'],
])('without a rule, HTTP %i is %s', (status, expected) => {
  expect(defaultClass(status)).toBe(expected);
});

test('secrets are taken out of a text, the longer one first', () => {
  expect(withoutSecrets('a hush/hush b hush%2Fhush c hush', SECRETS)).toBe('a *** b *** c ***');
});

describe('a pattern of an operator', () => {
  test.each(['^OK', '"code": ?0\\b', 'a(b|c)d', '\\d{6}', '[+*?]', '\\(\\+', '^.*$', '(?:yes|no)'])(
    '%s is taken',
    (p) => {
      expect(patternFault(p)).toBeUndefined();
    },
  );

  test.each([
    ['(a+)+$', 'must not repeat a group'],
    ['(a|a)*$', 'must not repeat a group'],
    ['.*.*x', 'one * or +'],
    ['a{1,30}', 'by a range'],
    ['(?=a)', 'look around'],
    ['(?<n>a)', 'name groups'],
    ['(a)\\1', 'refer back'],
    ['a?a?a?a?a?a?', '5 ?'],
    ['[', 'not a regular expression'],
    ['x'.repeat(201), '200 characters'],
  ])('%s is refused: %s', (pattern, why) => {
    expect(patternFault(pattern)).toContain(why);
  });
});
