import {
  createLaneAccounts,
  NO_ACCOUNT_PAUSE_MS,
  type AccountAsk,
  type KnownAccount,
} from '../../activities/lane-accounts';
import type { Account } from '../../db/stores/account-store';
import type { BreakerState } from '../../domain/account-health';
import { newId, type AccountId, type TemplateId } from '../../domain/ids';
import { defaultRules } from '../../domain/rules';

const RULE = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' }).breaker;
const STATE: BreakerState = {
  state: 'closed',
  since: 0,
  until: 0,
  probe: '',
  cause: 'failures',
  words: '421 try later',
  attempts: 20,
  failures: 14,
  heldUntil: 0,
  heldWords: '',
};

function account(name: string, breaker: Partial<BreakerState> | undefined, more: Partial<Account> = {}): KnownAccount {
  return {
    account: {
      id: newId('acc'),
      name,
      channel: 'email',
      provider: 'smtp',
      config: {},
      rate: null,
      price: null,
      parked: null,
      override: { mode: 'auto', note: null, author: null, at: null },
      revision: 1,
      createdAt: new Date(),
      updatedAt: new Date(),
      ...more,
    },
    breaker: breaker && { ...STATE, ...breaker },
  };
}

const ask = (more: Partial<AccountAsk> = {}): AccountAsk => ({
  messageId: newId('msg'),
  attempt: 1,
  templateId: 7 as TemplateId,
  sticky: false,
  urgent: false,
  ...more,
});
const asks = (n: number, more: Partial<AccountAsk> = {}): AccountAsk[] => Array.from({ length: n }, () => ask(more));

/** A lane over these accounts, of equal weight; `claims` are the calls of the breaker, which gives the first ticket the probe. */
function lane(accounts: readonly KnownAccount[], grant = true) {
  const claims: { id: AccountId; tickets: readonly string[] }[] = [];
  const made = createLaneAccounts({
    entries: accounts.map(({ account: { id } }) => ({ accountId: id, weight: 50 })),
    known: new Map(accounts.map((one) => [one.account.id, one])),
    rule: RULE,
    claimProbe: async ({ id }, tickets) => {
      claims.push({ id, tickets });
      return grant ? tickets[0] : undefined;
    },
  });
  return { ...made, claims };
}
const now = (): number => Date.now();
const open = (forMs: number) => ({ state: 'open', since: now(), until: now() + forMs }) as const;
const untilOf = (answer: object): number => (answer as { until: number }).until;
const accountOf = (answer: object): AccountId | undefined => (answer as { accountId?: AccountId }).accountId;

describe('while accounts work', () => {
  test('nobody asks the breaker', async () => {
    const { choose, claims, usableWith } = lane([account('a', {}), account('b', undefined)]);
    expect((await choose(asks(20))).every((answer) => 'accountId' in answer)).toBe(true);
    expect([claims, usableWith()]).toEqual([[], 2]);
  });

  test('all messages of a sticky template go by one account, and by the other while that is out of use', async () => {
    const [a, b] = [account('a', {}), account('b', {})];
    const chosen = new Set((await lane([a, b]).choose(asks(50, { sticky: true }))).map(accountOf));
    expect(chosen.size).toBe(1);
    const [id] = chosen;
    const down = [a, b].map((one) => (one.account.id === id ? { ...one, breaker: { ...STATE, ...open(9_000) } } : one));
    const others = new Set((await lane(down).choose(asks(50, { sticky: true }))).map(accountOf));
    expect(others).toEqual(new Set([[a, b].map((one) => one.account.id).find((other) => other !== id)]));
    const [answer] = await lane([a, b]).choose([ask({ sticky: true })]);
    expect(answer).toMatchObject({ why: 'weight 50 of 100, the same for all of its template' });
  });
});

