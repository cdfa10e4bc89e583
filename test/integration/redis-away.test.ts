import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../db/stores/message-store';
import type { MessageId } from '../../domain/ids';
import { createRedisKeys } from '../../redis/keys';
import { createTimelineReader, type Timeline } from '../../trace/timeline';
import { createTraceStore } from '../../trace/trace-store';
import { createOwnRedis, type OwnRedis } from '../support/own-redis';
import { createTestSystem, type TestSystem } from '../support/test-system';

/** Design §4: an outage of Redis never fails a message. */
describe('while Redis is away', () => {
  let redis: OwnRedis;
  let system: TestSystem;
  let timelineOf: (message: Message) => Promise<Timeline>;

  beforeAll(async () => {
    redis = await createOwnRedis();
    await redis.start();
    system = await createTestSystem({ env: { REDIS_URL: redis.url } });
    const { config, deps } = system;
    const timezone = config.DEFAULT_TIMEZONE;
    timelineOf = createTimelineReader({
      trace: createTraceStore({
        redis: deps.redis,
        keys: createRedisKeys({ prefix: config.REDIS_PREFIX }),
        timezone,
      }),
      history: deps.gateway.history,
      receipts: deps.database.stores.receipts.ofMessages,
      uiLink: deps.gateway.uiLink,
      timezone,
    });
  });
  afterAll(async () => {
    await system.close();
    await redis.remove();
  });
  beforeEach(async () => {
    system.sink.onMail = () => undefined;
    await redis.kill();
    await redis.start();
    while (system.deps.redis.status !== 'ready') await sleep(20);
  });

  const timesTo = (address: string) => system.sink.mails.filter(({ to }) => to === address).length;
  async function deferred(id: MessageId): Promise<Message> {
    for (;;) {
      const message = await system.message(id);
      if (message.status === 'deferred') return message;
      await sleep(50);
    }
  }

  it('a verification code goes out unchecked, and MySQL and the workflow history tell of it', async () => {
    const code = await system.template({ lane: 'email.verification' });
    await redis.kill();
    const { messages } = await system.send(code, ['ada@example.com']);
    const [message] = (await system.final(messages)) as [Message];
    expect(message).toMatchObject({ status: 'sent', attempt: 1, attempts: [{ class: 'accepted' }] });
    expect(timesTo('ada@example.com')).toBe(1);
    const timeline = await timelineOf(message);
    expect(timeline.source).toEqual(['mysql', 'temporal']);
    expect(timeline.note).toMatch(/^Redis is away: told from the record in MySQL and the workflow history/);
    expect(timeline.steps.map(({ step }) => step)).toEqual([
      'accepted',
      'rendered',
      'passed',
      'claimed:1',
      'attempted:1',
    ]);
  });

  it('of an attempt whose steps before are missing, because their worker was killed, the workflow history tells these', async () => {
    const { messages } = await system.send(await system.template(), ['gap@example.com']);
    const [message] = (await system.final(messages)) as [Message];
    while (!(await timelineOf(message)).steps.some(({ step }) => step === 'attempted:1')) await sleep(50);
    const keys = createRedisKeys({ prefix: system.config.REDIS_PREFIX });
    const key = keys.message(keys.shardOf(message.address), message.id);
    const steps = ['accepted', 'rendered', 'passed', 'allowed:1', 'claimed:1'];
    expect(await system.deps.redis.hdel(key, ...steps.map((step) => `e:${step}`))).toBe(steps.length);
    const timeline = await timelineOf(message);
    expect(timeline.source).toEqual(['redis', 'mysql', 'temporal']);
    expect(timeline.steps.map(({ step }) => step)).toEqual([
      'accepted',
      'rendered',
      'passed',
      'claimed:1',
      'attempted:1',
    ]);
  });

  it('a notice waits with a reason and a time, says so, and goes out once when Redis is back', async () => {
    await redis.kill();
    const accepted = Date.now();
    const { messages } = await system.send(await system.template(), ['bob@example.com']);
    const waiting = await deferred(messages[0]!);
    expect(waiting).toMatchObject({ reason: 'retry', attempt: 0, detail: { because: 'redis_away' } });
    expect(waiting.dueAt?.getTime()).toBeGreaterThan(accepted);
    const timeline = await timelineOf(waiting);
    expect(timeline).toMatchObject({
      source: expect.not.arrayContaining(['redis']),
      note: expect.stringMatching(/^Redis is away: told from the record in MySQL/),
    });
    expect(timeline.steps.at(-1)?.text).toMatch(/^deferred: retry until .* Redis is away, so windows and caps cannot/);
    expect(timesTo('bob@example.com')).toBe(0);

    await redis.start();
    const [sent] = (await system.final(messages)) as [Message];
    expect(sent).toMatchObject({ status: 'sent', attempt: 1 });
    expect(timesTo('bob@example.com')).toBe(1);
    while ((await timelineOf(sent)).steps.at(-1)?.step !== 'attempted:1') await sleep(50);
    const after = await timelineOf(sent);
    expect(after).toMatchObject({ source: ['redis', 'mysql'] });
    expect(after).not.toHaveProperty('note');
  });

  it('notices that it takes by surprise in the middle of a hand-over go out later, each once', async () => {
    system.sink.onMail = () => sleep(150);
    const to = Array.from({ length: 30 }, (_, n) => `many${n}@example.com`);
    const received = system.sink.mails.length;
    const { messages } = await system.send(await system.template(), to);
    while (system.sink.mails.length < received + 3) await sleep(10);
    await redis.kill();
    while (!(await Promise.all(messages.map(system.message))).some(({ status }) => status === 'deferred'))
      await sleep(50);
    await redis.start();
    const ended = await system.final(messages, 60_000);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['sent']));
    expect(to.map(timesTo)).toEqual(to.map(() => 1));
    const putOff = ended.filter(({ attempts }) => attempts.some(({ code }) => code === 'redis_away'));
    expect(putOff.length).toBeGreaterThan(0);
    for (const { attempts } of putOff) {
      expect(attempts).toMatchObject([{ class: 'unavailable', code: 'redis_away' }, { class: 'accepted' }]);
    }
  });
});
