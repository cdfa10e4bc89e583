import { fromSilence } from '../../channels/http/silence';
import { fromTwilioAnswer } from '../../channels/sms/twilio-reply';

describe('fromTwilioAnswer', () => {
  test.each([
    [400, 21211, 'refused'],
    [400, 21214, 'refused'],
    [400, 21217, 'refused'],
    [400, 21408, 'refused'],
    [400, 21602, 'refused'],
    [400, 21604, 'refused'],
    [400, 21610, 'refused'],
    [400, 21612, 'refused'],
    [400, 21614, 'refused'],
    [400, 21617, 'refused'],
    [400, 21635, 'refused'],
    [400, 99999, 'refused'],
    [401, 20003, 'misconfigured'],
    [403, 20005, 'misconfigured'],
    [404, 20404, 'misconfigured'],
    [400, 21212, 'misconfigured'],
    [400, 21603, 'misconfigured'],
    [400, 21606, 'misconfigured'],
    [400, 21608, 'misconfigured'],
    [400, 21659, 'misconfigured'],
    [400, 21660, 'misconfigured'],
    [400, 21705, 'misconfigured'],
    [429, 20429, 'throttled'],
    [400, 14107, 'throttled'],
    [429, 21611, 'throttled'],
    [503, 20503, 'unavailable'],
    [400, 21730, 'unavailable'],
    [500, 20500, 'ambiguous'],
    [400, 10001, 'misconfigured'],
    [403, 20403, 'misconfigured'],
    [401, 70051, 'misconfigured'],
    [400, 21661, 'misconfigured'],
    [400, 30127, 'misconfigured'],
    [400, 35118, 'misconfigured'],
    [400, 35114, 'unavailable'],
    [400, 63038, 'throttled'],
    [400, 90007, 'refused'],
  ])('HTTP %i with code %i is %s', (status, code, expected) => {
    const outcome = fromTwilioAnswer({ status, body: { code, message: 'why', status } });
    expect(outcome).toMatchObject({ class: expected, code: String(code), detail: 'why' });
  });

  test.each([
    [200, 'ambiguous'],
    [302, 'misconfigured'],
    [400, 'misconfigured'],
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
    [408, 'unavailable'],
    [429, 'throttled'],
    [500, 'ambiguous'],
    [502, 'ambiguous'],
    [503, 'ambiguous'],
    [504, 'ambiguous'],
  ])('HTTP %i without a code of Twilio is %s', (status, expected) => {
    const outcome = fromTwilioAnswer({ status, body: '<html>' });
    expect(outcome).toMatchObject({ class: expected, code: String(status) });
    expect(outcome.detail).toContain(`HTTP ${status}`);
  });

  test.each([21606, 21659])('%i of a short code is about the recipient: it may be in another country', (code) => {
    expect(fromTwilioAnswer({ status: 400, body: { code } }, { shortCode: true }).class).toBe('refused');
    expect(fromTwilioAnswer({ status: 400, body: { code: 21660 } }, { shortCode: true }).class).toBe('misconfigured');
  });

  test('only 21610 suppresses the number', () => {
    const suppressOf = (code: number) => fromTwilioAnswer({ status: 400, body: { code } }).suppress;
    expect(suppressOf(21610)).toBe('opt_out');
    expect(suppressOf(21211)).toBeUndefined();
  });

  test.each([
    ['30', 30_000],
    ['0', 0],
    ['Mon, 23 Nov 2026 10:00:05 GMT', 5000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %p asks for %p ms', (retryAfter, expected) => {
    const now = Date.parse('2026-11-23T10:00:00Z');
    expect(fromTwilioAnswer({ status: 429, body: {}, retryAfter }, { now }).retryAfterMs).toBe(expected);
  });

  test('too many messages to one number are about that number, too many requests about the account', () => {
    expect(fromTwilioAnswer({ status: 400, body: { code: 14107 } })).toMatchObject({ about: 'recipient' });
    expect(fromTwilioAnswer({ status: 429, body: { code: 20429 } })).not.toHaveProperty('about');
  });

  test('masks numbers in the words of Twilio', () => {
    const { detail } = fromTwilioAnswer({
      status: 400,
      body: { code: 21211, message: "The 'To' number +8613800138000" },
    });
    expect(detail).toBe("The 'To' number +86138****8000");
  });
});

describe('fromSilence', () => {
  test.each([
    ['ECONNREFUSED', true, 'unavailable', 'connect'],
    ['ENOTFOUND', true, 'unavailable', 'dns'],
    ['EAI_AGAIN', true, 'unavailable', 'dns'],
    ['ETIMEDOUT', true, 'unavailable', 'timeout'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', true, 'unavailable', 'tls'],
    ['CERT_HAS_EXPIRED', true, 'unavailable', 'tls'],
    ['ECONNABORTED', false, 'ambiguous', 'timeout'],
    ['ECONNRESET', false, 'ambiguous', 'connection_lost'],
    [undefined, false, 'ambiguous', 'connection_lost'],
  ])('%s, unsent %s, is %s: %s', (code, unsent, expected, ours) => {
    expect(fromSilence({ message: 'why', code, unsent })).toEqual({ class: expected, code: ours, detail: 'why' });
  });
});