describe('while one account is out of use', () => {
  test('the other takes everything, and the reason tells the numbers', async () => {
    const [a, b] = [account('a', {}), account('b', open(60_000))];
    const { choose, usableWith } = lane([a, b]);
    const answers = await choose(asks(20));
    expect(new Set(answers.map(accountOf))).toEqual(new Set([a.account.id]));
    expect(answers[0]).toMatchObject({
      why: expect.stringMatching(
        /^only usable account of 2; account b is open until \d\d:\d\d:\d\d UTC: 14 of 20 answers were failures, the last: 421 try later$/,
      ),
    });
    expect([usableWith(), usableWith(a.account.id), usableWith(b.account.id)]).toEqual([1, 1, 2]);
  });

  test('one message of the round probes it when its time has come, whatever its weight', async () => {
    const [a, b] = [account('a', {}), account('b', open(-1))];
    const { choose, stillTakes, claims } = lane([a, b]);
    const answers = await choose(asks(20));
    expect(answers[0]).toMatchObject({
      accountId: b.account.id,
      probe: true,
      why: expect.stringMatching(/^probe: account b/),
    });
    expect(answers.slice(1).map(accountOf)).toEqual(Array(19).fill(a.account.id));
    expect(claims).toMatchObject([{ id: b.account.id }]);
    expect(stillTakes({ accountId: b.account.id, why: '', probe: true })).toBe(true);
    expect(stillTakes({ accountId: b.account.id, why: '' })).toBe(false);
  });

  test('the message that probes gets its account again, also before the time of the probe is over', async () => {
    const probing = ask();
    const b = account('b', { state: 'half_open', until: now() + 60_000, probe: `${probing.messageId}:1` });
    const { choose, claims } = lane([b], false);
    await choose([ask()]);
    expect(claims).toEqual([]);
    await choose([ask(), probing]);
    expect(claims).toMatchObject([{ tickets: [expect.any(String), `${probing.messageId}:1`] }]);
  });

  test('a message that has failed before does not probe while another account works; without one, the least tried does', async () => {
    const [a, b] = [account('a', {}), account('b', open(-1))];
    const { choose, claims } = lane([a, b]);
    const failedBefore = asks(5, { attempt: 2 });
    expect((await choose(failedBefore)).map(accountOf)).toEqual(Array(5).fill(a.account.id));
    expect(claims).toEqual([]);
    const fresh = ask();
    const answers = await choose([...failedBefore, fresh]);
    expect(accountOf(answers.at(-1)!)).toBe(b.account.id);
    const [often, seldom] = [ask({ attempt: 4 }), ask({ attempt: 3 })];
    expect((await lane([b]).choose([often, seldom])).map(accountOf)).toEqual([undefined, b.account.id]);
  });

  test('two accounts are probed by two messages', async () => {
    const both = [account('a', open(-1)), account('b', open(-1))];
    const [first, second, third] = await lane(both).choose(asks(3));
    expect([first, second].map((answer) => accountOf(answer!))).toEqual(both.map((one) => one.account.id));
    expect(third).toHaveProperty('because');
  });
});

describe('while an account comes back', () => {
  const ramping = () => account('b', { state: 'ramping', since: now() - 1 });

  test('the other takes what it does not', async () => {
    const [a, b] = [account('a', {}), ramping()];
    const chosen = (await lane([a, b]).choose(asks(2_000))).map(accountOf);
    const share = chosen.filter((id) => id === b.account.id).length / chosen.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.09);
    expect(chosen).not.toContain(undefined);
  });

  test('if it is the only one, the others wait for their place in the ramp; codes do not wait', async () => {
    const b = ramping();
    const answers = await lane([b]).choose(asks(1_000));
    const waiting = answers.filter((answer) => 'because' in answer);
    expect(waiting.length / answers.length).toBeCloseTo(0.9, 1);
    for (const answer of waiting) {
      expect(untilOf(answer)).toBeLessThanOrEqual(b.breaker!.since + RULE.rampSeconds * 1000);
      expect(answer.because).toMatch(/^account b is coming back \(1\d % of its messages\) until/);
    }
    const codes = await lane([b]).choose(asks(100, { urgent: true }));
    expect(codes.every((answer) => 'accountId' in answer)).toBe(true);
  });
});

describe('while no account is usable', () => {
  test('one asks again in time to probe, the others after it, in slices over the ramp', async () => {
    const [a, b] = [account('a', open(200_000)), account('b', open(20_000))];
    const { choose, usableWith } = lane([a, b]);
    const answers = await choose(asks(500));
    const [first, ...others] = answers.map(untilOf) as [number, ...number[]];
    expect(usableWith()).toBe(0);
    expect(first).toBe(b.breaker!.until);
    expect(Math.min(...others)).toBeGreaterThanOrEqual(first + 5_000);
    expect(Math.max(...others)).toBeLessThanOrEqual(first + 5_000 + RULE.rampSeconds * 1000);
    expect(new Set(others).size).toBeLessThanOrEqual(21);
    expect(new Set(others).size).toBeGreaterThan(15);
    expect(answers[1]).toMatchObject({
      because: expect.stringMatching(/^account a is open until .*14 of 20 .*; account b is open until/),
    });
  });

  test('those that their provider asked to wait come back when it said', async () => {
    const heldUntil = now() + 7_000;
    const [first] = await lane([account('a', { heldUntil, heldWords: '429 slow down' })]).choose([ask()]);
    expect(first).toEqual({
      until: heldUntil,
      because: expect.stringMatching(
        /^account a is held until \d\d:\d\d:\d\d UTC: its provider asked to wait: 429 slow down$/,
      ),
    });
  });

  test('an operator gives no time: they look again, and the words are his', async () => {
    const override = { mode: 'open', note: 'contract ended', author: null, at: new Date() } as const;
    const asked = now();
    const [answer] = await lane([account('a', undefined, { override })]).choose([ask()]);
    expect(untilOf(answer!)).toBeGreaterThanOrEqual(asked + NO_ACCOUNT_PAUSE_MS);
    expect(answer).toMatchObject({ because: 'account a is open: an operator took it out of use: contract ended' });
  });

  test('a lane without a route says so', async () => {
    expect(await lane([]).choose([ask()])).toMatchObject([{ because: 'no route is set for this lane' }]);
  });
});
