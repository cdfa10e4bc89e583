import request from 'supertest';
import { createApp } from '../../api/create-app';
import { createSesReceipts } from '../../channels/receipts/ses';
import { createDatabase } from '../../db/database';
import { newId } from '../../domain/ids';
import { createWebhookApi, SNS_TOPIC, type WebhookApi } from '../support/webhook-api';
import { snsMessage } from '../support/webhooks';

let hooks: WebhookApi;
beforeAll(async () => {
  hooks = await createWebhookApi();
});
afterAll(() => hooks.api.close());

const messageIn: WebhookApi['messageIn'] = (...given) => hooks.messageIn(...given);
const message: WebhookApi['message'] = (id) => hooks.message(id);
const receiptsOf: WebhookApi['receiptsOf'] = (id) => hooks.receiptsOf(id);
const post: WebhookApi['post'] = (...given) => hooks.post(...given);
const applyAll = () => hooks.applyAll();

describe('a request to a webhook', () => {
  const webhooks = async (source: string, result: string): Promise<number> =>
    (await hooks.api.deps.metrics.webhooks.get()).values.find(
      (one) => one.labels.source === source && one.labels.result === result,
    )?.value ?? 0;

  test('that is not signed is a 403 problem, counted, and changes nothing', async () => {
    const id = await messageIn('sent');
    const before = await webhooks('generic', 'signature');
    const response = await request(hooks.api.app)
      .post(`/webhooks/generic/${hooks.mailAccount}`)
      .send({ type: 'delivered', messageId: id });
    expect([response.status, response.type, response.body.code]).toEqual([
      403,
      'application/problem+json',
      'bad_signature',
    ]);
    expect(await webhooks('generic', 'signature')).toBe(before + 1);
    await applyAll();
    expect(await receiptsOf(id)).toEqual([]);
  });

  test.each([
    ['an unknown source', () => `/webhooks/nobody/${hooks.mailAccount}`],
    ['an unknown account', () => `/webhooks/generic/${newId('acc')}`],
    ['an account of another provider', () => `/webhooks/twilio/${hooks.mailAccount}`],
    ['texts where none are read', () => `/webhooks/generic/${hooks.mailAccount}/inbound`],
  ])('for %s is 404', async (_what, path) => {
    expect((await request(hooks.api.app).post(path()).send('x')).status).toBe(404);
  });

  test('that is signed but malformed is 400', async () => {
    const response = await post({ type: 'teleported', messageId: newId('msg') });
    expect([response.status, response.body.code]).toEqual([400, 'bad_request']);
  });

  test('is 503 while the database is away, so that the provider tries again', async () => {
    const away = createDatabase({
      url: 'mysql://root@127.0.0.1:1/nothing',
      poolSize: 1,
      secretKey: hooks.api.db.secretKey,
    });
    const app = createApp({ ...hooks.api.deps, database: away });
    const response = await post({ type: 'delivered', messageId: newId('msg') }, 'evt_away', app);
    expect([response.status, response.get('Retry-After')]).toEqual([503, '5']);
    await away.close();
  });

  test('is 503 while its signature cannot be checked', async () => {
    const ses = createSesReceipts(() => Promise.reject(new Error('no network')));
    const app = createApp({ ...hooks.api.deps, receiptSources: [ses] });
    const body = snsMessage(hooks.sns.privateKey, { TopicArn: SNS_TOPIC, Message: '{}' });
    const response = await request(app).post(`/webhooks/ses/${hooks.mailAccount}`).type('text/plain').send(body);
    expect(response.status).toBe(503);
  });

  test('by Amazon SNS, as text/plain, is read', async () => {
    const id = await messageIn('sent');
    const mail = { messageId: 'ses-1', headers: [{ name: 'X-Luminate-Message-Id', value: id }] };
    const content = {
      notificationType: 'Bounce',
      mail,
      bounce: { bounceType: 'Permanent', timestamp: new Date().toISOString() },
    };
    const body = snsMessage(hooks.sns.privateKey, { TopicArn: SNS_TOPIC, Message: JSON.stringify(content) });
    expect(
      (await request(hooks.api.app).post(`/webhooks/ses/${hooks.mailAccount}`).type('text/plain').send(body)).status,
    ).toBe(204);
    await applyAll();
    expect(await message(id)).toMatchObject({ status: 'bounced', reason: 'hard_bounce' });
  });

  test('leaves no address and no secret in the log', async () => {
    const id = await messageIn('sent');
    const { address } = await message(id);
    const bounce = { class: 'hard', detail: `${address} is unknown` };
    await post({ type: 'bounced', messageId: id, bounce });
    await request(hooks.api.app).post(`/webhooks/generic/${hooks.mailAccount}`).send({ to: address });
    await applyAll();
    expect(hooks.api.logs.join('')).not.toContain(address);
    expect(hooks.api.logs.join('')).not.toContain(hooks.webhookSecret.slice(6));
    expect(JSON.stringify(await receiptsOf(id))).not.toContain(address);
  });
});
