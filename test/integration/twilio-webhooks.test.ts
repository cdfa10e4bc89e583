import request from 'supertest';
import { createApp } from '../../api/create-app';
import type { MessageId } from '../../domain/ids';
import { attemptOf, createWebhookApi, TWILIO_TOKEN, type WebhookApi } from '../support/webhook-api';
import { twilioForm } from '../support/webhooks';

const PUBLIC_URL = 'http://api.example';

let hooks: WebhookApi;
beforeAll(async () => {
  hooks = await createWebhookApi();
});
afterAll(() => hooks.api.close());

describe('Twilio', () => {
  const SID = `SM${'b'.repeat(32)}`;
  const textIn = async (): Promise<MessageId> =>
    hooks.messageIn('sent', {
      account_id: hooks.textAccount,
      lane: 'sms.notice',
      attempts: JSON.stringify([attemptOf(hooks.textAccount)]),
    });
  /** Posts as a proxy passes it on: another host and protocol than Twilio called. */
  function call(path: string, form: Record<string, string>, publicUrl = PUBLIC_URL, app = hooks.api.app) {
    const { body, headers } = twilioForm(TWILIO_TOKEN, publicUrl + path, form);
    return request(app)
      .post(path)
      .set({ ...headers, Host: 'internal:3000', 'X-Forwarded-Host': 'evil.example' })
      .send(body);
  }

  test('signs the public address, whatever host the proxy names', async () => {
    const id = await textIn();
    const path = `/webhooks/twilio/${hooks.textAccount}?mid=${id}`;
    expect((await call(path, { MessageSid: SID, MessageStatus: 'delivered' })).status).toBe(204);
    expect((await call(path, { MessageSid: SID, MessageStatus: 'delivered' }, 'http://internal:3000')).status).toBe(
      403,
    );
    await hooks.applyAll();
    expect(await hooks.message(id)).toMatchObject({ status: 'delivered' });
  });

  test('signs a path prefix that the proxy takes away', async () => {
    const app = createApp({
      ...hooks.api.deps,
      config: { ...hooks.api.deps.config, PUBLIC_URL: 'https://shop.example/luminate/' },
    });
    const path = `/webhooks/twilio/${hooks.textAccount}?mid=${await textIn()}`;
    const form = { MessageSid: SID, MessageStatus: 'undelivered', ErrorCode: '30003' };
    expect((await call(path, form, 'https://shop.example/luminate', app)).status).toBe(204);
    expect((await call(path, form, 'https://shop.example', app)).status).toBe(403);
  });

  const NUMBER = '+8613800138011';
  const live = () => hooks.api.db.database.stores.suppressions.list({ address: NUMBER, limit: 10 });
  const inbound = (sid: string, text: string) =>
    call(`/webhooks/twilio/${hooks.textAccount}/inbound`, {
      MessageSid: sid,
      From: NUMBER,
      To: '+15005550006',
      Body: text,
    });

  test('a STOP suppresses the number for all apps once, START lifts it, HELP and other words do nothing', async () => {
    const answer = await inbound('SM1', 'Stop');
    expect([answer.status, answer.type, answer.text]).toEqual([
      200,
      'text/xml',
      expect.stringContaining('<Response></Response>'),
    ]);
    expect(await live()).toMatchObject([
      { channel: 'sms', appId: null, reason: 'stop', source: 'inbound', appliesTo: 'all' },
    ]);
    await inbound('SM2', 'HELP');
    await inbound('SM3', 'please stop this, I am at home');
    expect(await live()).toHaveLength(1);
    await inbound('SM4', 'START');
    expect(await live()).toEqual([]);
    // Twilio repeats a request whose answer it did not get: the STOP of before is no new one.
    await inbound('SM1', 'Stop');
    expect(await live()).toEqual([]);
    const history = await hooks.api.db.database.stores.suppressions.list({ address: NUMBER, lifted: true, limit: 10 });
    expect(history).toMatchObject([{ reason: 'stop', liftedBy: 'inbound' }]);
    const kept = JSON.stringify(await hooks.api.db.knex('receipts').where({ event: 'inbound' }));
    expect(kept).not.toContain('at home');
    expect(kept).not.toContain(NUMBER);
  });

  test('START does not lift what is no STOP', async () => {
    const { suppressions } = hooks.api.db.database.stores;
    const key = { channel: 'sms', address: NUMBER, appId: null, appliesTo: 'all', source: 'test' } as const;
    await suppressions.add([
      { ...key, reason: 'manual' },
      { ...key, reason: 'stop' },
    ]);
    await inbound('SM5', 'unstop');
    expect(await live()).toMatchObject([{ reason: 'manual' }]);
  });

  test('an incoming text with a wrong signature is 403 and suppresses nobody', async () => {
    const path = `/webhooks/twilio/${hooks.textAccount}/inbound`;
    const form = { MessageSid: 'SM9', From: '+8613800138012', Body: 'STOP' };
    expect((await call(path, form, 'https://evil.example')).status).toBe(403);
    expect(await hooks.api.db.database.stores.suppressions.list({ address: '+8613800138012', limit: 1 })).toEqual([]);
  });
});
