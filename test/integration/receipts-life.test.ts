import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../db/stores/message-store';
import type { Template } from '../../db/stores/template-store';
import type { MessageId } from '../../domain/ids';
import { laneOf, type Lane } from '../../domain/lane';
import { isFinal, type MessageStatus } from '../../domain/message-status';
import { createRedisKeys } from '../../redis/keys';
import { freePort } from '../../scripts/services/ports';
import { createTimelineReader } from '../../trace/timeline';
import { createTraceStore } from '../../trace/trace-store';
import { startServer } from '../../api/start-server';
import { SANDBOX_ACCOUNT, startSandbox, type RunningSandbox } from '../support/sandbox';
import { createTestApi, type TestApi } from '../support/test-api';
import { createTestSystem, type TestSystem } from '../support/test-system';

const MOBILE = '+8613800138000';
/** The sandbox's magic numbers; see sandbox/magic-numbers.ts. */
const OPTED_OUT = '+15005550004';
const UNDELIVERED = '+15005550111';
const FAILED = '+15005550112';
const NEVER_DELIVERED = '+15005550113';

let system: TestSystem;
let sandbox: RunningSandbox;
let api: TestApi;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  const port = await freePort();
  const PUBLIC_URL = `http://127.0.0.1:${port}`;
  [system, sandbox] = await Promise.all([createTestSystem({ env: { PUBLIC_URL } }), startSandbox({ stepMs: 100 })]);
  const config = { PUBLIC_URL, LUMINATE_SECRET_KEY: system.db.secretKey };
  api = await createTestApi({ db: system.db, deps: { config } });
  server = await startServer(api.app, '127.0.0.1', port);
  const { accounts, routes } = system.db.database.stores;
  const { accountSid, authToken } = SANDBOX_ACCOUNT;
  const accountId = await accounts.create({
    name: 'texts',
    channel: 'sms',
    provider: 'twilio',
    config: { accountSid, from: '+15005550006', baseUrl: sandbox.url },
    secrets: { authToken },
    rate: null,
  });
  await routes.set('sms.notice', [{ accountId, weight: 1 }]);
  system.deps.receiptSweeper.start();
});
afterAll(async () => {
  await system.deps.receiptSweeper.stop();
  await server.close();
  await api.close();
  await system.close();
  await sandbox.close();
});
beforeEach(() => {
  system.sink.onMail = () => undefined;
});

let sent = 0;
const template = (lane: Lane): Promise<Template> => system.template({ lane });
/** Sends content that was not sent before, so that only the rule under test may stop it. */
async function send(to: string, lane: Lane, by?: Template): Promise<MessageId> {
  const { messages } = await system.send(by ?? (await template(lane)), [to], { variables: { order: ++sent } });
  return messages[0]!;
}
async function reaches(id: MessageId, status: MessageStatus): Promise<Message> {
  for (;;) {
    const message = await system.message(id);
    if (message.status === status) return message;
    if (isFinal(message.status) && !['sent', 'unknown'].includes(message.status)) {
      throw new Error(`The message is ${message.status}, not ${status}.`);
    }
    await sleep(50);
  }
}
const final = async (id: MessageId): Promise<Message> => (await system.final([id]))[0]!;
const suppressions = (address: string) => system.db.database.stores.suppressions.list({ address, limit: 10 });

describe('a text, whose provider posts its receipts', () => {
  const timelineOf = (message: Message) => {
    const { config, deps, db } = system;
    const timezone = config.DEFAULT_TIMEZONE;
    return createTimelineReader({
      trace: createTraceStore({ redis: deps.redis, keys: createRedisKeys({ prefix: config.REDIS_PREFIX }), timezone }),
      history: deps.gateway.history,
      receipts: db.database.stores.receipts.ofMessages,
      uiLink: deps.gateway.uiLink,
      timezone,
    })(message);
  };

  it('is sent, then delivered, and its timeline says who told it', async () => {
    const message = await reaches(await send(MOBILE, 'sms.notice'), 'delivered');
    expect(message.attempts).toMatchObject([{ n: 1, class: 'accepted' }]);
    const { steps } = await timelineOf(message);
    expect(steps.map(({ step }) => step.replace(/rcp_.*/, 'rcp'))).toEqual([
      'accepted',
      'rendered',
      'passed',
      'allowed:1',
      'claimed:1',
      'attempted:1',
      'receipt:rcp',
    ]);
    expect(steps.at(-1)).toMatchObject({
      status: 'delivered',
      text: expect.stringMatching(/^receipt: twilio reports that it was delivered at .*\(delivered\): delivered$/),
    });
  });

  it.each([
    [UNDELIVERED, '30003'],
    [FAILED, '30008'],
  ])('to %s ends undelivered with code %s, and suppresses nobody', async (to, code) => {
    const message = await reaches(await send(to, 'sms.notice'), 'undelivered');
    expect(message.detail).toMatchObject({ source: 'twilio', code });
    expect(await suppressions(to)).toEqual([]);
  });

  it('of which only "sent" is ever reported stays sent', async () => {
    const message = await final(await send(NEVER_DELIVERED, 'sms.notice'));
    await reaches(await send(MOBILE, 'sms.notice'), 'delivered');
    expect(await system.message(message.id)).toMatchObject({ status: 'sent' });
  });

  it('to a number that opted out suppresses it for all apps, and the next text does not even go to the provider', async () => {
    expect(await final(await send(OPTED_OUT, 'sms.notice'))).toMatchObject({ status: 'failed', reason: 'refused' });
    expect(await suppressions(OPTED_OUT)).toMatchObject([
      { channel: 'sms', appId: null, reason: 'stop', appliesTo: 'all', source: 'reply:21610' },
    ]);
    const next = await final(await send(OPTED_OUT, 'sms.notice'));
    expect(next).toMatchObject({ status: 'suppressed', reason: 'stop', attempt: 0 });
    expect(next.detail).toEqual({
      since: expect.any(Number),
      source: 'reply:21610',
      scope: 'global',
      appliesTo: 'all',
    });
    expect((await timelineOf(next)).steps.at(-1)).toMatchObject({
      step: 'suppressed',
      text: expect.stringMatching(/^suppressed: .* for all apps, for everything: stop \(reply:21610\)/),
    });
  });
});

