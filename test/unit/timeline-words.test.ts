import type { MessageStatus } from '../../domain/message-status';
import { wordsOf } from '../../trace/words';

const ZONE = 'Asia/Shanghai';
/** 09:00 in Shanghai, 02:00 in Paris. */
const AT = Date.UTC(2026, 10, 23, 1);
const words = (step: string, data?: Record<string, unknown>, status?: MessageStatus): string =>
  wordsOf({ step, at: AT, ...(data && { data }), ...(status && { status }) }, ZONE);

test.each([
  ['accepted', undefined, 'accepted: written to MySQL'],
  ['rendered', { version: 3 }, 'rendered from version 3 of the template'],
  ['rendered', undefined, 'rendered'],
  [
    'passed',
    { window: { max: 1, windowSeconds: 300 }, cap: 5, used: 2 },
    'passed: new content within 300 s; number 2 of 5 today',
  ],
  ['passed', { window: null, cap: null }, 'passed: content deduplication is off; exempt from the daily cap'],
  ['passed', { unchecked: 'redis_away' }, 'passed unchecked: Redis is away, and a verification code does not wait'],
  ['allowed:1', { account: 'main', why: 'weight 3 of 4' }, 'allowed: account main (weight 3 of 4)'],
  ['attached:1', { count: 2, bytes: 34_100 }, 'carries 2 attachments (34 KB)'],
  ['attached:1', { count: 1, bytes: 999 }, 'carries 1 attachment (999 bytes)'],
  ['attached:2', { count: 3, bytes: 999_600 }, 'carries 3 attachments (1.0 MB)'],
  [
    'claimed:2',
    { account: 'spare', why: 'failover, attempt 2' },
    'claimed for attempt 2 by spare (failover, attempt 2)',
  ],
])('%s with %j reads: %s', (step, data, expected) => {
  expect(words(step, data)).toBe(expected);
});

test('a message that waits for its attachments says which, and why', () => {
  const data = {
    reason: 'retry',
    because: 'attachment',
    words: 'attachment 1 of 2 from files.example.com: the host answered 503',
    until: AT,
  };
  expect(words('deferred:1', data, 'deferred')).toBe(
    'deferred: retry until 2026-11-23 09:00:00 Asia/Shanghai: attachment 1 of 2 from files.example.com: the host answered 503',
  );
});

describe('endings', () => {
  test('a refused attachment says which, and why', () => {
    const data = {
      reason: 'attachment_refused',
      words: 'attachment 1 of 1 from files.example.com: the host answered 404',
    };
    expect(words('failed', data, 'failed')).toBe(
      'failed: attachment_refused attachment 1 of 1 from files.example.com: the host answered 404',
    );
  });
});

describe('receipts', () => {
  const data = {
    source: 'twilio',
    event: 'failDelivery',
    code: '30003',
    words: 'undelivered',
    happenedAt: AT,
    outcome: 'applied',
  };

  test('one that changed the message tells who said what, and the status', () => {
    expect(words('receipt:rcp_1', data, 'undelivered')).toBe(
      'receipt: twilio reports that it could not be delivered at 2026-11-23 09:00:00 Asia/Shanghai (30003 undelivered): undelivered',
    );
  });

  test('one that changed nothing says why', () => {
    expect(words('receipt:rcp_1', { ...data, outcome: 'no_effect' })).toMatch(/: changes nothing any more$/);
    expect(words('receipt:rcp_1', { ...data, outcome: 'other_attempt' })).toMatch(/earlier attempt: changes nothing$/);
  });

  test('an unsubscription tells what it led to', () => {
    const link = { ...data, source: 'unsubscribe', event: 'unsubscribe', code: 'link', words: 'link in the mail' };
    expect(words('receipt:rcp_1', link)).toMatch(
      /^receipt: unsubscribe reports that the recipient unsubscribed at .*: marketing/,
    );
  });
});

