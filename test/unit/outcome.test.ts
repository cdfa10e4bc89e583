import { outcomeOf, type OutcomeContext } from '../../activities/outcome';
import type { Attempt, HandOver, HandOverClass } from '../../domain/hand-over';
import { newId } from '../../domain/ids';

const ACCEPTED_AT = Date.UTC(2026, 10, 23, 9);
const ENDED_AT = ACCEPTED_AT + 1_000;
const HOUR_S = 3_600;

const attemptOf = (n: number): Attempt => ({
  n,
  accountId: newId('acc'),
  account: 'main',
  why: 'weight 1 of 1',
  startedAt: ENDED_AT - 50,
  endedAt: ENDED_AT,
  class: 'unavailable',
  code: '421',
  detail: '421 try later',
});
const answerOf = (kind: HandOverClass, more: Partial<HandOver> = {}): HandOver => ({
  class: kind,
  code: '421',
  detail: '421 try later',
  ...more,
});
const contextOf = (more: Partial<OutcomeContext> = {}, onUnknown: 'resend' | 'hold' = 'hold'): OutcomeContext => ({
  id: newId('msg'),
  startsAt: ACCEPTED_AT,
  policy: { onUnknown, deliverWithinSeconds: HOUR_S },
  inDoubt: false,
  usableAccounts: 1,
  ...more,
});
/** How long the message waits, in milliseconds. */
const pauseOf = (kind: HandOverClass, n: number, context: OutcomeContext, more: Partial<HandOver> = {}) => {
  const outcome = outcomeOf(attemptOf(n), answerOf(kind, more), context);
  expect(outcome.event).toBe('defer');
  return outcome.dueAt!.getTime() - ENDED_AT;
};

describe('what every answer means', () => {
  test.each<[HandOverClass, 'hold' | 'resend', number, string, string | null]>([
    ['accepted', 'hold', 1, 'accept', null],
    ['accepted', 'resend', 2, 'accept', null],
    ['refused', 'hold', 1, 'fail', 'refused'],
    ['refused', 'resend', 1, 'fail', 'refused'],
    ['refused', 'hold', 2, 'fail', 'refused'],
    ['throttled', 'hold', 1, 'defer', 'retry'],
    ['throttled', 'resend', 2, 'defer', 'retry'],
    ['unavailable', 'hold', 1, 'defer', 'retry'],
    ['unavailable', 'resend', 2, 'defer', 'retry'],
    ['misconfigured', 'hold', 1, 'defer', 'provider_down'],
    ['misconfigured', 'hold', 2, 'defer', 'retry'],
    ['misconfigured', 'resend', 0, 'defer', 'provider_down'],
    ['ambiguous', 'hold', 1, 'loseAnswer', 'answer_lost'],
    ['ambiguous', 'hold', 2, 'loseAnswer', 'answer_lost'],
    ['ambiguous', 'resend', 1, 'defer', 'retry'],
    ['ambiguous', 'resend', 2, 'defer', 'retry'],
  ])('%s, policy %s, %i usable accounts: %s, %s', (kind, onUnknown, usableAccounts, event, reason) => {
    const context = contextOf({ usableAccounts }, onUnknown);
    const attempt = attemptOf(1);
    const outcome = outcomeOf(attempt, answerOf(kind), context);
    expect(outcome).toMatchObject({ id: context.id, attempt, event, reason });
    expect(outcome.dueAt !== undefined).toBe(event === 'defer');
  });

  test('everything but an acceptance keeps what the provider said', () => {
    const said = { attempt: 1, account: 'main', code: '421', words: '421 try later' };
    for (const kind of ['refused', 'throttled', 'unavailable', 'misconfigured', 'ambiguous'] as const) {
      expect(outcomeOf(attemptOf(1), answerOf(kind), contextOf()).detail).toEqual({ ...said, class: kind });
    }
    expect(outcomeOf(attemptOf(1), answerOf('accepted'), contextOf()).detail).toBeUndefined();
  });
});

describe('an answer that was lost, where the provider can be asked', () => {
  const askAt = ENDED_AT + 5_000;
  test.each(['hold', 'resend'] as const)('leaves the message in flight until it is asked, policy %s', (onUnknown) => {
    const attempt = attemptOf(1);
    const outcome = outcomeOf(attempt, answerOf('ambiguous'), contextOf({ askAt }, onUnknown));
    expect(outcome).toMatchObject({ event: 'doubt', reason: 'answer_lost', dueAt: new Date(askAt) });
    expect(outcome.detail).toMatchObject({ handedOverAt: attempt.startedAt, class: 'ambiguous' });
  });
});

