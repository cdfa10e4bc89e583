import { setTimeout as sleep } from 'node:timers/promises';
import { laneOf, type MessageType } from '../../domain/lane';
import type { AccountId } from '../../domain/ids';
import type { Message } from '../../db/stores/message-store';
import type { TemplatePolicy } from '../../domain/policy';
import { SANDBOX_ACCOUNT, SANDBOX_ALIYUN_KEY, startSandbox, type RunningSandbox } from '../support/sandbox';
import { createTestSystem, type TestSystem } from '../support/test-system';

const MOBILE = '+8613800138000';
/** The sandbox's magic numbers; see sandbox/magic-numbers.ts. */
const INVALID = '+15005550001';
const OPTED_OUT = '+15005550004';
const TOO_MANY = '+15005550101';
const RECORDED = ['+15005550103', '+15005550105', '+15005550107'];
const CREDENTIALS_REFUSED = '+15005550108';

describe('the life of a text', () => {
  let system: TestSystem;
  let sandbox: RunningSandbox;
  let accountId: AccountId;

  beforeAll(async () => {
    [system, sandbox] = await Promise.all([createTestSystem({ env: { RECONCILE_SECONDS: '2' } }), startSandbox()]);
    // Most of what is tried here fails: the breaker must not take the account out of use for that.
    const breaker = { ...system.deps.rules.current().breaker, minAttempts: 1_000 };
    await system.db.database.stores.rules.add({ name: 'breaker', author: 'system' }, () => breaker);
    while (system.deps.rules.current().breaker.minAttempts !== 1_000) await sleep(20);
    const { accounts, routes } = system.db.database.stores;
    const { accountSid, authToken } = SANDBOX_ACCOUNT;
    accountId = await accounts.create({
      name: 'texts',
      channel: 'sms',
      provider: 'twilio',
      config: { accountSid, from: '+15005550006', baseUrl: sandbox.url, timeoutMs: 1_000 },
      secrets: { authToken },
      rate: null,
    });
    for (const type of ['notice', 'verification'] as const)
      await routes.set(laneOf('sms', type), [{ accountId, weight: 1 }]);
  });
  afterAll(async () => {
    await system.close();
    await sandbox.close();
  });

  const textsTo = (address: string) => sandbox.messages().filter(({ to }) => to === address);
  async function send(to: string, type: MessageType = 'notice', policy: TemplatePolicy = {}): Promise<Message> {
    const content = { text: 'Order {{ order }} 🎉' };
    const template = await system.template({ lane: laneOf('sms', type), content, policy });
    const { messages } = await system.send(template, [to], { variables: { order: 'A-1' } });
    return system.message(messages[0]!);
  }
  const final = async ({ id }: Message): Promise<Message> => (await system.final([id]))[0]!;
  async function deferred({ id }: Message): Promise<Message> {
    for (;;) {
      const message = await system.message(id);
      if (message.status === 'deferred') return message;
      await sleep(20);
    }
  }

  it('goes out with its emoji, and keeps the id that the provider gave it', async () => {
    const message = await final(await send(MOBILE));
    const [text, ...more] = textsTo(MOBILE);
    expect(more).toEqual([]);
    expect(text).toMatchObject({ body: 'Order A-1 🎉', from: '+15005550006', segments: 1 });
    expect(message).toMatchObject({
      status: 'sent',
      attempt: 1,
      attempts: [{ class: 'accepted', code: '201', account: 'texts', providerMessageId: text?.sid }],
    });
    expect(text?.sid).toMatch(/^SM[0-9a-f]{32}$/);
  });

  it('keeps its size and when its provider took it, for statistics', async () => {
    const content = { text: 'Order {{ order }} 🎉' };
    const template = await system.template({ lane: 'sms.notice', content });
    const { messages } = await system.send(template, ['+8613800138001'], { variables: { order: 'x'.repeat(100) } });
    const [message] = await system.final(messages);
    expect(message).toMatchObject({ status: 'sent' });
    const row: unknown = await system.db.knex('messages').where({ id: messages[0] }).first('segments', 'handed_at');
    expect(row).toEqual({ segments: 2, handed_at: new Date(message!.attempts[0]!.endedAt) });
    expect(textsTo('+8613800138001')).toMatchObject([{ segments: 2 }]);
  });

  it.each([
    ['that does not exist', INVALID, '21211'],
    ['whose owner has opted out', OPTED_OUT, '21610'],
  ])('to a number %s fails with the code of the provider and is not tried again', async (_what, to, code) => {
    expect(await final(await send(to))).toMatchObject({
      status: 'failed',
      reason: 'refused',
      detail: { class: 'refused', code },
      attempts: [{ n: 1, class: 'refused', code }],
    });
  });

  it('told to slow down waits as long as the provider says, and fails only when its time is over', async () => {
    const message = await send(TOO_MANY, 'notice', { deliverWithinSeconds: 4 });
    const waiting = await deferred(message);
    const [attempt] = waiting.attempts;
    expect(waiting).toMatchObject({ reason: 'retry', attempt: 1, detail: { class: 'throttled', code: '20429' } });
    expect(waiting.dueAt?.getTime()).toBe((attempt?.endedAt ?? 0) + 2_000);
    const { status, reason, attempts } = await final(message);
    expect({ status, reason }).toEqual({ status: 'failed', reason: 'retries_exhausted' });
    expect(attempts.length).toBeGreaterThanOrEqual(1);
    expect(attempts.length).toBeLessThanOrEqual(2);
  });

  it('whose answer is lost but which the provider has is sent: found there, and not sent twice', async () => {
    const types = ['notice', 'verification', 'notice'] as const;
    const messages = await Promise.all(RECORDED.map((to, i) => send(to, types[i])));
    for (const message of await Promise.all(messages.map(final))) {
      const [text, ...more] = textsTo(message.address);
      expect(more).toEqual([]);
      expect(message).toMatchObject({ status: 'sent', attempt: 1, attempts: [{ providerMessageId: text?.sid }] });
    }
  });

  it('whose answer is lost and which the provider does not have goes out again, once', async () => {
    const numbers = ['+8613800138101', '+8613800138102', '+8613800138103'];
    const kinds = ['crash', 'hang', 'reset'];
    const behaviours = kinds.map((kind) => ({ kind, recorded: false }));
    const rules = behaviours.map((behaviour, i) => ({ to: `${numbers[i]!.slice(1)}$`, times: 1, behaviour }));
    expect(sandbox.script.set({ rules })).toBeUndefined();
    const types = ['notice', 'verification', 'notice'] as const;
    const messages = await Promise.all(numbers.map((to, i) => send(to, types[i])));
    for (const message of await Promise.all(messages.map(final))) {
      expect(message).toMatchObject({ status: 'sent', attempt: 2 });
      expect(textsTo(message.address)).toHaveLength(1);
    }
    sandbox.script.clear();
  });

  it('goes by Aliyun with the template that it names', async () => {
    const lane = laneOf('sms', 'marketing');
    const aliyun = await system.db.database.stores.accounts.create({
      name: 'aliyun',
      channel: 'sms',
      provider: 'aliyun',
      config: { signName: '商店', baseUrl: sandbox.url },
      secrets: SANDBOX_ALIYUN_KEY,
      rate: null,
    });
    await system.db.database.stores.routes.set(lane, [{ accountId: aliyun, weight: 1 }]);
    const vendor = { templateCode: 'SMS_7', params: { order: '{{ order }}' } };
    const template = await system.template({ lane, content: { text: 'Order {{ order }}', vendor } });
    const { messages } = await system.send(template, [MOBILE], { variables: { order: 'A-1' } });
    const [message] = await system.final(messages);
    const [text] = sandbox.messages();
    expect(text).toMatchObject({ provider: 'aliyun', to: MOBILE, outId: message!.id, templateCode: 'SMS_7' });
    expect(text!.body).toBe('【商店】SMS_7 {"order":"A-1"}');
    expect(message).toMatchObject({ status: 'sent', attempts: [{ providerMessageId: text!.sid }] });
  });

  it('refused for our credentials parks the account, waits, and says what is wrong', async () => {
    const message = await send(CREDENTIALS_REFUSED);
    const waiting = await deferred(message);
    expect(waiting).toMatchObject({
      reason: 'provider_down',
      attempt: 1,
      detail: { class: 'misconfigured', code: '20003' },
    });
    const parked = { reason: expect.stringContaining('20003') };
    expect(await system.db.database.stores.accounts.get(accountId)).toMatchObject({ parked });
    const next = await deferred(await send(MOBILE, 'verification'));
    expect(next).toMatchObject({ reason: 'provider_down', attempt: 0 });
    expect(next.detail?.['because']).toMatch(
      /^account texts is open until \d\d:\d\d:\d\d UTC: its provider calls it broken: 20003/,
    );
  });
});