describe('endings', () => {
  test('suppressed tells which entry of the list it was', () => {
    const data = { reason: 'hard_bounce', since: AT, source: 'receipt:ses', scope: 'global', appliesTo: 'all' };
    expect(words('suppressed', data, 'suppressed')).toBe(
      'suppressed: the address is on the suppression list for all apps, for everything: hard_bounce (receipt:ses) ' +
        'since 2026-11-23 09:00:00 Asia/Shanghai',
    );
  });

  test('capped tells the numbers and when the count starts again, in the zone that counts', () => {
    const data = { reason: 'daily_cap', used: 5, max: 5, resetsAt: Date.UTC(2026, 10, 23, 16), timezone: ZONE };
    expect(words('capped', data)).toBe('capped: 5 of 5 today, resets 2026-11-24 00:00:00 Asia/Shanghai');
    const paris = { ...data, resetsAt: Date.UTC(2026, 10, 23, 23), timezone: 'Europe/Paris' };
    expect(words('capped', paris)).toBe('capped: 5 of 5 today, resets 2026-11-24 00:00:00 Europe/Paris');
  });

  test('deduplicated tells when the same content went out and when it may again', () => {
    const data = { reason: 'same_content', count: 1, max: 1, windowSeconds: 300, acceptedAt: AT, freeAt: AT + 300_000 };
    expect(words('deduplicated', data)).toBe(
      'deduplicated: the same content went to this address at 2026-11-23 09:00:00 Asia/Shanghai ' +
        '(1 of 1 within 300 s); possible again from 2026-11-23 09:05:00 Asia/Shanghai',
    );
    expect(words('deduplicated', { reason: 'duplicate_recipient' })).toBe(
      'deduplicated: an earlier recipient of this send has the same address',
    );
  });

  test.each([
    ['discarded', { reason: 'template_stopped' }, 'discarded: the template is switched off'],
    ['discarded', { reason: 'template_deleted' }, 'discarded: the template is deleted'],
    [
      'discarded',
      { reason: 'discard_rule', template: 'order-shipped' },
      'discarded: the rule discard names template order-shipped',
    ],
    ['discarded', { reason: 'discard_rule', app: 'app_1' }, 'discarded: the rule discard names app app_1'],
    [
      'expired',
      { reason: 'expired', expiresAt: '2026-11-23T01:00:00.000Z' },
      'expired: the caller wanted it before 2026-11-23T01:00:00.000Z',
    ],
    [
      'expired',
      { reason: 'not_delivered_in_time', deliverWithinSeconds: 900 },
      'expired: could not be handed over within 900 s',
    ],
    ['failed', { reason: 'render_error', error: 'no value for "code"' }, 'failed: render_error no value for "code"'],
    ['failed', { reason: 'retries_exhausted' }, 'failed: retries_exhausted'],
    ['recalled', { reason: 'recalled' }, 'recalled in time'],
    ['recalled', { byProvider: true }, 'recalled: the provider held it for later and gave it back'],
    [
      'shielded',
      { quietFrom: '00:00', quietUntil: '08:00', timezone: ZONE },
      'shielded: dropped, because 00:00 to 08:00 are quiet hours in Asia/Shanghai',
    ],
    [
      'resolved',
      { outcome: 'sent', note: 'asked the provider' },
      'resolved: somebody has found out that it was sent: asked the provider',
    ],
    ['resolved', { outcome: 'not_sent' }, 'resolved: somebody has found out that it was not sent'],
    [
      'unknown',
      { stoppedBy: 'recalled' },
      'unknown: an earlier attempt may have been sent, and recalled stopped the next one',
    ],
    [
      'asking:1:5',
      { account: 'main', code: 'timeout', words: 'no answer', until: AT },
      'the answer of main was lost (timeout no answer); the provider is asked at 2026-11-23 09:00:00 Asia/Shanghai',
    ],
  ])('%s with %j reads: %s', (step, data, expected) => {
    expect(words(step, data)).toBe(expected);
  });
});