describe('when it is tried again', () => {
  test('another account of the route is not kept waiting by what one account asks for', () => {
    expect(pauseOf('throttled', 1, contextOf({ usableAccounts: 2 }), { retryAfterMs: 45_000 })).toBe(1_000);
    expect(pauseOf('throttled', 2, contextOf({ usableAccounts: 2 }), { retryAfterMs: 45_000 })).toBe(45_000);
  });

  test.each(['throttled', 'unavailable'] as const)('%s waits as long as the provider asks', (kind) => {
    expect(pauseOf(kind, 1, contextOf(), { retryAfterMs: 45_000 })).toBe(45_000);
    expect(pauseOf(kind, 1, contextOf(), { retryAfterMs: 0 })).toBe(0);
  });

  test('what one account is asked to wait does not hold up the next one', () => {
    const context = contextOf({ usableAccounts: 2 });
    expect(pauseOf('throttled', 1, context, { retryAfterMs: 45_000 })).toBe(1_000);
    expect(pauseOf('throttled', 2, context, { retryAfterMs: 45_000 })).toBe(45_000);
  });

  test('with one account the pause doubles with every attempt, give or take a fifth', () => {
    for (const [n, base] of [
      [1, 2_000],
      [2, 4_000],
      [3, 8_000],
      [8, 256_000],
      [9, 300_000],
      [30, 300_000],
    ] as const) {
      const pause = pauseOf('unavailable', n, contextOf());
      expect(pause).toBeGreaterThanOrEqual(base * 0.8);
      expect(pause).toBeLessThanOrEqual(base * 1.2);
    }
  });

  test('with three accounts the other two come within a second each, and then a pause', () => {
    const context = contextOf({ usableAccounts: 3 });
    expect([1, 2, 4, 5].map((n) => pauseOf('unavailable', n, context))).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(pauseOf('unavailable', 3, context)).toBeGreaterThanOrEqual(1_600);
    expect(pauseOf('unavailable', 6, context)).toBeGreaterThanOrEqual(3_200);
  });

  test('the same attempt of the same message always gets the same pause, others another one', () => {
    const context = contextOf();
    expect(pauseOf('unavailable', 5, context)).toBe(pauseOf('unavailable', 5, context));
    const pauses = Array.from({ length: 20 }, () => pauseOf('unavailable', 5, contextOf()));
    expect(new Set(pauses).size).toBeGreaterThan(10);
  });

  test('a broken account is followed by the next one at once, the only one by a longer wait', () => {
    expect(pauseOf('misconfigured', 1, contextOf({ usableAccounts: 2 }))).toBe(1_000);
    expect(pauseOf('misconfigured', 1, contextOf({ usableAccounts: 1 }))).toBe(30_000);
  });
});

describe('the time within which it is to be delivered', () => {
  const end = ACCEPTED_AT + HOUR_S * 1_000;
  const at = (
    endedAt: number,
    kind: HandOverClass,
    more: Partial<HandOver> = {},
    onUnknown: 'hold' | 'resend' = 'resend',
  ) => outcomeOf({ ...attemptOf(1), endedAt }, answerOf(kind, more), contextOf({}, onUnknown));

  test('the last moment of it still counts', () => {
    expect(at(end - 5_000, 'throttled', { retryAfterMs: 5_000 })).toMatchObject({
      event: 'defer',
      dueAt: new Date(end),
    });
  });

  test.each(['throttled', 'unavailable', 'misconfigured'] as const)(
    '%s fails for good when the next attempt would come after it, and says so',
    (kind) => {
      expect(at(end, kind, { retryAfterMs: 1 })).toMatchObject({
        event: 'fail',
        reason: 'retries_exhausted',
        detail: { class: kind, code: '421', deliverWithinSeconds: HOUR_S },
      });
    },
  );

  test('what may have been sent ends unknown, not failed, when it would be sent again after it', () => {
    expect(at(end, 'ambiguous')).toMatchObject({
      event: 'loseAnswer',
      reason: 'answer_lost',
      detail: { class: 'ambiguous', deliverWithinSeconds: HOUR_S },
    });
  });

  test.each(['refused', 'throttled', 'misconfigured'] as const)(
    'a message of which an earlier attempt may have been sent ends unknown when %s would fail it',
    (kind) => {
      const context = contextOf({ inDoubt: true, startsAt: ENDED_AT - HOUR_S * 1000 });
      expect(outcomeOf(attemptOf(2), answerOf(kind, { retryAfterMs: 1 }), context)).toMatchObject({
        event: 'loseAnswer',
        reason: 'answer_lost',
        detail: { class: kind },
      });
    },
  );

  test('what is known, or held as unknown, does not depend on it', () => {
    expect(at(end + 1, 'accepted').event).toBe('accept');
    expect(at(end + 1, 'refused')).toMatchObject({ event: 'fail', reason: 'refused' });
    expect(at(end + 1, 'ambiguous', {}, 'hold').event).toBe('loseAnswer');
  });
});
