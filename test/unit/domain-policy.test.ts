import { policyOf, retryDelayMs, type TemplatePolicy } from '../../domain/policy';
import type { MessageType } from '../../domain/lane';
import { defaultRules, type Rules } from '../../domain/rules';

const RULES = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });
const policy = (messageType: MessageType, own: TemplatePolicy = {}, rules: Partial<Rules> = {}) =>
  policyOf({ id: 17, key: 'welcome', messageType, policy: own }, { ...RULES, ...rules });

test('a notice without a policy of its own is deduplicated, capped, held when in doubt, and tried for a day', () => {
  expect(policy('notice')).toEqual({
    dedup: { max: 1, windowSeconds: 300 },
    dailyCap: 5,
    quietHours: { mode: 'send', from: '00:00', until: '08:00', resumeAt: '09:00' },
    timezone: 'Asia/Shanghai',
    onUnknown: 'hold',
    deliverWithinSeconds: 86_400,
    stickyAccount: false,
    holdAtProvider: false,
  });
});

test('marketing is tried for three days', () => {
  expect(policy('marketing')).toMatchObject({ dailyCap: 5, onUnknown: 'hold', deliverWithinSeconds: 259_200 });
});

test('a verification code is not capped, rather sent twice than not at all, and worthless after 15 minutes', () => {
  expect(policy('verification')).toMatchObject({
    dedup: { max: 1, windowSeconds: 300 },
    dailyCap: null,
    onUnknown: 'resend',
    deliverWithinSeconds: 900,
  });
});

test('what a template says itself counts where no rule is about it', () => {
  const own = {
    timezone: 'Europe/Berlin',
    onUnknown: 'resend',
    deliverWithinSeconds: 60,
    stickyAccount: true,
    holdAtProvider: true,
  } as const;
  expect(policy('notice', own)).toMatchObject(own);
});

describe('a template narrows the rules and never widens them', () => {
  test.each<[string, TemplatePolicy, object]>([
    ['a smaller cap counts', { dailyCap: 2 }, { dailyCap: 2 }],
    ['a larger cap does not', { dailyCap: 50 }, { dailyCap: 5 }],
    ['nor does none, which old templates may have', JSON.parse('{"dailyCap":null,"dedup":null}'), { dailyCap: 5 }],
    ['a longer window counts', { dedup: { max: 1, windowSeconds: 900 } }, { dedup: { max: 1, windowSeconds: 900 } }],
    ['a shorter one does not', { dedup: { max: 9, windowSeconds: 1 } }, { dedup: { max: 1, windowSeconds: 300 } }],
    ['quiet hours may be kept', { quietHours: 'wait' }, { quietHours: expect.objectContaining({ mode: 'wait' }) }],
  ])('%s', (_what, own, expected) => {
    expect(policy('notice', own)).toMatchObject(expected);
  });

  test('where a rule sets no limit, the template may set one', () => {
    expect(policy('verification', { dailyCap: 10 })).toMatchObject({ dailyCap: 10 });
    expect(policy('notice', {}, { dedup: { ...RULES.dedup, notice: null } }).dedup).toBeNull();
  });

  test.each(['17', 'welcome'])('a rule that exempts the template as %s frees it from window and cap', (name) => {
    const rules = { dedup: { ...RULES.dedup, exempt: [name] }, caps: { ...RULES.caps, exempt: [name] } };
    expect(policy('notice', { dailyCap: 2 }, rules)).toMatchObject({ dedup: null, dailyCap: null });
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
