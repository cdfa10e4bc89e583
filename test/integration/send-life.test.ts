import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { MessageId } from '../../domain/ids';
import type { StatusCounts } from '../../domain/message-status';
import { dispatchOfSend } from '../../domain/ids';
import { localDay } from '../../domain/day';
import { createRedis } from '../../redis/create-redis';
import { createRedisKeys } from '../../redis/keys';
import { createTraceStore, type TraceStore } from '../../trace/trace-store';
import { createTestSystem, type TestSystem } from '../support/test-system';

describe('the life of a send', () => {
  let system: TestSystem;
  let trace: TraceStore;
  let disconnect: () => void;
  let client: Client;

  beforeAll(async () => {
    system = await createTestSystem();
    const { config, temporal } = system;
    client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const redis = await createRedis({ url: config.REDIS_URL, log: { warn() {}, info() {} } });
    const keys = createRedisKeys({ prefix: config.REDIS_PREFIX });
    trace = createTraceStore({ redis, keys, timezone: config.DEFAULT_TIMEZONE });
    disconnect = () => {
      redis.disconnect();
    };
  });
  afterAll(async () => {
    disconnect();
    await system.close();
  });
  beforeEach(() => {
    system.sink.onMail = () => undefined;
  });

  const stepsOf = async (id: MessageId): Promise<string[]> => {
    const { address } = await system.message(id);
    return (await trace.readMessage(id, address)).map(({ step }) => step);
  };
  const mailsTo = (address: string) => system.sink.mails.filter(({ to }) => to === address);

  it('claimed as MySQL ends with the claim committed is proven not handed over: tried again, and not held as unknown', async () => {
    const { delivery } = system.deps.database.stores;
    const { claim } = delivery;
    const claimAndLoseTheAnswer: typeof claim = async (...args) => {
      Object.assign(delivery, { claim });
      await claim(...args);
      throw new Error('Connection lost: The server closed the connection.');
    };
    Object.assign(delivery, { claim: claimAndLoseTheAnswer });
    const template = await system.template();
    const { messages } = await system.send(template, ['claimed@example.com']);
    const [message] = await system.final(messages);
    expect(message).toMatchObject({ status: 'sent', attempt: 2 });
    expect(message?.attempts).toMatchObject([{ code: 'not_handed_over' }, { class: 'accepted' }]);
    expect(mailsTo('claimed@example.com')).toHaveLength(1);
  });

  it('goes from acceptance to the mailbox, with 14 events of history and every step in the trace', async () => {
    const template = await system.template();
    const send = await system.send(template, ['ada@example.com'], { variables: { order: 'A-1' } });
    const [message] = await system.final(send.messages);
    expect(message).toMatchObject({ status: 'sent', attempt: 1, reason: null });
    expect(mailsTo('ada@example.com')).toMatchObject([
      { messageId: `<${message?.id ?? ''}@luminate.example>`, parsed: { subject: 'Order A-1' } },
    ]);
    const workflow = client.workflow.getHandle(dispatchOfSend(send.id));
    expect(await workflow.result()).toEqual({ sent: 1 } satisfies StatusCounts);
    const { events } = await workflow.fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(14);
    expect(await stepsOf(send.messages[0]!)).toEqual([
      'accepted',
      'rendered',
      'passed',
      'allowed:1',
      'claimed:1',
      'attempted:1',
    ]);
    const day = localDay(Date.now(), system.config.DEFAULT_TIMEZONE);
    expect(await trace.readTemplateDay(template.id, day)).toEqual({ sent: 1 });
  });

  it('tells of a message that is on its way for long, before its answer', async () => {
    let answer: (() => void) | undefined;
    system.sink.onMail = () => new Promise<void>((resolve) => (answer = resolve));
    const { messages } = await system.send(await system.template(), ['slow@example.com']);
    const id = messages[0]!;
    while (!(await stepsOf(id)).includes('claimed:1')) await sleep(50);
    expect(await stepsOf(id)).toEqual(['accepted', 'rendered', 'passed', 'allowed:1', 'claimed:1']);
    const { address } = await system.message(id);
    expect(await trace.readStatuses([{ id, address }])).toEqual(['sending']);
    while (!answer) await sleep(50);
    answer();
    await system.final(messages);
    while ((await stepsOf(id)).at(-1) !== 'attempted:1') await sleep(50);
  });

  it('keeps addresses out of the workflow history', async () => {
    const send = await system.send(await system.template(), ['private.person@example.com']);
    await system.final(send.messages);
    const history = await client.workflow.getHandle(dispatchOfSend(send.id)).fetchHistory();
    const payloads = JSON.stringify(history, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
    expect(payloads).toContain(send.id);
    expect(payloads).not.toContain('private.person');
  });

  it('stops the second equal message within the window, and says since when and until when', async () => {
    const template = await system.template();
    const first = await system.send(template, ['bob@example.com'], { variables: { order: 1 } });
    await system.final(first.messages);
    const second = await system.send(template, ['bob@example.com'], { variables: { order: 1 } });
    const other = await system.send(template, ['bob@example.com'], { variables: { order: 2 } });
    expect(await system.final([...second.messages, ...other.messages])).toMatchObject([
      { status: 'deduplicated', reason: 'same_content', detail: { count: 1, max: 1, windowSeconds: 300 } },
      { status: 'sent' },
    ]);
    expect(mailsTo('bob@example.com')).toHaveLength(2);
    expect(await stepsOf(second.messages[0]!)).toEqual(['accepted', 'rendered', 'deduplicated']);
  });

  it('caps the sixth message of the day for one recipient only, and exempts verification codes', async () => {
    const template = await system.template();
    for (let n = 1; n <= 5; n++)
      await system.final((await system.send(template, ['cleo@example.com'], { variables: { order: n } })).messages);
    const sixth = await system.send(template, ['cleo@example.com', 'dan@example.com'], { variables: { order: 6 } });
    expect(await system.final(sixth.messages)).toMatchObject([
      { status: 'capped', reason: 'daily_cap', detail: { used: 5, max: 5, timezone: 'Asia/Shanghai' } },
      { status: 'sent' },
    ]);
    const code = await system.template({ lane: 'email.verification' });
    expect(await system.final((await system.send(code, ['cleo@example.com'])).messages)).toMatchObject([
      { status: 'sent' },
    ]);
  });

  it('ends a message that cannot be rendered without harming the others', async () => {
    const template = await system.template({
      content: { subject: 's', html: '{% if order == 1 %}{{ missing }}{% endif %}ok' },
    });
    const bad = await system.send(template, ['eva@example.com'], { variables: { order: 1 } });
    const good = await system.send(template, ['fred@example.com'], { variables: { order: 2 } });
    expect(await system.final([...bad.messages, ...good.messages])).toMatchObject([
      { status: 'failed', reason: 'render_error', attempt: 0, detail: { error: expect.stringContaining('missing') } },
      { status: 'sent' },
    ]);
  });

  it('discards queued messages of a template that has been switched off', async () => {
    const template = await system.template();
    await system.db.database.stores.templates.update(template.id, { state: 'stopped' });
    const send = await system.send(template, ['gil@example.com']);
    expect(await system.final(send.messages)).toMatchObject([{ status: 'discarded', reason: 'template_stopped' }]);
  });

  it('lets a message expire that is past its time', async () => {
    const send = await system.send(await system.template(), ['hal@example.com'], {
      expiresAt: new Date(Date.now() - 1),
    });
    expect(await system.final(send.messages)).toMatchObject([{ status: 'expired', reason: 'expired' }]);
    expect(mailsTo('hal@example.com')).toEqual([]);
  });

  it('drives 500 recipients with one workflow and a constant number of events', async () => {
    const template = await system.template();
    const to = Array.from({ length: 500 }, (_, n) => `many${n}@example.com`);
    const send = await system.send(template, to, { variables: { order: 500 } });
    const messages = await system.final(send.messages, 60_000);
    expect(messages.every(({ status }) => status === 'sent')).toBe(true);
    expect(new Set(system.sink.mails.map((mail) => mail.to)).size).toBeGreaterThanOrEqual(500);
    const { historyLength } = await client.workflow.getHandle(dispatchOfSend(send.id)).describe();
    expect(historyLength).toBeLessThanOrEqual(14);
  });

  it('tries again what the provider put off, with the same Message-ID, and fails what it refused', async () => {
    let tries = 0;
    system.sink.onMail = ({ to }) => {
      if (to === 'ida@example.com' && ++tries === 1)
        throw Object.assign(new Error('4.3.0 try again later'), { responseCode: 451 });
      if (to === 'jon@example.com') throw Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 });
    };
    const template = await system.template();
    const send = await system.send(template, ['ida@example.com', 'jon@example.com']);
    expect(await system.final(send.messages)).toMatchObject([
      {
        status: 'sent',
        attempt: 2,
        attempts: [
          { n: 1, class: 'unavailable', code: expect.stringContaining('451') },
          { n: 2, class: 'accepted' },
        ],
      },
      { status: 'failed', reason: 'refused', attempts: [{ n: 1, class: 'refused', code: '550 5.1.1' }] },
    ]);
    expect(mailsTo('ida@example.com')).toMatchObject([{ messageId: `<${send.messages[0]!}@luminate.example>` }]);
  });

  it('gives the window and cap slot of a refused message back', async () => {
    const template = await system.template();
    let refuse = true;
    system.sink.onMail = () => {
      if (refuse) throw Object.assign(new Error('5.7.1 not wanted'), { responseCode: 550 });
    };
    const refused = await system.send(template, ['kim@example.com'], { variables: { order: 1 } });
    await system.final(refused.messages);
    refuse = false;
    const again = await system.send(template, ['kim@example.com'], { variables: { order: 1 } });
    expect(await system.final(again.messages)).toMatchObject([{ status: 'sent' }]);
  });

  it('waits for the slots of an account with a rate, and tells until when', async () => {
    const { stores } = system.db.database;
    await stores.accounts.update(system.accountId, { rate: { messages: 2, perSeconds: 2 } });
    await sleep(1_100);
    const template = await system.template();
    const started = Date.now();
    const send = await system.send(template, [
      'l1@example.com',
      'l2@example.com',
      'l3@example.com',
      'l4@example.com',
      'l5@example.com',
    ]);
    const messages = await system.final(send.messages);
    expect(messages.every(({ status }) => status === 'sent')).toBe(true);
    expect(Date.now() - started).toBeGreaterThanOrEqual(4_000);
    expect(await stepsOf(send.messages[4]!)).toContainEqual(expect.stringMatching(/^deferred:\d+$/));
    await stores.accounts.update(system.accountId, { rate: null });
    await sleep(1_100);
  });

  it('wakes a message that waits for a rate when the rate is lifted, and tells its place in the queue', async () => {
    const { stores } = system.db.database;
    await stores.accounts.update(system.accountId, { rate: { messages: 1, perSeconds: 3600 } });
    await sleep(1_100);
    const { messages } = await system.send(await system.template(), ['r1@example.com', 'r2@example.com']);
    const waits = async (): Promise<boolean> => (await system.message(messages[1]!)).status === 'deferred';
    while (!(await waits())) await sleep(50);
    expect(await system.message(messages[1]!)).toMatchObject({
      reason: 'rate_limited',
      detail: {
        limitOf: 'account',
        limitName: 'sink',
        place: expect.any(Number) as number,
        queues: [system.accountId],
      },
    });
    await sleep(1_100);
    await stores.accounts.update(system.accountId, { rate: null });
    expect((await system.final(messages)).map(({ status }) => status)).toEqual(['sent', 'sent']);
    await sleep(1_100);
  });

  it('parks an account that its provider calls broken and keeps the messages', async () => {
    const { stores } = system.db.database;
    system.sink.onMail = () => {
      throw Object.assign(new Error('5.7.8 authentication required'), { responseCode: 535 });
    };
    const send = await system.send(await system.template(), ['mia@example.com']);
    while ((await system.message(send.messages[0]!)).status !== 'deferred') await sleep(50);
    expect(await system.message(send.messages[0]!)).toMatchObject({ reason: 'provider_down', attempt: 1 });
    expect(await stores.accounts.get(system.accountId)).toMatchObject({
      parked: { reason: expect.stringContaining('535') },
    });
    await stores.accounts.update(system.accountId, {});
  });
});
