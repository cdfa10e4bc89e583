import { policyOf, retryDelayMs } from '../../domain/policy';

test('a notice without a policy of its own is deduplicated, capped, held when in doubt, and tried for a day', () => {
  expect(policyOf('notice', {}, 'Asia/Shanghai')).toEqual({
    dedup: { max: 1, windowSeconds: 300 },
    dailyCap: 5,
    timezone: 'Asia/Shanghai',
    onUnknown: 'hold',
    deliverWithinSeconds: 86_400,
  });
});

test('marketing is tried for three days', () => {
  expect(policyOf('marketing', {}, 'UTC')).toMatchObject({
    dailyCap: 5,
    onUnknown: 'hold',
    deliverWithinSeconds: 259_200,
  });
});

test('a verification code is not capped, rather sent twice than not at all, and worthless after 15 minutes', () => {
  expect(policyOf('verification', {}, 'UTC')).toMatchObject({
    dedup: { max: 1, windowSeconds: 300 },
    dailyCap: null,
    onUnknown: 'resend',
    deliverWithinSeconds: 900,
  });
});

test('what a template says itself counts, also where it switches something off', () => {
  const own = {
    dedup: null,
    dailyCap: null,
    timezone: 'Europe/Berlin',
    onUnknown: 'resend',
    deliverWithinSeconds: 60,
  } as const;
  expect(policyOf('notice', own, 'UTC')).toEqual(own);
});

test('a verification template may be capped and held', () => {
  expect(policyOf('verification', { dailyCap: 10, onUnknown: 'hold' }, 'UTC')).toMatchObject({
    dailyCap: 10,
    onUnknown: 'hold',
  });
});

test('pauses double with each attempt and stay at five minutes', () => {
  const pauses = [1, 2, 3, 4, 8, 9, 10, 1000].map((attempt) => retryDelayMs(attempt, 0.5));
  expect(pauses).toEqual([2000, 4000, 8000, 16_000, 256_000, 300_000, 300_000, 300_000]);
});

test('messages spread their pauses by a fifth in both directions', () => {
  expect(retryDelayMs(1, 0)).toBe(1600);
  expect(retryDelayMs(1, 1)).toBe(2400);
});
