import { Registry } from 'prom-client';
import { createAccountDirectory, type AccountAnswer } from '../../activities/account-directory';
import { createDeliveryMetrics } from '../../activities/delivery-metrics';
import { createLogger } from '../../config/logger';
import type { Account } from '../../db/stores/account-store';
import type { HandOver, HandOverClass } from '../../domain/hand-over';
import { newId } from '../../domain/ids';
import { defaultRules } from '../../domain/rules';
import type { BreakerAnswer } from '../../limits/circuit-breaker';

const account = { id: newId('acc'), name: 'a', provider: 'smtp', revision: 3, parked: null } as unknown as Account;
const now = Date.now();

const answerOf = (kind: HandOverClass, more: Partial<HandOver> = {}): HandOver => ({
  class: kind,
  code: '421',
  detail: '421 4.3.2 busy',
  ...more,
});
const told = (answer: HandOver, more: Partial<AccountAnswer> = {}): AccountAnswer => ({
  accountId: account.id,
  ticket: `${newId('msg')}:1`,
  answer,
  revision: 3,
  startedAt: now - 10,
  endedAt: now,
  ...more,
});

/** A directory whose breaker and account store only write down what they are told; the breaker answers `became`. */
function directory(became?: 'opened' | 'ramping' | Error) {
  const reports: BreakerAnswer[][] = [];
  const parked: [reason: string, revision: number | undefined][] = [];
  const registry = new Registry();
  const made = createAccountDirectory({
    stores: {
      accounts: {
        get: async () => account,
        park: async (_id: string, reason: string, revision?: number) => parked.push([reason, revision]) === 1,
      },
    } as never,
    openSender: () => {
      throw new Error('nothing is sent here');
    },
    breaker: {
      report: async (_account, _rule, answers) => {
        reports.push([...answers]);
        if (became instanceof Error) throw became;
        return became;
      },
      claimProbe: async () => undefined,
      read: async () => [],
    },
    rules: { current: () => defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' }) },
    metrics: createDeliveryMetrics(registry),
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  const counted = async (name: string): Promise<number> =>
    ((await registry.getSingleMetric(name)?.get())?.values ?? []).reduce((sum, { value }) => sum + value, 0);
  return { report: made.report, reports, parked, counted };
}

test.each<[HandOver, BreakerAnswer['kind']]>([
  [answerOf('accepted'), 'good'],
  [answerOf('refused'), 'good'],
  [answerOf('throttled'), 'bad'],
  [answerOf('unavailable'), 'bad'],
  [answerOf('ambiguous'), 'bad'],
  [answerOf('misconfigured'), 'broken'],
  [answerOf('throttled', { about: 'recipient' }), 'neutral'],
  [answerOf('unavailable', { about: 'recipient' }), 'neutral'],
  [answerOf('unavailable', { about: 'worker' }), 'neutral'],
  [answerOf('ambiguous', { about: 'worker' }), 'neutral'],
])('of its account %j says: %s', async (answer, kind) => {
  const { report, reports } = directory();
  await report([told(answer)]);
  expect(reports).toEqual([[expect.objectContaining({ kind, revision: 3, words: '421 4.3.2 busy', endedAt: now })]]);
});

test('the answers of a batch are one report for each account', async () => {
  const { report, reports } = directory();
  const other = newId('acc');
  await report([
    told(answerOf('accepted')),
    told(answerOf('refused'), { accountId: other }),
    told(answerOf('throttled')),
  ]);
  expect(reports.map((one) => one.length)).toEqual([2, 1]);
});

test('Retry-After holds the account as long as it says, at most an hour, and only where it is about the account', async () => {
  const heldBy = async (answer: HandOver): Promise<number | undefined> => {
    const { report, reports } = directory();
    await report([told(answer, { endedAt: now + 5_000 })]);
    const { heldUntil } = reports[0]![0]!;
    return heldUntil && heldUntil - now - 5_000;
  };
  expect(await heldBy(answerOf('throttled', { retryAfterMs: 30_000 }))).toBe(30_000);
  expect(await heldBy(answerOf('throttled', { retryAfterMs: 86_400_000 }))).toBe(3_600_000);
  expect(await heldBy(answerOf('throttled', { retryAfterMs: 30_000, about: 'recipient' }))).toBeUndefined();
  expect(await heldBy(answerOf('unavailable', { retryAfterMs: 30_000 }))).toBeUndefined();
  const over = directory();
  await over.report([told(answerOf('throttled', { retryAfterMs: 1_000 }), { endedAt: now - 60_000 })]);
  expect(over.reports[0]![0]).not.toHaveProperty('heldUntil');
});

test('an account that its provider calls broken is parked in MySQL for the settings it was tried with, and counted once', async () => {
  const { report, parked, counted } = directory('opened');
  await report([told(answerOf('accepted')), told(answerOf('misconfigured', { code: '535', detail: 'bad password' }))]);
  await report([told(answerOf('misconfigured', { code: '535', detail: 'bad password' }), { revision: undefined })]);
  expect(parked).toEqual([
    ['535 bad password', 3],
    ['535 bad password', 3],
  ]);
  expect(await counted('luminate_accounts_parked_total')).toBe(1);
  expect(await counted('luminate_breaker_opened_total')).toBe(2);
});

test('while Redis is away a broken account is parked all the same, and nothing else is said', async () => {
  const { report, parked, counted } = directory(new Error('Redis did not answer'));
  await report([told(answerOf('unavailable')), told(answerOf('misconfigured'))]);
  expect(parked).toHaveLength(1);
  expect(await counted('luminate_breaker_opened_total')).toBe(0);
});