describe('waits name the reason, its numbers and the time', () => {
  const until = AT + 30_000;
  const limited = {
    reason: 'rate_limited',
    account: 'main',
    rate: { messages: 10, perSeconds: 1 },
    place: 1204,
    queued: 98_000,
  };
  test.each([
    [
      { ...limited, limitOf: 'account', limitName: 'main' },
      'rate_limited until 2026-11-23 09:00:30 Asia/Shanghai: place 1,204 of 98,000 in the queue of account main, which takes 10 per 1 s',
    ],
    [
      { ...limited, limitOf: 'channel', limitName: 'email' },
      'rate_limited until 2026-11-23 09:00:30 Asia/Shanghai: place 1,204 of 98,000 in the queue of channel email, which takes 10 per 1 s',
    ],
    [
      { ...limited, limitOf: 'app', limitName: 'app_1' },
      'rate_limited until 2026-11-23 09:00:30 Asia/Shanghai: place 1,204 of 98,000 in the queue of app app_1, which takes 10 per 1 s',
    ],
    [
      { reason: 'provider_down', because: 'no route is set for this lane' },
      'provider_down until 2026-11-23 09:00:30 Asia/Shanghai: no route is set for this lane',
    ],
    [
      { reason: 'retry', because: 'redis_away' },
      'retry until 2026-11-23 09:00:30 Asia/Shanghai: Redis is away, so windows and caps cannot be checked',
    ],
    [
      { reason: 'retry', account: 'main', class: 'throttled', code: '421', words: '421 slow down' },
      'retry until 2026-11-23 09:00:30 Asia/Shanghai: main answered throttled: 421 slow down',
    ],
    [
      { reason: 'quiet_hours', quietFrom: '22:00', quietUntil: '08:00', timezone: 'Europe/Vienna' },
      'quiet_hours until 2026-11-23 09:00:30 Asia/Shanghai: 22:00 to 08:00 are quiet hours in Europe/Vienna',
    ],
    [{ reason: 'scheduled' }, 'scheduled until 2026-11-23 09:00:30 Asia/Shanghai: the caller wants it then'],
    [{ reason: 'something' }, 'something until 2026-11-23 09:00:30 Asia/Shanghai: waits for its time'],
  ])('%j', (data, expected) => {
    expect(words(`deferred:${until}`, { ...data, until }, 'deferred')).toBe(`deferred: ${expected}`);
  });
});

describe('attempts tell what the provider said and what it led to', () => {
  const data = { account: 'main', class: 'accepted', code: '250', words: 'OK queued as 1', ms: 12 };
  test.each<[MessageStatus, Record<string, unknown>, string]>([
    ['sent', data, 'attempt 1: main answered accepted: 250 OK queued as 1 in 12 ms: sent'],
    [
      'failed',
      { ...data, class: 'refused', code: '550 5.1.1', words: '550 5.1.1 no such user' },
      'attempt 1: main answered refused: 550 5.1.1 no such user in 12 ms: failed',
    ],
    [
      'deferred',
      { ...data, class: 'throttled', code: '421', words: '421 later', until: AT },
      'attempt 1: main answered throttled: 421 later in 12 ms; tried again from 2026-11-23 09:00:00 Asia/Shanghai',
    ],
    [
      'unknown',
      { ...data, class: 'ambiguous', code: 'timeout', words: 'no answer' },
      'attempt 1: main answered ambiguous: timeout no answer in 12 ms; may have been sent, and is not sent again',
    ],
  ])('%s', (status, given, expected) => {
    expect(words('attempted:1', given, status)).toBe(expected);
  });
});

test('a step whose numbers are missing is told all the same', () => {
  expect(words('capped', {})).toBe('capped: ? of ? today, resets an unknown time');
  expect(words('attempted:3', {}, 'sent')).toBe('attempt 3: ? answered ?: ? in ? ms: sent');
  expect(words('something new')).toBe('something new');
});
