import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../db/stores/message-store';
import type { AccountId, MessageId } from '../../domain/ids';
import type { BreakerRule } from '../../domain/rules';
import { wordsOf } from '../../trace/words';
import { startScriptedSmtp } from '../support/scripted-smtp';
import { createTestSystem, type TestSystem } from '../support/test-system';

type Server = Awaited<ReturnType<typeof startScriptedSmtp>>;

const GREETING = '220 test ready';
const BUSY = '421 4.3.2 shutting down';
const RULE: BreakerRule = {
  windowSeconds: 30,
  minAttempts: 5,
  failureShare: 0.5,
  openSeconds: 2,
  maxOpenSeconds: 4,
  rampSeconds: 3,
};

/** The breaker in a real worker, against servers that answer by script. */
describe('accounts that fail and come back', () => {
  let system: TestSystem;
  let first: Server;
  let second: Server;
  let a: AccountId;
  let b: AccountId;

  beforeAll(async () => {
    [system, first, second] = await Promise.all([createTestSystem(), startScriptedSmtp(), startScriptedSmtp()]);
    await stores().rules.add({ name: 'breaker', author: 'system' }, () => RULE);
    while (system.deps.rules.current().breaker.minAttempts !== RULE.minAttempts) await sleep(50);
    [a, b] = [await account('a', first.port), await account('b', second.port)];
  });
  afterAll(async () => {
    await system.close();
    await Promise.all([first.close(), second.close()]);
  });

  const stores = () => system.db.database.stores;
  const account = (name: string, port: number): Promise<AccountId> =>
    stores().accounts.create({
      name,
      channel: 'email',
      provider: 'smtp',
      config: { host: '127.0.0.1', port, from: 'Luminate <no-reply@luminate.example>' },
      secrets: {},
      rate: null,
    });
  const route = async (...entries: [AccountId, number][]): Promise<void> => {
    await stores().routes.set(
      'email.notice',
      entries.map(([accountId, weight]) => ({ accountId, weight })),
    );
    await sleep(1_100); // Workers look the accounts of a lane up once a second.
  };
  let sent = 0;
  const send = async (count: number): Promise<MessageId[]> => {
    const to = Array.from({ length: count }, () => `user${++sent}@example.com`);
    return (await system.send(await system.template(), to)).messages;
  };
  const breakerOf = async (id: AccountId) => {
    const found = (await stores().accounts.get(id))!;
    return (await system.deps.breaker.read([found], RULE, Date.now()))[0]!;
  };
  /** Each server's mails, by the id of the message. */
  const idsAt = ({ mails }: Server): string[] =>
    mails.map((mail) => /^X-Luminate-Message-Id: (\S+)/im.exec(mail)?.[1] ?? 'none');
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await condition()); tries++) {
      if (tries > 1_000) throw new Error('It did not come true within 50 s.');
      await sleep(50);
    }
  };

  it('a burst of 421 opens it, the other takes over, a probe brings it back, and each mail is delivered once', async () => {
    await route([a, 1], [b, 0]);
    first.script.greeting = BUSY;
    first.hangUp();
    const burst = await send(250);
    const delivered = await system.final(burst, 60_000);
    expect(new Set(delivered.map(({ status }) => status))).toEqual(new Set(['sent']));
    expect(await breakerOf(a)).toMatchObject({ state: expect.stringMatching(/^(open|half_open)$/) });
    // A batch of 100 was under way when it opened; the other 150 went past it, and say why.
    const failedOver = delivered.filter(({ attempts }) => attempts.some(({ account: name }) => name === 'a'));
    expect(failedOver.length).toBeGreaterThanOrEqual(RULE.minAttempts);
    const past = delivered.filter(({ attempts }) => attempts.every(({ account: name }) => name === 'b'));
    expect(past.length).toBeGreaterThan(100);
    expect(past.some(({ attempts }) => /account a is open until .* answers were failures/.test(attempts[0]!.why))).toBe(
      true,
    );
    expect(first.mails).toEqual([]);
    expect(idsAt(second).sort()).toEqual([...burst].sort());

    first.script.greeting = GREETING;
    const later: MessageId[] = [];
    await until(async () => {
      later.push(...(await send(1)));
      await system.final(later, 60_000);
      const { state, since } = await breakerOf(a);
      // Whoever reports first after the end of the ramp closes it.
      return state === 'closed' || (state === 'ramping' && since + RULE.rampSeconds * 1000 < Date.now());
    });
    const after = await send(20);
    const ended = await system.final([...later, ...after], 60_000);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['sent']));
    expect(ended.some(({ attempts }) => attempts.at(-1)!.why.startsWith('probe: account a'))).toBe(true);
    expect(idsAt(first)).toEqual(expect.arrayContaining(after));
    expect([...idsAt(first), ...idsAt(second)].sort()).toEqual([...burst, ...later, ...after].sort());
  }, 180_000);

  it('while all are down messages wait with the reasons and a time; when the provider is back each goes once', async () => {
    await route([a, 1]);
    first.script.greeting = BUSY;
    first.hangUp();
    const ids = await send(40);
    const waiting = async () =>
      (await Promise.all(ids.map(system.message))).filter(({ reason }) => reason === 'provider_down');
    let seen: Message[] = [];
    await until(async () => (seen = await waiting()).length > 20);
    const some = seen[0]!;
    const words = wordsOf(
      { at: 0, step: 'deferred:1', status: 'deferred', data: { reason: some.reason, ...some.detail } },
      'UTC',
    );
    expect(words).toMatch(/^deferred: provider_down until .*: account a is (open until|being probed)/);
    expect(some.detail?.['because']).toMatch(/answers were failures, the last: 421 4\.3\.2|its probe failed: 421/);
    expect(some.dueAt).toBeInstanceOf(Date);
    const received = first.mails.length;
    first.script.greeting = GREETING;
    const ended = await system.final(ids, 60_000);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['sent']));
    expect(idsAt(first).slice(received).sort()).toEqual([...ids].sort());
    await until(async () => (await breakerOf(a)).state !== 'half_open');
  }, 180_000);

  it('an operator takes the only account out of use and puts it back: what waited goes on without waiting for its time', async () => {
    await route([b, 1]);
    await stores().accounts.setOverride(b, { mode: 'open', note: 'maintenance', author: 'key_1' });
    await sleep(1_100);
    const ids = await send(5);
    await until(async () => (await Promise.all(ids.map(system.message))).every(({ status }) => status === 'deferred'));
    const due = await Promise.all(ids.map(async (id) => (await system.message(id)).dueAt!.getTime()));
    expect((await system.message(ids[0]!)).detail).toEqual({
      because: 'account b is open: an operator took it out of use: maintenance',
    });
    await stores().accounts.setOverride(b, { mode: 'auto', note: null, author: 'key_1' });
    const ended = await system.final(ids, 60_000);
    for (const { status, attempts } of ended) {
      expect(status).toBe('sent');
      expect(attempts[0]!.startedAt).toBeLessThan(Math.min(...due));
    }
  }, 120_000);

  it('greylisting is about its recipient and does not open the account', async () => {
    await route([b, 1]);
    second.script.RCPT = '450 4.2.0 Greylisted, come back later';
    const grey = await send(12);
    await until(async () => (await Promise.all(grey.map(system.message))).every(({ attempts }) => attempts.length > 0));
    expect(await breakerOf(b)).toMatchObject({ state: 'closed', failures: 0 });
    second.script.RCPT = '250 2.1.5 ok';
    expect((await system.final(grey, 60_000)).every(({ status }) => status === 'sent')).toBe(true);
  }, 120_000);
});
