import type { AccountId } from '../../domain/ids';
import { SANDBOX_ACCOUNT, startSandbox, type RunningSandbox } from '../support/sandbox';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';
import { createTestSystem, type TestSystem } from '../support/test-system';

const MOBILE = '+8613800138000';
const SERVICE = `MG${'0'.repeat(32)}`;

/** A template that gives its texts to Twilio before their time. */
describe('a text that its provider holds', () => {
  let system: TestSystem;
  let sandbox: RunningSandbox;
  let api: TestApi;
  let accountId: AccountId;
  const config = { accountSid: SANDBOX_ACCOUNT.accountSid, messagingServiceSid: SERVICE, timeoutMs: 2_000 };

  beforeAll(async () => {
    [system, sandbox] = await Promise.all([createTestSystem(), startSandbox()]);
    api = await createSystemApi(system);
    const { accounts, routes } = system.db.database.stores;
    accountId = await accounts.create({
      name: 'texts',
      channel: 'sms',
      provider: 'twilio',
      config: { ...config, baseUrl: sandbox.url, scheduleAtProvider: true },
      secrets: { authToken: SANDBOX_ACCOUNT.authToken },
      rate: null,
    });
    await routes.set('sms.notice', [{ accountId, weight: 1 }]);
  });
  afterAll(async () => {
    await api.close();
    await system.close();
    await sandbox.close();
  });

  const texts = (body: string) => sandbox.messages().filter((text) => text.body === body);
  const send = async (order: string, aheadMinutes: number) => {
    const template = await system.template({ lane: 'sms.notice', policy: { holdAtProvider: true } });
    const sendAt = new Date(Date.now() + aheadMinutes * 60_000).toISOString();
    const body = { template: template.key, sendAt, variables: { order }, recipients: [{ to: MOBILE }] };
    const answer = (await api.shop.post('/v1/sends', body)).body;
    expect(answer.messages).toMatchObject([{ status: 'accepted' }]);
    return answer.messages[0].id;
  };

  it('is with it at once, and taken back by a recall, which says so again when repeated', async () => {
    const id = await send('A-1', 30);
    expect(await system.final([id])).toMatchObject([{ status: 'sent', attempts: [{ class: 'accepted' }] }]);
    expect(texts('Code A-1')).toMatchObject([{ status: 'scheduled' }]);
    const recalled = { result: 'recalled', status: 'recalled' };
    expect((await api.shop.post(`/v1/messages/${id}/recall`)).body).toMatchObject(recalled);
    expect(texts('Code A-1')).toMatchObject([{ status: 'canceled' }]);
    expect((await api.shop.post(`/v1/messages/${id}/recall`)).body).toMatchObject(recalled);
    const { steps } = (await api.shop.get(`/v1/messages/${id}/timeline`)).body;
    expect(steps.at(-1).text).toBe('recalled: the provider held it for later and gave it back');
  });

  it('waits here when its time is too near for the provider to hold it', async () => {
    const id = await send('A-2', 2);
    for (;;) {
      const message = await system.message(id);
      if (message.status === 'deferred') {
        expect(message).toMatchObject({ reason: 'retry', detail: { code: 'too_early' } });
        expect(Math.abs(message.dueAt!.getTime() - message.sendAt!.getTime())).toBeLessThan(5_000);
        break;
      }
      expect(message.status).not.toBe('sent');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(texts('Code A-2')).toEqual([]);
    expect((await api.shop.post(`/v1/messages/${id}/recall`)).body).toMatchObject({ result: 'recalled' });
  });

  it('that it has sent by now is too late', async () => {
    await system.db.database.stores.accounts.update(accountId, { config: { ...config, baseUrl: sandbox.url } });
    const template = await system.template({ lane: 'sms.notice' });
    const { messages } = await system.send(template, [MOBILE], { variables: { order: 'A-3' } });
    await system.final(messages);
    const answer = (await api.shop.post(`/v1/messages/${messages[0]!}/recall`)).body;
    expect(answer).toMatchObject({ result: 'too_late', handedOverAt: expect.any(String) });
  });
});