describe('mail and the suppression list', () => {
  it('a mailbox that does not exist is suppressed; lifted, it gets mail again', async () => {
    const to = 'dead@example.com';
    system.sink.onMail = () => {
      throw Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 });
    };
    expect(await final(await send(to, 'email.notice'))).toMatchObject({ status: 'failed', reason: 'refused' });
    system.sink.onMail = () => undefined;
    const [entry] = await suppressions(to);
    expect(entry).toMatchObject({ reason: 'hard_bounce', appId: null, source: 'reply:550_5.1.1' });
    expect(await final(await send(to, 'email.notice'))).toMatchObject({ status: 'suppressed', reason: 'hard_bounce' });
    expect((await api.admin.call('delete', `/v1/suppressions/${entry!.id}`)).status).toBe(204);
    expect(await final(await send(to, 'email.notice'))).toMatchObject({ status: 'sent' });
  });

  it('concerns the app that it is for, and no other recipient of the send', async () => {
    const { suppressions: store, apps } = system.db.database.stores;
    const other = await apps.create('other');
    const entry = { channel: 'email', appliesTo: 'all', reason: 'manual', source: 'test' } as const;
    await store.add([
      { ...entry, address: 'mine@example.com', appId: system.app.id },
      { ...entry, address: 'theirs@example.com', appId: other.id },
      { ...entry, address: 'marketing@example.com', appId: null, appliesTo: 'marketing' },
    ]);
    const to = ['mine@example.com', 'theirs@example.com', 'marketing@example.com', 'free@example.com'];
    const { messages } = await system.send(await template('email.notice'), to, { variables: { order: ++sent } });
    expect((await system.final(messages)).map(({ status }) => status)).toEqual(['suppressed', 'sent', 'sent', 'sent']);
    const marketing = await final(await send('marketing@example.com', 'email.marketing'));
    expect(marketing).toMatchObject({ status: 'suppressed', detail: { scope: 'global', appliesTo: 'marketing' } });
  });

  it('is asked again before the next account: a failover does not get around it', async () => {
    const { accounts, routes, suppressions: store } = system.db.database.stores;
    const to = 'failover@example.com';
    const spare = await accounts.create({
      name: 'spare',
      channel: 'email',
      provider: 'smtp',
      config: { host: '127.0.0.1', port: system.sink.port, from: 'Spare <no-reply@luminate.example>' },
      secrets: {},
      rate: null,
    });
    const lane = laneOf('email', 'verification');
    await routes.set(lane, [
      { accountId: system.accountId, weight: 1 },
      { accountId: spare, weight: 1 },
    ]);
    let tries = 0;
    system.sink.onMail = async () => {
      tries++;
      const entry = { channel: 'email', appliesTo: 'all', reason: 'complaint', source: 'receipt:test' } as const;
      await store.add([{ ...entry, address: to, appId: null }]);
      throw Object.assign(new Error('4.3.0 later'), { responseCode: 451 });
    };
    const message = await final(await send(to, lane));
    expect(message).toMatchObject({ status: 'suppressed', reason: 'complaint', attempt: 1 });
    expect(message.attempts).toMatchObject([{ n: 1, class: 'unavailable' }]);
    expect(tries).toBe(1);
  });

  it('marketing carries a link that unsubscribes from marketing of the app, and from nothing else', async () => {
    const to = 'reader@example.com';
    const mailTo = () => system.sink.mails.findLast((mail) => mail.to === to)!;
    await final(await send(to, 'email.marketing'));
    const { headers } = mailTo().parsed;
    const list = headers.get('list') as unknown as { unsubscribe: { url: string }; id: { id?: string; name?: string } };
    expect(list.unsubscribe.url).toMatch(new RegExp(`^${system.config.PUBLIC_URL}/u/`));
    expect(JSON.stringify(list.id)).toContain(`marketing.${system.app.id.toLowerCase()}.`);
    const answer = await fetch(list.unsubscribe.url, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    expect(answer.status).toBe(200);
    expect(await final(await send(to, 'email.marketing'))).toMatchObject({
      status: 'suppressed',
      reason: 'unsubscribe',
      detail: { scope: 'app', appliesTo: 'marketing', source: 'unsubscribe' },
    });
    for (const lane of ['email.notice', 'email.verification'] as const) {
      expect(await final(await send(to, lane))).toMatchObject({ status: 'sent' });
      expect(mailTo().parsed.headers.has('list')).toBe(false);
    }
  });
});
